"""`GET /v1/dossiers/{id}/peers`: one dossier beside its peers, for those who may read it; nobody else is shown."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.answers.figures import reader
from api.identity.rights import allow, may_read, sees_person_of
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier.refusals import refused
from projections.dossiers.peers import FEWEST, beside_peers
from projections.figures.facts_reader import NoFacts

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
FRESH = 60.0
"""Seconds: how old the facts may be that a dossier is compared by."""


class Text(BaseModel):
    """The same in three languages."""

    fr: str
    nl: str
    en: str


class Group(BaseModel):
    """What the peers share with the dossier; what is left out was not asked of them.

    `n` is how many undertakings they are, rounded down to fives.
    """

    sector: Literal["ict", "other"] | None
    cohort: int | None = None
    phase: str | None = None
    n: int


class Compared(BaseModel):
    """The dossier's own value, and the quartiles of its peers where enough undertakings have one, `n` as above."""

    measure: str
    label: Text
    unit: str
    own: float | None
    n: int | None
    low: float | None
    median: float | None
    high: float | None


class Peers(BaseModel):
    """One dossier beside its peers."""

    dossier: UUID
    position: str
    ruleset: str
    ruleset_digest: str
    fewest: int
    peers: Group | None
    measures: list[Compared]
    caveats: list[Text]


@router.get("/{dossier}/peers", responses=documented("unauthenticated", "forbidden", "not-found"))
def read(dossier: UUID, request: Request, srv: ServiceOf, who: Who) -> Peers:
    """A dossier's delays, support and milestones beside those of dossiers of its sector, cohort and phase.

    Quartiles of at least five other undertakings, rounded. The facts may be a minute old.
    """
    allow(who, "agency", "adviser", "auditor", "entrepreneur")
    may_read(who, dossier)
    if not srv.log.journal.versions([dossier]):
        raise refused("not-found", "No dossier has this id.")
    if not sees_person_of(who, srv.log.journal, dossier):
        raise refused("forbidden", "An agency compares the dossiers that it is related to.")
    facts = reader(request)
    try:
        generation, tables = facts.recent(FRESH)
        found = beside_peers(str(dossier), tables)
        if found is None:
            generation, tables = facts.facts()
            found = beside_peers(str(dossier), tables)
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None
    if found is None:
        raise refused("unavailable", "This dossier is not projected yet.")
    return Peers(
        dossier=dossier,
        position=str(generation.position),
        ruleset=generation.ruleset,
        ruleset_digest=generation.digest,
        fewest=FEWEST,
        **found,
    )
