"""`/dossiers/{id}/readings`: who looked at a dossier and why, for its entrepreneur and for auditors."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.answers.looked import looked
from api.pages.contexts import Readings
from api.pages.dossier_page import identity_of
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import sees_readings, visitor
from api.service import ServiceOf, agencies_known
from api.words.telling import Teller
from dossier.refusals import refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = 100


@router.get("/dossiers/{dossier}/readings")
def page(
    dossier: str, request: Request, srv: ServiceOf, before: int | None = Query(None, ge=0, lt=1 << 62)
) -> Response:
    """The readings of a dossier, the latest first."""
    found = visitor(request)
    identity = identity_of(dossier)
    if not sees_readings(found, identity):
        slug = "forbidden" if found.who else "unauthenticated"
        raise refused(slug, "The dossier's entrepreneur and auditors see who looked at it.")
    if not srv.log.journal.versions([identity]):
        raise refused("not-found", "No dossier has this id.")
    entries = srv.log.ledger.of_dossier(identity, before, SHOWN + 1)
    shown = entries[:SHOWN]
    teller = Teller(found.words, agencies_known(srv, {entry.agency for entry in shown if entry.agency}))
    told = [looked(entry, teller, found.who.role if found.who else None) for entry in shown]
    older = f"/dossiers/{identity}/readings?before={shown[-1].number}" if len(entries) > SHOWN else None
    since = found.words.day(srv.log.ledger.since())
    content = Readings(str(identity), since, [(one.when, one.who, one.what, one.why) for one in told], older)
    return respond(request, "readings.html", found.words("readings.title"), content)
