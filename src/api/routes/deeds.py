"""The register's deeds over HTTP: who was registered as what, and when, for auditors."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.identity.rights import allow
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.service import ServiceOf, Who
from dossier.deeds import KEPT, Deed, deeds
from dossier.event import stamp
from dossier.ledger.entry import digest
from dossier.refusals import refused

router = APIRouter(prefix="/v1", tags=["proofs"])
PAGE = 20
"""Deeds at a time: a vocabulary is up to a MiB, and stands there twice."""
After = Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="From the Link header of the page before.")]


class DeedTold(BaseModel):
    """A change of what is registered beside the log, with the bytes it is stored as and their SHA-256.

    `about` is the table and the key of the row in it; `row` is the row from then on, null once it is removed.
    """

    number: str
    at: str
    about: str
    row: dict[str, Any] | None
    stored: str
    digest: str


class Deeds(BaseModel):
    """A page of the register's deeds."""

    deeds: list[DeedTold]


@router.get("/deeds", responses=documented("unauthenticated", "forbidden", "invalid"))
def get_deeds(
    request: Request,
    response: Response,
    srv: ServiceOf,
    who: Who,
    table: Annotated[str | None, Query(description="Deeds about this table alone, like registry.agency.")] = None,
    after: After = None,
) -> Deeds:
    """What was registered, changed and removed beside the log, in order, by page: who could post under which source,
    what organisations were called and offered, what their words meant, whose keys may cosign; which keys sign, what was
    published of the indicators, and which personal values were the same where they were erased."""
    allow(who, "auditor")
    if table is not None and table not in KEPT:
        raise refused("invalid", f"Deeds are about {', '.join(sorted(KEPT))}.", ("/table", "no such table"))
    with srv.log.journal.reading() as connection:
        found = deeds(connection, int(after or 0), PAGE + 1, table)
    if len(found) > PAGE:
        response.headers.update(next_page(request, after=found[PAGE - 1].number))
    return Deeds(deeds=[_told(deed) for deed in found[:PAGE]])


def _told(deed: Deed) -> DeedTold:
    stored = base64.b64encode(deed.stored).decode()
    return DeedTold(
        number=str(deed.number),
        at=stamp(deed.at),
        about=deed.about,
        row=deed.row,
        stored=stored,
        digest=digest(deed.stored),
    )
