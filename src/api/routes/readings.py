"""The access ledger over HTTP: all of it for auditors, a dossier's own readings for its entrepreneur."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.answers.clocks import instant_of
from api.answers.looked import looked, told
from api.identity.principal import Role
from api.identity.rights import allow, may_read
from api.protocol.paging import next_page
from api.protocol.problems import documented
from api.service import AgencyFilter, Service, ServiceOf, Who
from api.words.languages import Lang
from api.words.telling import Teller
from api.words.words import words
from dossier.agencies import Agency
from dossier.event import stamp
from dossier.ledger import Asked, Entry
from dossier.ledger.entry import digest
from dossier.ledger.purposes import DEFAULTS, PURPOSES
from dossier.refusals import refused

router = APIRouter(prefix="/v1", tags=["readings"])
PAGE = 100
Cursor = Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="From the Link header of the page before.")]
When = "A date (of Brussels) or an RFC 3339 time."


class Reading(BaseModel):
    """One entry of the access ledger, with the canonical bytes it is stored as and their SHA-256."""

    number: str
    at: str
    dossier: UUID
    role: str
    agency: str | None
    reader: str | None
    purpose: str
    kind: str
    version: int
    position: str
    stored: str
    digest: str


class Readings(BaseModel):
    """A page of the access ledger. `since` is when it began: earlier readings are not known."""

    since: str
    readings: list[Reading]


class OwnReading(BaseModel):
    """One reading as the entrepreneur is told of it."""

    number: str
    at: str
    role: str
    agency: str | None
    purpose: str
    kind: str
    version: int
    who: str
    what: str
    why: str
    told: str


class OwnReadings(BaseModel):
    """Who looked at a dossier, the latest first."""

    dossier: UUID
    lang: str
    since: str
    readings: list[OwnReading]


class PurposeTold(BaseModel):
    """A purpose, the roles that may give it, those it is the default of, and its name in three languages."""

    purpose: str
    roles: list[str]
    default_of: list[str]
    label: dict[str, str]


@router.get("/readings", responses=documented("unauthenticated", "forbidden", "invalid", "not-what-was-signed"))
def readings(
    request: Request,
    response: Response,
    srv: ServiceOf,
    who: Who,
    dossier: UUID | None = None,
    agency: AgencyFilter = None,
    from_: Annotated[str | None, Query(alias="from", description=When)] = None,
    to: Annotated[str | None, Query(description=f"{When} A date is included, a time is not.")] = None,
    after: Cursor = None,
) -> Readings:
    """Who read personal data of which dossier, when and why: the ledger in its order, by page."""
    allow(who, "auditor")
    asked = Asked(dossier, agency, _instant(from_, "/from", end=False), _instant(to, "/to", end=True))
    found = srv.log.ledger.asked(asked, int(after or 0), PAGE + 1)
    if len(found) > PAGE:
        response.headers.update(next_page(request, after=found[PAGE - 1].number))
    return Readings(since=stamp(srv.log.ledger.since()), readings=[reading(entry) for entry in found[:PAGE]])


@router.get("/dossiers/{dossier}/readings", responses=documented(
    "unauthenticated", "forbidden", "not-found", "invalid", "not-what-was-signed"
))  # fmt: skip
def own_readings(
    dossier: UUID,
    request: Request,
    response: Response,
    srv: ServiceOf,
    who: Who,
    lang: Lang = "fr",
    before: Cursor = None,
) -> OwnReadings:
    """Who looked at a dossier and why, in plain words: for its entrepreneur, and for auditors. The latest first."""
    allow(who, "auditor", "entrepreneur")
    may_read(who, dossier)
    if not srv.log.journal.versions([dossier]):
        raise refused("not-found", "No dossier has this id.")
    found = srv.log.ledger.of_dossier(dossier, int(before) if before else None, PAGE + 1)
    if len(found) > PAGE:
        response.headers.update(next_page(request, before=found[PAGE - 1].number))
    teller = Teller(words(lang), agencies_of(srv, found[:PAGE]))
    return OwnReadings(
        dossier=dossier,
        lang=lang,
        since=stamp(srv.log.ledger.since()),
        readings=[_own(entry, teller, who.role) for entry in found[:PAGE]],
    )


@router.get("/purposes")
def purposes() -> list[PurposeTold]:
    """Why a dossier may be read: the list that `purpose=` and the header `Dossier-Purpose` take from."""
    return [
        PurposeTold(
            purpose=name,
            roles=list(purpose.roles),
            default_of=[role for role, default in DEFAULTS.items() if default == name],
            label=purpose.label,
        )
        for name, purpose in PURPOSES.items()
    ]


def reading(entry: Entry) -> Reading:
    """An entry as auditors see it."""
    assert entry.at is not None
    stored = entry.stored()
    return Reading(
        number=str(entry.number),
        at=stamp(entry.at),
        dossier=entry.seen.dossier,
        role=entry.role,
        agency=entry.agency,
        reader=entry.reader,
        purpose=entry.purpose,
        kind=entry.kind,
        version=entry.seen.version,
        position=str(entry.seen.position),
        stored=base64.b64encode(stored).decode(),
        digest=digest(stored),
    )


def agencies_of(srv: Service, found: list[Entry]) -> dict[str, Agency]:
    """The organisations that entries name; one may have been registered beside this server."""
    if not {entry.agency for entry in found if entry.agency} <= srv.log.agencies.keys():
        srv.log.refresh()
    return srv.log.agencies


def _own(entry: Entry, teller: Teller, viewer: Role) -> OwnReading:
    assert entry.at is not None
    said = looked(entry, teller, viewer)
    return OwnReading(
        number=str(entry.number),
        at=stamp(entry.at),
        role=entry.role,
        agency=entry.agency,
        purpose=entry.purpose,
        kind=entry.kind,
        version=entry.seen.version,
        who=said.who,
        what=said.what,
        why=said.why,
        told=told(said, teller),
    )


def _instant(text: str | None, pointer: str, *, end: bool) -> datetime | None:
    try:
        return instant_of(text, end=end) if text else None
    except ValueError:
        raise refused("invalid", "A date like 2026-03-09, or an RFC 3339 time.", (pointer, "not a time")) from None
