"""`/v1/dossiers/{id}`: a dossier's state and its timeline, now or as of both clocks."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers.clocks import as_of
from api.following.retelling import Retold
from api.identity.principal import Principal
from api.identity.rights import READERS, allow, may_read, sees_person_of
from api.protocol.problems import documented
from api.reader import Reader, Reads
from api.service import ServiceOf, Who, named_ruleset, past
from dossier.catalogue import TYPES
from dossier.ledger import Seen
from dossier.refusals import refused
from projections.dossiers.dossiers import AsOf, Dossiers, Shown
from projections.generations import store

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
REACHED_SECONDS, REACHED_POLL = 5.0, 0.02
"""How long a position that is asked for is waited for, and how often it is looked for."""
AtLeast = Annotated[str | None, Query(pattern=r"^\d{1,19}$", description="A position the answer must include.")]
Effective = Annotated[str | None, Query(description="A date: as true at the end of that day in Brussels.")]
Known = Annotated[str | None, Query(description="An RFC 3339 time: as the log knew it then.")]
Position = Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="As the log knew it at this position.")]
Under = Annotated[str | None, Query(max_length=64, description="A ruleset; the active one when absent.")]


@router.get(
    "/{dossier}", responses=documented("unauthenticated", "forbidden", "not-found", "invalid", "not-projected-yet")
)
def read(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    effective: Effective = None,
    known: Known = None,
    position: Position = None,
    ruleset: Under = None,
    at_least: AtLeast = None,
) -> Response:
    """A dossier's state now, as true on a day, as known at an instant or position, or under another ruleset.

    The person is shown by right. The header `Dossier-Ruleset` names the ruleset that the state follows.

    What was written to the dossier before is always included; what was written to others, as to one of the same
    undertaking, once it is projected: `at_least` waits for that.
    """
    dossiers, as_of, personal = _prepared(srv, who, dossier, effective, known, position, ruleset)
    _reach(srv, at_least)
    shown = dossiers.state(dossier, as_of, personal=personal)
    _note(reads, "dossier", dossier, shown, personal=personal)
    return _shown(shown, lambda document: document)


@router.get("/{dossier}/timeline", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def timeline(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    effective: Effective = None,
    known: Known = None,
    position: Position = None,
    ruleset: Under = None,
    lang: Annotated[str, Query(pattern="^(fr|nl|en)$")] = "fr",
) -> Response:
    """The cross-agency timeline, sorted by time: corrected facts with their correction, retracted ones struck out."""
    dossiers, as_of, personal = _prepared(srv, who, dossier, effective, known, position, ruleset)
    shown = dossiers.timeline(dossier, as_of, personal=personal)
    _note(reads, "timeline", dossier, shown, personal=personal)
    labelled = {"dossier": str(dossier), "lang": lang}
    told = Retold(srv.log.agencies, who.agency)
    return _shown(
        shown, lambda entries: labelled | {"entries": [told.entry(_labelled(entry, lang)) for entry in entries]}
    )


def _labelled(entry: dict[str, Any], lang: str) -> dict[str, Any]:
    return entry | {"label": TYPES[entry["type"]].LABEL[lang]}


def _prepared(
    srv: ServiceOf,
    who: Principal,
    dossier: UUID,
    effective: str | None,
    known: str | None,
    position: str | None,
    ruleset: str | None,
) -> tuple[Dossiers, AsOf, bool]:
    allow(who, *READERS)
    may_read(who, dossier)
    dossiers = Dossiers(srv.log.journal)
    until = past(srv, position)
    reached = srv.log.journal.reached(until) if until else None
    at = as_of(effective, known)._replace(position=until, reached=reached, ruleset=named_ruleset(srv, ruleset))
    return dossiers, at, sees_person_of(who, srv.log.journal, dossier)


def _reach(srv: ServiceOf, at_least: str | None) -> None:
    """Wait until what is served includes a position. Raises Refused where the log, or what is served, is not so far."""
    if at_least is None:
        return
    wanted, until = past(srv, at_least, "/at_least") or 0, time.monotonic() + REACHED_SECONDS
    while True:
        with srv.log.journal.reading() as connection:
            generation = store.served(connection)
        if generation is not None and generation.position >= wanted:
            return
        if time.monotonic() > until:
            raise refused("not-projected-yet", f"Position {wanted} is not projected yet.")
        time.sleep(REACHED_POLL)


def _note(reads: Reader, kind: str, dossier: UUID, shown: Shown | None, *, personal: bool) -> None:
    """Record a reading that shows the person. Raises Refused when it cannot be: then nothing is shown."""
    if personal and shown is not None:
        reads.records(kind, Seen(dossier, shown.version, shown.position))


def _shown(shown: Shown | None, document: Any) -> Response:
    if shown is None:
        raise refused("not-found", "No dossier has this id, or had it then.")
    named = {"Dossier-Ruleset": shown.ruleset} if shown.ruleset else {}
    return _json(document(shown.document), ETag=f'"{shown.version}"', **named)


def _json(document: Any, **headers: str) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)
