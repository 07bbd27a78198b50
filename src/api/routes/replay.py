"""`/v1/dossiers/{id}`, for auditors: its history, what changed between two pairs of dates, what an agency knew."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from api.answers import replaying
from api.answers.clocks import as_of
from api.answers.known_by import end_of, knowledge, told
from api.answers.sealed import covering
from api.identity.rights import allow, may_read
from api.protocol import cloudevents
from api.protocol.accepting import preferred
from api.protocol.problems import answers, documented
from api.reader import Reads
from api.reports import replay_report as pages
from api.routes.dossiers import Effective, Known
from api.service import AGENCY, Service, ServiceOf, Who, agencies_known
from api.words.languages import Lang
from dossier.ledger import Seen
from dossier.refusals import refused
from projections.dossiers.dossiers import AsOf, Dossiers

router = APIRouter(prefix="/v1/dossiers", tags=["replay"])
Document = dict[str, Any]
NOT_KNOWN = "No dossier has this id, or had it then."
ProblemsOf = documented("unauthenticated", "forbidden", "not-found", "invalid")
When = Annotated[str | None, Query(description="A date (to its end, in Brussels) or an RFC 3339 time; now by default.")]


class Difference(BaseModel):
    """One field (a JSON pointer whose steps into lists are names) before and after, and the events that moved it.

    Without an event the calendar moved it, or another dossier of the same undertaking.
    """

    field: str
    before: Any
    after: Any
    positions: list[str]


class Pair(BaseModel):
    """A pair of dates; `version` is how many of the dossier's events the log had by then."""

    effective: str | None
    known: str | None
    version: int


class Compared(BaseModel):
    """What differs between a dossier at one pair of dates and at another."""

    dossier: UUID
    from_: Pair = Field(alias="from")
    to: Pair
    differences: list[Difference]


@router.get("/{dossier}/history", responses={
    **ProblemsOf,
    **answers({"type": "object", "description": "one event a line, then a trailer"}, cloudevents.STREAM),
})  # fmt: skip
async def history(
    dossier: UUID,
    request: Request,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    effective: Effective = None,
    known: Known = None,
    changes: Annotated[
        bool, Query(description="Also what each event changed in the state, and what amends it.")
    ] = False,
) -> Response:
    """Every stored event in order, with position, digest and both clocks: JSON, or NDJSON by Accept.

    With `changes`, each says what it changed, field by field, in the state as true on `effective`. One that this
    version cannot read is shown by its bytes alone, `"unreadable": true`.
    """
    allow(who, "auditor")
    asked = as_of(effective, known)
    events = await asyncio.to_thread(_events, srv, dossier, asked, changes=changes)
    if not events:
        raise refused("not-found", NOT_KNOWN)
    await asyncio.to_thread(reads.records, "history", Seen(dossier, len(events), int(events[-1]["position"])))
    tag = {"ETag": f'"{len(events)}"'}
    if preferred(request.headers.get("accept"), ("application/json", cloudevents.STREAM)) == cloudevents.STREAM:
        return StreamingResponse(replaying.ndjson(events, asked), media_type=cloudevents.STREAM, headers=tag)
    return _json({"dossier": str(dossier), "version": len(events), "events": events, **replaying.asked(asked)}, **tag)


def _events(srv: Service, dossier: UUID, asked: AsOf, *, changes: bool) -> list[Document]:
    dossiers = Dossiers(srv.log.journal)
    if asked.now and not changes:
        return [replaying.event(*one) for one in dossiers.recorded(dossier)]
    replay = dossiers.replay(dossier, asked)
    if replay is None:
        return []
    if changes:
        return list(replaying.steps(replay))
    return [replaying.event(one.recorded, one.event, one.personal) for one in replay.steps]


@router.get("/{dossier}/comparison", responses=ProblemsOf)
def comparison(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    from_effective: Effective = None,
    from_known: Known = None,
    to_effective: Effective = None,
    to_known: Known = None,
) -> Compared:
    """A dossier at two pairs of dates, compared field by field, with the events that made each difference."""
    allow(who, "auditor", "entrepreneur")
    may_read(who, dossier)
    before, after = as_of(from_effective, from_known), as_of(to_effective, to_known)
    found = Dossiers(srv.log.journal).compare(dossier, before, after)
    if found is None:
        raise refused("not-found", NOT_KNOWN)
    reads.records("dossier", Seen(dossier, max(found.versions), found.position))
    pairs = [_pair(asked, version) for asked, version in zip((before, after), found.versions, strict=True)]
    differences = [
        {**one._asdict(), "positions": [str(position) for position in one.positions]} for one in found.differences
    ]
    body = {"dossier": str(dossier), "from": pairs[0], "to": pairs[1], "differences": differences}
    return _json(body)  # type: ignore[return-value]  # the annotation is what OpenAPI says of it


def _pair(asked: AsOf, version: int) -> Document:
    return {"effective": None, "known": None, **replaying.asked(asked), "version": version}


@router.get("/{dossier}/known-by", responses=ProblemsOf)
def known(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    agency: Annotated[str, Query(pattern=AGENCY, description="An organisation by its id.")],
    on: When = None,
) -> Document:
    """What an organisation knew of a dossier by a day, as far as it is on record: what it recorded itself, what it read
    with the person (access ledger), and what its webhooks answered for (the database's word: no proof covers it).
    """
    allow(who, "auditor")
    if agency not in agencies_known(srv, {agency}):  # of a misspelt one it would be said that it knew nothing
        text = "No organisation has this id: GET /v1/agencies lists them."
        raise refused("invalid", text, ("/agency", "no organisation has this id"))
    instant = end_of(on) if on else datetime.now(UTC)
    answer = knowledge(srv.log, dossier, agency, instant)
    if answer is None:
        raise refused("not-found", NOT_KNOWN)
    history, found = answer
    reads.records("history", Seen(dossier, history.version, history.position))
    since = srv.log.ledger.since()
    return _json(told(dossier, agency, instant, found, since))  # type: ignore[return-value]


@router.get("/{dossier}/report", response_class=HTMLResponse, responses={
    **ProblemsOf, **documented("not-what-was-signed"),
})  # fmt: skip
def report(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    effective: Effective = None,
    known: Known = None,
    lang: Lang = "fr",
) -> Response:
    """The replay as a report for print, in French, Dutch or English: each event once, with its proof's identity."""
    allow(who, "auditor", "entrepreneur")
    may_read(who, dossier)
    if srv.sealing.refusal:
        raise refused("not-what-was-signed", srv.sealing.refusal)
    replay = Dossiers(srv.log.journal).replay(dossier, as_of(effective, known))
    if replay is None:
        raise refused("not-found", NOT_KNOWN)
    last = replay.steps[-1].recorded
    with covering(srv, last.position) as (connection, _):
        seal = pages.sealed(connection)
    if seal is None or seal.size < last.position:
        raise refused("unavailable", "Events of this dossier are not sealed yet.")
    reads.records("history", Seen(dossier, last.version, last.position))
    agencies = agencies_known(srv, {step.event.agency for step in replay.steps if step.event})
    text = pages.html(replay, seal, agencies, lang, datetime.now(UTC), replaying.digest(replay))
    return HTMLResponse(text, headers=pages.headers() | {"Content-Language": lang})


def _json(document: Any, **headers: str) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)
