"""`/v1/programmes/{programme}/targets`: what organisations set out to reach together, over all its dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.bodies import valid
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier import programme_targets
from dossier.refusals import refused
from dossier.values import WORD, AgencyId, Day, ProgrammeId, Quantity, Term

router = APIRouter(prefix="/v1/programmes/{programme}/targets", tags=["objectives"])
ObjectivePath = Annotated[str, Path(max_length=128, pattern=WORD, description="An objective, as events name it.")]
TARGET = {"$ref": "#/components/schemas/Target"}


class Target(BaseModel):
    """What a programme is to reach of an objective, over all its dossiers, until the day `due`; by which agencies."""

    model_config = ConfigDict(extra="forbid")

    kind: Term | None = None
    target: Annotated[Quantity, Field(description="More than zero.")]
    due: Day | None = None
    agencies: Annotated[list[AgencyId], Field(min_length=1, max_length=50)]


class Aim(Target):
    """A target as it is set from now on."""

    programme: str
    objective_id: str
    target: float
    set_by: str


async def target_of(request: Request, srv: ServiceOf, who: Who) -> Target:
    """The target in the body, read once the token is known. Raises Refused with pointers."""
    allow(who, "agency")
    return valid(Target, await cloudevents.json_body(request, srv.limits.event_bytes), "target")


def _check_registered(srv: ServiceOf, who: Who, target: Target) -> None:
    """That organisations are named which are there, the caller's own among them, and something to reach."""
    srv.log.refresh()
    unknown = [
        (f"/agencies/{index}", "GET /v1/agencies lists the organisations")
        for index, agency in enumerate(target.agencies)
        if agency not in srv.log.agencies
    ]
    own = [] if _speakers(srv, who) & {*target.agencies} else [("/agencies", "name your own organisation among them")]
    nothing = [] if Decimal(str(target.target)) > 0 else [("/target", "more than zero")]
    if problems := [*unknown, *own, *nothing]:
        raise refused("invalid", "The target is not valid; `errors` says where.", *problems)


def _speakers(srv: ServiceOf, who: Who) -> set[str]:
    """The caller's organisation, and those it is the successor of."""
    own = srv.poster(who)
    return {own.id, *own.speaks_for}


@router.put(
    "/{objective_id:path}",
    responses=documented("malformed", "unauthenticated", "forbidden", "invalid", "too-large", "unsupported-media-type"),
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": TARGET}}}},
)
def aim(
    programme: ProgrammeId,
    objective_id: ObjectivePath,
    body: Annotated[Target, Depends(target_of)],
    srv: ServiceOf,
    who: Who,
) -> Aim:
    """Say what a programme is to reach of an objective; the organisations that it names may change it."""
    _check_registered(srv, who, body)
    target = programme_targets.Target(
        programme, objective_id, body.kind, Decimal(str(body.target)), body.due, sorted({*body.agencies}),
        srv.poster(who).id,
    )  # fmt: skip
    with _of_the_group(), srv.log.journal.reading() as connection:
        programme_targets.put(connection, target, _speakers(srv, who))
    return Aim(**target._asdict())


@router.delete(
    "/{objective_id:path}",
    status_code=204,
    response_class=Response,
    responses=documented("unauthenticated", "forbidden", "not-found", "invalid"),
)
def withdraw(programme: ProgrammeId, objective_id: ObjectivePath, srv: ServiceOf, who: Who) -> Response:
    """Aim at a target no longer."""
    allow(who, "agency")
    with _of_the_group(), srv.log.journal.reading() as connection:
        if not programme_targets.withdraw(connection, programme, objective_id, _speakers(srv, who)):
            raise refused("not-found", "This programme has no target for this objective.")
    return Response(status_code=204)


@contextmanager
def _of_the_group() -> Iterator[None]:
    try:
        yield
    except programme_targets.NotOfTheGroup:
        raise refused("forbidden", "Only an organisation that a target names changes it.") from None
