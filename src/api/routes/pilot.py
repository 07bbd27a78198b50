"""`GET /v1/pilot`: the pilot's test of success, that information passes between agencies."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.answers.figures import reader
from api.identity.rights import allow, inside
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier.event import stamp
from dossier.refusals import refused
from projections.figures.facts_reader import NoFacts
from projections.publications.pilot import pilot, published_pilot
from projections.publications.press import BeingPublished

router = APIRouter(tags=["indicators"])


class Measure(BaseModel):
    """One measure, of how many dossiers; null where there is nothing to measure or too few to say."""

    value: float | None
    n: int | None
    suppressed: bool


class Measures(BaseModel):
    """Hours (median) to a first reading, share of fields reused, fields sent again with the same value."""

    hours_to_first_reading: Measure
    share_reused: Measure
    asked_twice: Measure


class Pair(Measures):
    """What became of one agency's facts at another."""

    from_agency: str
    to_agency: str


class Pilot(BaseModel):
    """The re-explaining meter: whole, and for each pair of agencies."""

    since: str
    readings: str
    headline: Measures
    pairs: list[Pair]
    certificate: dict[str, Any]
    caveats: list[dict[str, str]]


@router.get(
    "/v1/pilot", responses=documented("unauthenticated", "forbidden", "invalid", "being-published", "unavailable")
)
def read(
    request: Request,
    srv: ServiceOf,
    who: Who,
    disclosure: Annotated[str, Query(pattern="^(controlled|none)$")] = "controlled",
) -> Pilot:
    """How fast facts are read by others, and how much is asked again; cells of few dossiers are hidden.

    Agencies and the operator get it as published. `disclosure=none` shows all, to analysts alone. The indicator
    `re-explaining` has the same figures by year.
    """
    allow(who, "analyst", "agency", "operator", "auditor")
    if disclosure == "none":
        allow(who, "analyst")
    try:
        found = (
            pilot(reader(request), controlled=disclosure != "none")
            if inside(who)
            else published_pilot(request.app.state.press)
        )
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None
    except BeingPublished as error:
        raise refused("being-published", f"{error}.") from None
    return Pilot(since=stamp(srv.log.ledger.since()), readings=found["certificate"]["readings"], **found)
