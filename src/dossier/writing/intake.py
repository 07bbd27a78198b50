"""Intake: one CloudEvent as it arrives -> a command whose every field was checked, or a refusal that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from pydantic import ValidationError

from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue import RULEBOOK, TYPES, EventCorrected, Fact
from dossier.commitment import as_json
from dossier.event import restore
from dossier.journal.draft import idempotency_key
from dossier.refusals import Refusal, Refused, refused
from dossier.values import INSTANT_WANTED, parse_instant
from dossier.vocabulary import Vocabulary
from dossier.vocabulary.vocabulary import LOCAL
from dossier.writing.command import Command
from dossier.writing.envelope import ENVELOPE, LONGEST, Envelope

AHEAD = timedelta(days=1)
TEXT = f"text of 1 to {LONGEST} characters, no control characters"
WANTED = {
    "specversion": 'CloudEvents 1.0 is taken: send "1.0"',
    "source": f"a URI of 1 to {LONGEST} characters, no spaces",
    "datacontenttype": "application/json is taken",
    "timeprecision": "one of day, month, year",
    "data": "an object is needed: GET /v1/event-types/{type} shows its schema",
    "data_base64": "send the data as JSON in `data`",
}
"""What to send where an attribute has not the form of the envelope; TEXT for the others."""


def read(event: Any, agency: Agency, now: datetime, *, expected_version: int | None = None) -> Command:
    """A parsed CloudEvent in JSON form -> a command of this agency. Raises Refused with pointers to the fields."""
    envelope = read_envelope(event)
    source, event_id, time = envelope["source"], envelope["id"], envelope["time"].upper()  # as `Instant` is kept
    if not agency.owns(source):
        raise refused(
            "source-not-yours",
            f"Sources of {agency.id} start with {agency.source_prefix}/",
            ("/source", "not yours"),
        )
    kind = TYPES.get(envelope["type"])
    if kind is None:
        raise refused("unknown-type", "GET /v1/event-types lists the catalogue.", ("/type", "not in the catalogue"))
    _check_time(time, now)
    if agency.succeeded_on is not None and not agency.speaks_at(parse_instant(time)):
        raise refused(
            "agency-succeeded",
            f"From {agency.succeeded_on} on {agency.successor} speaks for {agency.id}: it posts what happened since.",
            ("/time", f"on or after {agency.succeeded_on}"),
        )
    unmapped: Unmapped = ()
    unless_repeat: Refusal | None = None
    if agency.vocabulary is None:
        fact = read_data(kind, envelope["data"])
    else:
        fact, unmapped, unless_repeat = read_in_own_words(kind, envelope["data"], agency.vocabulary)
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
        expected_version,
        agency.vocabulary,
        unmapped,
        unless_repeat,
        agency.speaks_for,
    )


def read_envelope(event: Any) -> Envelope:
    """The attributes of a CloudEvent, each of its form. Raises Refused."""
    if not isinstance(event, dict):
        raise refused("malformed", "A CloudEvent is a JSON object.")
    try:
        return _envelope(event)
    except ValidationError as error:
        raise refused(
            "invalid",
            "The event is not valid; `errors` says where. Unknown attributes could carry a person past the vault.",
            *_envelope_errors(error, event),
        ) from None


def _envelope(event: dict[str, Any]) -> Envelope:
    """A null is an attribute that is not there (CloudEvents JSON format, 2.2); seldom sent, so looked for last."""
    try:
        return ENVELOPE(event)
    except ValidationError:
        return ENVELOPE({name: value for name, value in event.items() if value is not None})


def _envelope_errors(error: ValidationError, event: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for pointer, _ in field_errors(error, event, "")[:20]:
        name = pointer[1:]
        if name in WANTED or (name in Envelope.__annotations__ and event.get(name) is not None):
            said = WANTED.get(name, TEXT)
        elif name in Envelope.__annotations__:
            said = "this attribute is needed"
        else:
            said = "unknown attribute: remove it"
        found.append((pointer, said))
    return found


def read_data(kind: type[Fact], data: Any, at: str = "/data") -> Fact:
    """Data as given -> a fact of this kind, checked against its schema."""
    if not isinstance(data, dict):
        raise _invalid(at, "an object is needed: GET /v1/event-types/{type} shows its schema")
    try:
        return cast(Fact, kind.ADAPTER.validator.validate_python(data))
    except ValidationError as error:
        raise refused(
            "invalid",
            f"The data does not fit {kind.TYPE}: GET /v1/event-types/{kind.TYPE} shows its schema.",
            *field_errors(error, data, at),
        ) from None


Unmapped = tuple[tuple[str, str, str], ...]


def read_in_own_words(
    kind: type[Fact], data: Any, vocabulary: Vocabulary, at: str = "/data"
) -> tuple[Fact, Unmapped, Refusal | None]:
    """Data in an agency's words -> a fact in common terms, with the own words beside them; its words without one.

    Where the schema takes no other word the data is refused; but words of an earlier version give a fact still, with
    the refusal that holds unless that fact is recorded.
    """
    try:
        fact, unmapped = translated(kind, data, vocabulary, at)
        return fact, unmapped, None
    except Refused as error:
        if vocabulary.former is None:
            raise
        try:
            fact, _ = translated(kind, data, vocabulary.former, at)
        except Refused:
            raise error from None
        return fact, error.refusal.unmapped, error.refusal


def translated(kind: type[Fact], data: Any, vocabulary: Vocabulary, at: str) -> tuple[Fact, Unmapped]:
    """Data in an agency's words -> a fact in common terms; its words without one. Raises Refused."""
    if not isinstance(data, dict) or data.get(LOCAL) is not None:
        return read_data(kind, data, at), ()
    found = vocabulary.translate(kind.NAME, data)
    unmapped = tuple((kind.NAME, field, word) for field, word in found.unmapped)
    try:
        fact = read_data(kind, found.data, at)
    except Refused as error:
        raise Refused(_with_unmapped(error.refusal, unmapped, at)) from None
    return (restore(kind, {**as_json(fact), LOCAL: found.local}) if found.local else fact), unmapped


