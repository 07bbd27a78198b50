"""`/v1/programmes`: objectives that several organisations share over many dossiers, and what they set out for."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from api.identity.principal import Role
from api.identity.rights import allow
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier.refusals import refused
from dossier.values import ProgrammeId
from projections.dossiers import programmes
from projections.dossiers.dossiers import today

router = APIRouter(prefix="/v1/programmes", tags=["objectives"])
READERS: tuple[Role, ...] = ("agency", "adviser", "auditor", "analyst")


class Programme(BaseModel):
    """A programme: the dossiers, objectives and organisations it has."""

    programme: str
    dossiers: int
    objectives: int
    agencies: list[str]


class Programmes(BaseModel):
    """Every programme that an objective or a target names."""

    programmes: list[Programme]


class Blocker(BaseModel):
    """What stands in the way, and on how many dossiers."""

    blocker: str
    dossiers: int


class Objective(BaseModel):
    """One objective over all dossiers that have it. Dropped ones are in no sum; one reached counts as 100 percent."""

    objective_id: str
    kinds: list[str]
    agencies: list[str]
    dossiers: int
    open: int
    overdue: int
    reached: int
    dropped: int
    target: float | None
    target_reached: float | None
    percent: float | None
    first_due: date | None
    last_due: date | None
    blockers: list[Blocker]


class Aimed(BaseModel):
    """A target beside what dossiers that reached the objective had set of it: `percent` of the target."""

    objective_id: str
    kind: str | None
    target: float
    due: date | None
    agencies: list[str]
    set_by: str
    reached: float
    percent: float
    overdue: bool


class Objectives(BaseModel):
    """A programme's objectives, as they are today, and the targets set for the programme as a whole."""

    programme: str
    dossiers: int
    agencies: list[str]
    objectives: list[Objective]
    targets: list[Aimed]


@router.get("", responses=documented("unauthenticated", "forbidden"))
def all_programmes(srv: ServiceOf, who: Who) -> Programmes:
    """Every programme."""
    allow(who, *READERS)
    with srv.log.journal.reading() as connection:
        found = programmes.programmes(connection)
    return Programmes(programmes=[Programme(**one) for one in found])


@router.get("/{programme}/objectives", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def objectives(programme: ProgrammeId, srv: ServiceOf, who: Who) -> Objectives:
    """The objectives of a programme, summed over its dossiers: how far, until when, what stands in the way."""
    allow(who, *READERS)
    with srv.log.journal.reading() as connection:
        found = programmes.objectives(connection, programme, today())
    if found is None:
        raise refused("not-found", "No objective and no target names this programme.")
    return Objectives(**found)
