"""`/v1/dossiers`: register, search, and read a dossier: its state, its timeline, its history."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from api import cloudevents, registration
from api.principal import Principal, Role
from api.problems import documented
from api.reader import Reader, Reads
from api.registration import Registered, Registration
from api.retelling import Retold
from api.service import (
    AgencyFilter,
    BySuccessor,
    Service,
    ServiceOf,
    Who,
    allow,
    may_read,
    named_ruleset,
    past,
    sees_person,
    sees_person_of,
)
from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue import TYPES
from dossier.catalogue.person import Phase
from dossier.folding import fold
from dossier.journal import Recorded
from dossier.ledger import Seen
from dossier.refusals import Refusal, refused
from dossier.values import parse_instant
from dossier.writing import Accepted, Outcome
from projections.dossiers import AsOf, Dossiers, Shown
from projections.relation import related

DIFFERENTLY = "already-recorded-differently"
router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
READERS: tuple[Role, ...] = ("agency", "adviser", "auditor", "analyst", "entrepreneur", "operator")
PAGE = 50
Effective = Annotated[str | None, Query(description="A date: as true at the end of that day in Brussels.")]
Known = Annotated[str | None, Query(description="An RFC 3339 time: as the log knew it then.")]
Position = Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="As the log knew it at this position.")]
Under = Annotated[str | None, Query(max_length=64, description="A ruleset; the active one when absent.")]
REGISTRATION = {"$ref": "#/components/schemas/Registration"}


async def registration_of(request: Request, srv: ServiceOf, who: Who) -> Registration:
    """The registration in the body: read once the token is known, and never more of it than one event may hold."""
    allow(who, "agency")
    return registration.taken(await cloudevents.json_body(request, srv.limits.event_bytes))


@router.post("", status_code=201, response_model=Registered, responses={
    200: {"model": Registered, "description": "This entrepreneur has a dossier already"},
    **documented("malformed", "unauthenticated", "forbidden", "invalid", "already-recorded-differently", "overloaded",
                 "too-large", "unsupported-media-type"),
}, openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": REGISTRATION}}}},
)  # fmt: skip
def register(
    body: Annotated[Registration, Depends(registration_of)],
    response: Response,
    srv: ServiceOf,
    who: Who,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Registered:
    """Register an entrepreneur: 201 with a new dossier, or 200 with the one that a certain key leads to.

    An `Idempotency-Key` makes a registration safe to repeat whatever it holds; with another registration it is 422.
    """
    agency = srv.poster(who)
    request = registration.checked(body)
    with srv.turns.of(request):
        found = registration.candidates(srv.log.journal, Dossiers(srv.log.journal), request)
        dossier, registration_id = registration.identities(agency, idempotency_key)
        known = registration.certain(request, found)
        if idempotency_key is not None and srv.log.journal.versions([dossier]):
            known = dossier
            _same_again(srv, agency, dossier, registration_id, request)
        opening = registration.events(request, agency, dossier, registration_id)
        last = (
            srv.log.journal.history(known)[-1]
            if known
            else _opened(srv.log.post(opening, agency, atomic=True).result())
        )
    response.status_code = 200 if known else 201
    response.headers["Location"] = f"/v1/dossiers/{last.dossier}"
    response.headers["ETag"] = f'"{last.version}"'
    return Registered(
        id=last.dossier,
        version=last.version,
        position=str(last.position),
        possible_duplicates=[] if known else registration.possible(request, found),
    )


def _same_again(srv: Service, agency: Agency, dossier: UUID, registration_id: str, request: dict[str, Any]) -> None:
    """Raise Refused unless a key's dossier was opened by this very registration: it may be of another person.

    A registration that gave no time is compared as of the time it was given.
    """
    stored = [orjson.loads(one.stored) for one in srv.log.journal.history(dossier)]
    own = [event for event in stored if event["id"].startswith(f"{registration_id}/")]
    again = registration.events({"time": own[0]["time"]} | request, agency, dossier, registration_id)
    outcomes: list[Outcome] = []
    if {event["id"] for event in again} == {event["id"] for event in own}:
        outcomes = srv.log.post(again, agency, atomic=True).result()
    if not outcomes or any(isinstance(one, Refusal) and one.slug == DIFFERENTLY for one in outcomes):
        detail = "This Idempotency-Key registered something else: send a new key with a new registration."
        raise refused(DIFFERENTLY, detail)


def _opened(outcomes: list[Outcome]) -> Recorded:
    """The last event of a dossier just opened. Raises Refused with the reason of the first that was not taken."""
    for outcome in outcomes:
        if isinstance(outcome, Refusal) and outcome.slug != "batch-refused":
            raise refused(outcome.slug, outcome.detail, *outcome.errors, **outcome.more)
    last = outcomes[-1]
    assert isinstance(last, Accepted)
    return last.recorded


@router.get("", responses=documented("unauthenticated", "forbidden", "invalid"))
def search(
    request: Request,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    q: Annotated[
        str | None, Query(max_length=200, description="A name, an enterprise number, an e-mail address.")
    ] = None,
    agency: AgencyFilter = None,
    phase: Phase | None = None,
    sector: Annotated[str | None, Query(pattern="^(ict|other)$")] = None,
    cursor: str | None = None,
    by_successor: BySuccessor = False,
) -> Response:
    """Search by name (accents and typing mistakes forgiven), enterprise number in any spelling, or e-mail.

    Each dossier that is shown with its person is one reading in the access ledger.
    """
    allow(who, "agency", "adviser", "auditor")
    dossiers = Dossiers(srv.log.journal)
    filters = {
        "agency": srv.speaking(agency, by_successor=by_successor),
        "phase": phase,
        "ict": {"ict": True, "other": False}.get(sector or ""),
    }
    link: dict[str, str] = {}
    if q and q.strip():
        found = _found(srv, dossiers, q.strip(), filters)
    else:
        found = dossiers.listed(_cursor(cursor), PAGE + 1, **filters)
        if len(found) > PAGE:
            found = found[:PAGE]
            url = request.url.include_query_params(cursor=found[-1]["id"])
            link = {"Link": f'<{url.path}?{url.query}>; rel="next"'}
    seen: list[Seen] = []
    shown = _with_persons(dossiers, who, found, seen)
    reads.records("search", *seen)
    return _json({"dossiers": shown}, **link)


def _found(srv: ServiceOf, dossiers: Dossiers, q: str, filters: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        number = enterprise_number.normalise(q)
    except enterprise_number.InvalidEnterpriseNumber:
        return dossiers.search(fold(q), PAGE, **filters) if fold(q) else []
    holders = srv.log.journal.holders([number]).get(number, set())
    return dossiers.summaries(sorted(holders, key=str), **filters)


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


def _cursor(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise refused(
            "invalid", "Take the cursor from the Link header of the page before.", ("/cursor", "unknown")
        ) from None


@router.get("/{dossier}", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def read(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    effective: Effective = None,
    known: Known = None,
    position: Position = None,
    ruleset: Under = None,
    at_least: Annotated[
        str | None, Query(pattern=r"^\d{1,19}$", description="A position the answer must include.")
    ] = None,
) -> Response:
    """A dossier's state now, as true on a day, as known at an instant or position, or under another ruleset.

    The person is shown by right. The header `Dossier-Ruleset` names the ruleset that the state follows.

    What was written to the dossier before is always included: `at_least` is never behind.
    """
    dossiers, as_of, personal = _prepared(srv, who, dossier, effective, known, position, ruleset)
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


def _note(reads: Reader, kind: str, dossier: UUID, shown: Shown | None, *, personal: bool) -> None:
    """Record a reading that shows the person. Raises Refused when it cannot be: then nothing is shown."""
    if personal and shown is not None:
        reads.records(kind, Seen(dossier, shown.version, shown.position))


def as_of(effective: str | None, known: str | None) -> AsOf:
    """The two clocks of a request. Raises Refused."""
    try:
        day = date.fromisoformat(effective) if effective else None
    except ValueError:
        raise refused("invalid", "A date like 2026-03-09.", ("/effective", "not a date")) from None
    try:
        instant = parse_instant(known.replace(" ", "+")).astimezone(UTC) if known else None
    except (ValueError, OverflowError):
        raise refused("invalid", "An RFC 3339 time with an offset.", ("/known", "not a time")) from None
    return AsOf(day, instant)


def _shown(shown: Shown | None, document: Any) -> Response:
    if shown is None:
        raise refused("not-found", "No dossier has this id, or had it then.")
    named = {"Dossier-Ruleset": shown.ruleset} if shown.ruleset else {}
    return _json(document(shown.document), ETag=f'"{shown.version}"', **named)


def _json(document: Any, **headers: str) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=headers)
