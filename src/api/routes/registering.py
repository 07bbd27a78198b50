"""`POST /v1/dossiers`: an organisation registers an entrepreneur, who gets a dossier unless there is one."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.problems import documented
from api.reception import registration
from api.reception.registration import Candidate, Registered, Registration
from api.service import Service, ServiceOf, Who
from dossier import registrations
from dossier.agencies import Agency
from dossier.journal import Recorded
from dossier.refusals import Refusal, refused
from dossier.writing import Accepted, Outcome
from projections.dossiers.dossiers import Dossiers

DIFFERENTLY = "already-recorded-differently"
ANOTHERS = "This Idempotency-Key registered something else: send a new key with a new registration."
router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
REGISTRATION = {"$ref": "#/components/schemas/Registration"}


async def registration_of(request: Request, srv: ServiceOf, who: Who) -> Registration:
    """The registration in the body: read once the token is known, and never more of it than one event may hold."""
    allow(who, "agency")
    return registration.taken(await cloudevents.json_body(request, srv.limits.event_bytes))


@router.post("", status_code=201, response_model=Registered, responses={
    200: {"model": Registered, "description": "This entrepreneur has a dossier already"},
    **documented("malformed", "unauthenticated", "forbidden", "invalid", "already-recorded-differently", "overloaded",
                 "subject-ambiguous", "too-large", "unsupported-media-type"),
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
        known = registration.certain(request, found) if idempotency_key is None else None
        if idempotency_key is not None:
            known = _by_key(srv, agency, dossier, registration_id, request, found)
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


def _by_key(
    srv: Service,
    agency: Agency,
    dossier: UUID,
    registration_id: str,
    request: dict[str, Any],
    candidates: list[Candidate],
) -> UUID | None:
    """The dossier that a key opened or found before, or finds now; None where it is to open one.

    Raises Refused where the key was another registration's.
    """
    if srv.log.journal.versions([dossier]):
        _same_again(srv, agency, dossier, registration_id, request)
        return dossier
    key = bytes.fromhex(registration_id)
    with srv.log.journal.reading() as connection:
        before = registrations.found(connection, key)
        certain = registration.certain(request, candidates) if before is None else None
        if certain is not None:
            before = registrations.remember(connection, key, certain, request)
    if before is not None and not before.by(request):
        raise refused(DIFFERENTLY, ANOTHERS)
    return before.dossier if before else None


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
        raise refused(DIFFERENTLY, ANOTHERS)


def _opened(outcomes: list[Outcome]) -> Recorded:
    """The last event of a dossier just opened. Raises Refused with the reason of the first that was not taken.

    The person stands in it as in the data of the first event; no other data is refused once it is checked.
    """
    for outcome in outcomes:
        if isinstance(outcome, Refusal) and outcome.slug != "batch-refused":
            errors = [(pointer.removeprefix("/data"), detail) for pointer, detail in outcome.errors]
            raise refused(outcome.slug, outcome.detail, *errors, **outcome.more)
    last = outcomes[-1]
    assert isinstance(last, Accepted)
    return last.recorded