def corrected_data(kind: type[Fact], data: Any, vocabulary: Vocabulary | None, *, repeat: bool) -> Fact:
    """The data of a correction -> the fact it makes of the corrected one. Raises Refused."""
    if vocabulary is None:
        return read_data(kind, data, "/data/data")
    fact, _, refusal = read_in_own_words(kind, data, vocabulary, "/data/data")
    if refusal is not None and not repeat:
        raise Refused(refusal)
    return fact


def _with_unmapped(refusal: Refusal, unmapped: Unmapped, at: str) -> Refusal:
    """A refusal that says of each word that has no common term how to give it one."""
    if not unmapped:
        return refusal
    fields = {f"{at}/{name}" for _, name, _ in unmapped}
    errors = tuple(
        (
            field,
            f"{said}; or map your word to one of these: PUT /v1/vocabularies/{{agency}}" if field in fields else said,
        )
        for field, said in refusal.errors
    )
    return replace(refusal, errors=errors, unmapped=unmapped)


def field_errors(error: ValidationError, data: Any, at: str) -> list[tuple[str, str]]:
    """What pydantic found, as (pointer, what to do); values are never repeated, they may be personal."""
    found: dict[tuple[str, str], None] = {}
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        pointer = _pointer(problem["loc"], data, at)
        kind = problem["type"]
        if kind in ("extra_forbidden", "unexpected_keyword_argument"):
            said = "unknown field: remove it"
        elif kind in ("missing", "missing_keyword_only_argument", "missing_argument"):
            said = "this field is needed"
        else:
            said = problem["msg"].removeprefix("Value error, ")
        found[pointer, said] = None
    return list(found)


def _pointer(location: tuple[int | str, ...], data: Any, at: str) -> str:
    """The part of a pydantic location that exists in the data (it also names union members), and one step more."""
    pointer, here = at, data
    for index, step in enumerate(location):
        last = index == len(location) - 1
        if isinstance(here, dict) and (step in here or last):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return pointer


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


def _check_time(time: str, now: datetime, at: str = "/time") -> None:
    try:
        instant = parse_instant(time)
    except ValueError:
        raise _invalid(at, INSTANT_WANTED) from None
    if instant > now + AHEAD:
        raise refused("time-in-the-future", "Send what has happened, once it has.", (at, "more than a day ahead"))


def _invalid(pointer: str, said: str) -> Refused:
    return refused("invalid", "The event is not valid; `errors` says where.", (pointer, said))
