"""`/v1/undertakings`: may an undertaking receive so much de minimis aid on a day, and why."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers.aid_room import AMOUNT, question
from api.identity.rights import allow
from api.protocol.problems import documented
from api.routes.dossiers import REACHED_SECONDS, AtLeast
from api.service import ServiceOf, Who, past
from dossier.refusals import refused
from projections.dossiers.undertakings import PATIENCE, admission
from projections.undertaking.de_minimis import NoRegulation

router = APIRouter(prefix="/v1/undertakings", tags=["undertakings"])


class Shown(BaseModel):
    """What an answer is made of; more may be added."""

    model_config = ConfigDict(extra="allow")


class Because(Shown):
    """The rules and the positions of the log an answer follows from."""

    rules: list[str]
    positions: list[str]


class Grant(Shown):
    """One aid that counts on the day; `counted` is what this undertaking holds of its gross grant equivalent."""

    dossier: str
    application_id: str
    enterprise: str
    agency: str | None
    amount: str | None
    gross_grant_equivalent: str
    counted: str
    conferred_on: str
    counts_until: str | None
    position: str


class Member(Shown):
    """An enterprise of the undertaking, and the link that makes it one."""

    legal_identifier: str
    because: dict[str, Any]


class Freed(Shown):
    """A day on which room frees: how much, and the room there is then; `ceiling` where it rises on that day."""

    on: str
    amount: str
    room: str
    ceiling: str | None = Field(None, description="told where it rises that day; else less aid counts")


class Admission(Shown):
    """How much de minimis aid an undertaking has and may have; amounts in EUR, gross, as decimal strings."""

    enterprise: str
    members: list[Member]
    regime: dict[str, Any]
    currency: str
    ceiling: str
    used: str
    room: str
    as_of: str
    known: str | None
    grants: list[Grant]
    frees: list[Freed]
    amount: str | None
    allowed: bool | None = Field(description="null when no amount was asked")
    earliest: str | None = Field(description="the first day on which the amount fits, as far as is known now")
    on_record: bool = Field(description="whether any dossier names the enterprise")
    because: Because
    ruleset: str
    ruleset_digest: str
    position: str


@router.get("/{enterprise}/de-minimis", response_model=Admission, responses=documented(
    "unauthenticated", "forbidden", "invalid", "not-projected-yet"
))  # fmt: skip
def de_minimis(
    enterprise: str,
    srv: ServiceOf,
    who: Who,
    amount: Annotated[str | None, Query(pattern=AMOUNT, description="Gross grant equivalent in EUR.")] = None,
    on: Annotated[str | None, Query(description="The day the right would be conferred; today by default.")] = None,
    known: Annotated[str | None, Query(description="An RFC 3339 time: as the log knew it then.")] = None,
    at_least: AtLeast = None,
) -> Response:
    """May this undertaking receive this de minimis aid on this day: whole or not at all, and because of what.

    It includes all that was written before it was asked, and is refused while that is not projected: `at_least` waits
    longer. An enterprise that no dossier names has its whole room.
    """
    allow(who, "agency", "adviser", "auditor", "analyst")
    asked = question(enterprise, amount, on, known)
    patience = PATIENCE if past(srv, at_least, "/at_least") is None else REACHED_SECONDS
    try:
        told = admission(srv.log.journal, asked, patience=patience)
        return Response(orjson.dumps(told), media_type="application/json")
    except NoRegulation as error:
        raise refused("invalid", f"{str(error).capitalize()}.", ("/on", "no regulation holds")) from None
