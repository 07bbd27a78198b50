"""`GET /v1/dossiers/{id}/changes`: what changed since the reader's own last reading, or since a time or position."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.answers.clocks import instant_of
from api.identity.rights import allow, may_read, sees_person_of
from api.protocol.problems import documented
from api.reader import Reader, Reads
from api.service import ServiceOf, Who
from api.words.languages import Lang
from dossier.catalogue import TYPES
from dossier.event import stamp
from dossier.ledger import Entry, Seen
from dossier.refusals import refused
from projections.dossiers.changes import changes, position_at
from projections.dossiers.dossiers import Dossiers

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])
POSITION = re.compile(r"[0-9]{1,18}")
SINCE = (
    "A position, a date, an RFC 3339 time, `last-reading` (the default: the reader's own latest reading of the dossier "
    "in the access ledger) or `last-visit` (the one before this visit; readings less than half an hour apart are one)."
)


class Since(BaseModel):
    """From where changes count: `by` says how it was found, `never` when the reader has not read the dossier yet."""

    by: str
    position: str
    at: str | None


class Until(BaseModel):
    """Up to where changes count."""

    position: str
    version: int


class Difference(BaseModel):
    """One field of the state, by a JSON pointer whose steps into lists are names; null where there was nothing."""

    field: str
    before: Any
    after: Any


class Changed(BaseModel):
    """The facts newly known, recorded, corrected or retracted since; and what they did to the state."""

    dossier: UUID
    lang: str
    since: Since
    until: Until
    entries: list[dict[str, Any]]
    differences: list[Difference]


class Mark(NamedTuple):
    """The position changes count from, how it was found, and when that was."""

    by: str
    position: int
    at: datetime | None


@router.get("/{dossier}/changes", responses=documented("unauthenticated", "forbidden", "not-found", "invalid"))
def read(
    dossier: UUID,
    srv: ServiceOf,
    who: Who,
    reads: Reads,
    since: Annotated[str, Query(max_length=64, description=SINCE)] = "last-reading",
    lang: Lang = "fr",
) -> Changed:
    """What changed on a dossier since it was last read.

    Asking for changes does not count as reading the dossier: the same question has the same answer until it is read.
    """
    allow(who, "adviser", "agency", "entrepreneur")
    may_read(who, dossier)
    dossiers = Dossiers(srv.log.journal)
    personal = sees_person_of(who, srv.log.journal, dossier)
    mark = mark_of(since, dossier, reads, dossiers)
    found = changes(dossiers, dossier, mark.position, personal=personal)
    if found is None:
        raise refused("not-found", "No dossier has this id.")
    if personal:
        reads.records("changes", Seen(dossier, found.version, found.position))
    return Changed(
        dossier=dossier,
        lang=lang,
        since=Since(by=mark.by, position=str(mark.position), at=stamp(mark.at) if mark.at else None),
        until=Until(position=str(found.position), version=found.version),
        entries=[entry | {"label": TYPES[entry["type"]].LABEL[lang]} for entry in found.entries],
        differences=[Difference(**one._asdict()) for one in found.differences],
    )


def mark_of(since: str, dossier: UUID, reads: Reader, dossiers: Dossiers) -> Mark:
    """From where changes are asked for. Raises Refused."""
    if since in ("last-reading", "last-visit"):
        return _marked(since, reads.last_reading(dossier) if since == "last-reading" else reads.last_visit(dossier))
    if POSITION.fullmatch(since):
        return Mark("position", int(since), None)
    instant = _instant(since)
    return Mark("time", position_at(dossiers, dossier, instant), instant)


def _marked(by: str, entry: Entry | None) -> Mark:
    return Mark(by, entry.seen.position, entry.at) if entry else Mark("never", 0, None)


def _instant(text: str) -> datetime:
    try:
        return instant_of(text)
    except ValueError:
        said = "A position, a date, an RFC 3339 time, last-reading or last-visit."
        raise refused("invalid", said, ("/since", "none of these")) from None
