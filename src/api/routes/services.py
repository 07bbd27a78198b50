"""`/v1/agencies/{agency}/services`: what an organisation offers, and whether there is room."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.bodies import valid
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier import services
from dossier.refusals import refused
from dossier.services import Capacity
from dossier.values import WORD, Day
from projections.dossiers.dossiers import today

router = APIRouter(prefix="/v1/agencies/{agency}/services", tags=["referrals"])
AgencyPath = Annotated[str, Path(pattern="^[a-z0-9-]{1,64}$", description="An organisation by its id.")]
ServicePath = Annotated[str, Path(max_length=120, pattern=WORD, description="A service, as referrals name it.")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Lang = Literal["fr", "nl", "en"]
OFFER = {"$ref": "#/components/schemas/Offer"}


class Offer(BaseModel):
    """Whether a service has room; through the day `until`, or for good; `note` says why, for whoever refers."""

    model_config = ConfigDict(extra="forbid")

    capacity: Capacity
    until: Day | None = None
    note: dict[Lang, Sentence] | None = None


class Offered(Offer):
    """A service with its capacity today: one that has lapsed says nothing any longer, and the service is open."""

    service: str


class Services(BaseModel):
    """What an organisation offers."""

    agency: str
    services: list[Offered]


async def offer_of(request: Request, srv: ServiceOf, who: Who) -> Offer:
    """The offer in the body, read once the token is known. Raises Refused with pointers."""
    allow(who, "agency")
    return valid(Offer, await cloudevents.json_body(request, srv.limits.event_bytes), "offer")


@router.get("", responses=documented("not-found", "invalid"))
def offers(agency: AgencyPath, srv: ServiceOf) -> Services:
    """The services of an organisation with their capacity, for anyone."""
    return _services(srv, agency)


@router.put(
    "/{service:path}",
    responses=documented("malformed", "unauthenticated", "forbidden", "invalid", "too-large", "unsupported-media-type"),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": OFFER}}}},
)
def offer(
    agency: AgencyPath, service: ServicePath, body: Annotated[Offer, Depends(offer_of)], srv: ServiceOf, who: Who
) -> Services:
    """Say whether a service of one's own organisation has room; it is offered from then on."""
    _check_own(srv, who, agency)
    note = body.note or {}
    with srv.log.journal.reading() as connection:
        services.offer(
            connection,
            services.Service(
                agency, service, body.capacity, body.until, note.get("fr"), note.get("nl"), note.get("en")
            ),
        )
    return _services(srv, agency)


@router.delete("/{service:path}", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def withdraw(agency: AgencyPath, service: ServicePath, srv: ServiceOf, who: Who) -> Services:
    """Offer a service no longer; what is left."""
    allow(who, "agency")
    _check_own(srv, who, agency)
    with srv.log.journal.reading() as connection:
        if not services.withdraw(connection, agency, service):
            raise refused("not-found", "This organisation does not offer this service.")
    return _services(srv, agency)


def _check_own(srv: ServiceOf, who: Who, agency: str) -> None:
    if srv.poster(who).id != agency:
        raise refused("forbidden", f"Only {agency} says what it offers.")


def _services(srv: ServiceOf, agency: str) -> Services:
    srv.log.refresh()
    if agency not in srv.log.agencies:
        raise refused("not-found", "GET /v1/agencies lists the organisations.")
    with srv.log.journal.reading() as connection:
        found = services.offered(connection, agency=agency)
    return Services(agency=agency, services=[described(one.on(today())) for one in found])


def described(one: services.Service) -> Offered:
    """A service as the API shows it."""
    said: dict[Lang, str | None] = {"fr": one.note_fr, "nl": one.note_nl, "en": one.note_en}
    note = {lang: text for lang, text in said.items() if text is not None}
    return Offered(service=one.service, capacity=one.capacity, until=one.until, note=note or None)
