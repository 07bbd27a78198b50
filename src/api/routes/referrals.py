"""`/v1/referrals`: the worklist of referrals from and to an organisation, and where one may refer to."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.identity.principal import Principal
from api.identity.rights import allow
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.routes.services import Lang, described
from api.service import AgencyFilter, Service, ServiceOf, Who
from dossier import services
from dossier.refusals import refused
from dossier.values import WORD, parse_day
from projections.dossiers import worklist
from projections.dossiers.dossiers import today
from projections.dossiers.worklist import After, AnswerTime, Wanted

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])
PAGE = 100
YEAR = timedelta(days=365)
Status = Literal["waiting", "accepted", "declined", "completed", "open", "overdue"]
Capacity = Literal["open", "limited", "unknown", "closed"]
ORDER: tuple[Capacity, ...] = ("open", "limited", "unknown", "closed")


class Elsewhere(BaseModel):
    """A service of another organisation."""

    agency: str
    service: str | None


class Listed(BaseModel):
    """A referral with its clocks; `overdue` says which of them has run out today."""

    dossier: UUID
    referral_id: str | None
    from_agency: str | None
    to_agency: str | None
    service: str | None
    reason_code: str | None
    agreed: bool | None
    status: Literal["waiting", "accepted", "declined", "completed"]
    made_on: date
    answer_due: date | None
    answered_on: date | None
    completion_due: date | None
    completed_on: date | None
    outcome: str | None
    second_choice: Elsewhere | None
    overdue: Literal["answer", "completion"] | None


class Referrals(BaseModel):
    """A page of referrals, oldest first."""

    referrals: list[Listed]


class Option(BaseModel):
    """A service one may refer to. `answer_days`: the median of the last year, where three dossiers or more tell."""

    agency: str
    service: str
    capacity: Capacity
    until: date | None = None
    note: dict[Lang, str] | None = None
    answer_days: float | None = None
    answers: int = 0
    second_choice: Elsewhere | None = None


class Options(BaseModel):
    """The services one may refer to, the likeliest to help first."""

    options: list[Option]


@router.get("", responses=documented("unauthenticated", "forbidden", "invalid"))
def referrals(
    request: Request,
    response: Response,
    srv: ServiceOf,
    who: Who,
    to: AgencyFilter = None,
    from_: Annotated[str | None, Query(alias="from", pattern="^[a-z0-9-]{1,64}$", description="Who made it.")] = None,
    status: Annotated[Status | None, Query(description="`open` is waiting or accepted; `overdue` is raised.")] = None,
    cursor: str | None = None,
) -> Referrals:
    """Referrals from or to one's own organisation, oldest first; an auditor sees all. Nobody is named.

    `to` one's own is the inbox; `from` one's own with `overdue` is what was raised: it stayed silent longer than the
    rule allows. A predecessor's referrals are its successor's.
    """
    allow(who, "agency", "adviser", "auditor")
    own = own_agencies(srv, who)
    if own is not None and (to or from_) and not {to, from_} & own:
        raise refused("forbidden", "Referrals between other organisations are theirs: name your own in `to` or `from`.")
    wanted = Wanted(sorted(own) if own is not None else None, from_, to, status, _after(cursor))
    with srv.log.journal.reading() as connection:
        found = worklist.referrals(connection, wanted, today(), PAGE + 1)
    if len(found) > PAGE:
        found = found[:PAGE]
        response.headers.update(next_page(request, cursor=_cursor(found[-1][0])))
    return Referrals(referrals=[Listed(**shown) for _, shown in found])


@router.get("/options", responses=documented("unauthenticated", "forbidden", "invalid"))
def options(
    srv: ServiceOf,
    who: Who,
    service: Annotated[
        str | None, Query(max_length=120, pattern=WORD, description="A service, as referrals name it.")
    ] = None,
) -> Options:
    """Where one may refer to: capacity, how long an answer takes, and whom to name as second choice.

    A referral to a closed service is still taken: what was done is a fact. Look here before.
    """
    allow(who, "agency", "adviser", "auditor")
    day = today()
    with srv.log.journal.reading() as connection:
        offers = services.offered(connection, service=service)
        times = worklist.answer_times(connection, service, str(date.fromisoformat(day) - YEAR))
    found = {(one.agency, one.service): _offered(one.on(day)) for one in offers}
    for agency, name in times:
        found.setdefault((agency, name), Option(agency=agency, service=name, capacity="unknown"))
    ranked = sorted((_timed(one, times) for one in found.values()), key=_rank)
    return Options(options=[one.model_copy(update={"second_choice": _second(one, ranked)}) for one in ranked])


def own_agencies(srv: Service, who: Principal) -> set[str] | None:
    """The organisations whose referrals somebody sees: their own and those it succeeded; None for all."""
    if who.role == "auditor":
        return None
    if who.agency is None:
        raise refused("forbidden", "This token names no organisation: referrals are shown to those from or to.")
    srv.log.refresh()
    agency = srv.log.agencies.get(who.agency)
    return {who.agency, *(agency.speaks_for if agency else ())}


def _cursor(after: After) -> str:
    return base64.urlsafe_b64encode("|".join(map(str, after)).encode()).decode().rstrip("=")


def _after(cursor: str | None) -> After | None:
    if not cursor:
        return None
    try:
        day, dossier, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split("|")
        return After(str(parse_day(day)), str(UUID(dossier)), int(number[:9]))
    except ValueError:
        raise refused(
            "invalid", "Take the cursor from the Link header of the page before.", ("/cursor", "unknown")
        ) from None


def _offered(one: services.Service) -> Option:
    return Option(agency=one.agency, **described(one).model_dump())


def _timed(one: Option, times: dict[tuple[str, str], AnswerTime]) -> Option:
    time = times.get((one.agency, one.service))
    return one.model_copy(update={"answer_days": time.median_days, "answers": time.answers}) if time else one


def _rank(one: Option) -> tuple[int, float, str, str]:
    """Room first, then a quick answer."""
    return (
        ORDER.index(one.capacity),
        one.answer_days if one.answer_days is not None else float("inf"),
        one.agency,
        one.service,
    )


def _second(one: Option, ranked: list[Option]) -> Elsewhere | None:
    """The best other organisation with the same service, if it is not closed."""
    for other in ranked:
        if other.service == one.service and other.agency != one.agency and other.capacity != "closed":
            return Elsewhere(agency=other.agency, service=other.service)
    return None
