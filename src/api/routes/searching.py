"""`GET /v1/dossiers`: dossiers found by a name, a number or an address, or listed; with their persons, by right."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.identity.principal import Principal
from api.identity.rights import allow, sees_person
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.reader import Reads
from api.service import AgencyFilter, BySuccessor, ServiceOf, Who
from dossier import enterprise_number
from dossier.catalogue.person import Phase
from dossier.folding import fold
from dossier.ledger import Seen
from dossier.refusals import Refused, refused
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.dossiers.relation import related

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
PAGE = 50
MOST = 1_000
"""Dossiers found by a name, at the most: whoever needs more of them asks for more of the name."""


@router.get("", responses=documented("unauthenticated", "forbidden", "invalid"))
def search(
    request: Request,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    q: Annotated[
        str | None,
        Query(max_length=200, description="A name, an enterprise number, an e-mail address, a telephone number."),
    ] = None,
    agency: AgencyFilter = None,
    phase: Phase | None = None,
    sector: Annotated[str | None, Query(pattern="^(ict|other)$")] = None,
    cursor: str | None = None,
    by_successor: BySuccessor = False,
) -> Response:
    """Search by name (accents and typing mistakes forgiven), enterprise or telephone number in any spelling, or e-mail.

    A part of a word is enough for who may see the person; an agency's program finds the others by whole words alone.
    Each dossier that is shown with its person is one reading in the access ledger.
    """
    allow(who, "agency", "adviser", "auditor")
    dossiers = Dossiers(srv.log.journal)
    filters = {
        "agency": srv.speaking(agency, by_successor=by_successor),
        "phase": phase,
        "ict": {"ict": True, "other": False}.get(sector or ""),
    }
    if q and q.strip():
        begin = _begin(cursor)
        found = _found(srv, who, dossiers, q.strip(), begin + PAGE + 1, filters)[begin:]
        following = str(begin + PAGE) if len(found) > PAGE and begin + PAGE < MOST else None
    else:
        found = dossiers.listed(_cursor(cursor), PAGE + 1, **filters)
        following = found[PAGE - 1]["id"] if len(found) > PAGE else None
    seen: list[Seen] = []
    shown = _with_persons(dossiers, who, found[:PAGE], seen)
    reads.records("search", *seen)
    link = next_page(request, cursor=following) if following else {}
    return Response(orjson.dumps({"dossiers": shown}), media_type="application/json", headers=link)


def _found(
    srv: ServiceOf, who: Principal, dossiers: Dossiers, q: str, most: int, filters: dict[str, Any]
) -> list[dict[str, Any]]:
    """Who holds the enterprise number that is typed; else whose names or contacts are like it.

    One telephone number in 97 reads as an enterprise number.
    """
    with suppress(enterprise_number.InvalidEnterpriseNumber):
        number = enterprise_number.normalise(q)
        if holders := srv.log.journal.holders([number]).get(number):
            return dossiers.summaries(sorted(holders, key=str), **filters)
    by = who.agency if who.role == "agency" else None
    return dossiers.search(fold(q), most, by=by, **filters) if fold(q) else []


def _with_persons(
    dossiers: Dossiers, who: Principal, found: list[dict[str, Any]], seen: list[Seen]
) -> list[dict[str, Any]]:
    """Summaries with the person, where `who` sees it; what is then seen of a dossier goes to `seen`."""
    ids = [UUID(one["id"]) for one in found]
    relations = related(dossiers.journal, ids) if who.role == "agency" else {}
    return [
        _with_person(dossiers, one, seen) if sees_person(who, relations.get(dossier, frozenset())) else one
        for dossier, one in zip(ids, found, strict=True)
    ]


def _with_person(dossiers: Dossiers, found: dict[str, Any], seen: list[Seen]) -> dict[str, Any]:
    shown = dossiers.state(UUID(found["id"]), AsOf(), personal=True)
    if shown is None:
        return found
    seen.append(Seen(UUID(found["id"]), shown.version, shown.position))
    return found | {"person": shown.document["person"]}


def _begin(text: str | None) -> int:
    """How many found by a name were shown before."""
    if text is None or (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))):
        return int(text or 0)
    raise _unknown_cursor()


def _cursor(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise _unknown_cursor() from None


def _unknown_cursor() -> Refused:
    return refused("invalid", "Take the cursor from the Link header of the page before.", ("/cursor", "unknown"))
