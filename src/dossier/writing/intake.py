"""Intake: one CloudEvent as it arrives -> a command whose every field was checked, or a refusal that says why."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue import RULEBOOK, TYPES, EventCorrected, Fact
from dossier.journal.draft import idempotency_key
from dossier.refusals import Refused, refused
from dossier.values import INSTANT_WANTED, parse_instant
from dossier.writing.command import Command
from dossier.writing.envelope import INVALID, read_envelope
from dossier.writing.wording import read_worded

AHEAD = timedelta(days=1)


def read(event: Any, agency: Agency, now: datetime, *, expected: frozenset[int] | None = None) -> Command:
    """A parsed CloudEvent in JSON form -> a command of this agency. Raises Refused with pointers to the fields."""
    envelope = read_envelope(event)
    source, event_id, time = envelope["source"], envelope["id"], envelope["time"].upper()  # as `Instant` is kept
    _check_source(source, agency)
    kind = _kind(envelope["type"])
    _check_time(time, now)
    _check_voice(time, agency)
    fact, unmapped, unless_repeat = read_worded(kind, envelope["data"], agency.vocabulary)
    if isinstance(fact, EventCorrected) and fact.time is not None:
        _check_time(fact.time, now, "/data/time")
    return Command(
        agency.id,
        source,
        event_id,
        idempotency_key(source, event_id),
        read_subject(envelope["subject"]),
        time,
        envelope.get("timeprecision", "day"),
        fact,
        envelope.get("correlationid"),
        envelope.get("causationid"),
        expected,
        agency.vocabulary,
        unmapped,
        unless_repeat,
        agency.speaks_for,
    )


def read_subject(subject: str) -> UUID | str:
    """A dossier id, or an enterprise number in any usual spelling."""
    dossier = _dossier_id(subject)
    if dossier == RULEBOOK:
        raise refused("dossier-unknown", "This is the record of the rules, not a dossier.", ("/subject", "unknown"))
    if dossier is not None:
        return dossier
    try:
        return enterprise_number.normalise(subject)
    except enterprise_number.InvalidEnterpriseNumber as error:
        raise _invalid("/subject", f"a dossier id or an enterprise number; {error}") from None


@lru_cache(maxsize=65_536)
def _dossier_id(subject: str) -> UUID | None:
    """A stream names the same dossiers again and again: parsing an id costs more than remembering it."""
    try:
        dossier = UUID(subject)
    except ValueError:
        return None
    return dossier if str(dossier) == subject.lower() else None


def _kind(name: str) -> type[Fact]:
    kind = TYPES.get(name)
    if kind is None:
        raise refused("unknown-type", "GET /v1/event-types lists the catalogue.", ("/type", "not in the catalogue"))
    return kind


def _check_source(source: str, agency: Agency) -> None:
    if not agency.owns(source):
        said = f"Sources of {agency.id} start with {agency.source_prefix.rstrip('/')}/"
        raise refused("source-not-yours", said, ("/source", "not yours"))


def _check_voice(time: str, agency: Agency) -> None:
    """What happened once another speaks for an agency is not its own to tell."""
    if agency.succeeded_on is not None and not agency.speaks_at(parse_instant(time)):
        said = f"From {agency.succeeded_on} on {agency.successor} speaks for {agency.id}: it posts what happened since."
        raise refused("agency-succeeded", said, ("/time", f"on or after {agency.succeeded_on}"))


def _check_time(time: str, now: datetime, at: str = "/time") -> None:
    try:
        instant = parse_instant(time)
    except ValueError:
        raise _invalid(at, INSTANT_WANTED) from None
    if instant > now + AHEAD:
        raise refused("time-in-the-future", "Send what has happened, once it has.", (at, "more than a day ahead"))


def _invalid(pointer: str, said: str) -> Refused:
    return refused("invalid", INVALID, (pointer, said))
