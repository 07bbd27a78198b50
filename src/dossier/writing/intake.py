"""Intake: one CloudEvent as it arrives -> a command whose every field was checked, or a refusal that says why."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NoReturn, cast
from uuid import UUID

from pydantic import ValidationError

from dossier import enterprise_number
from dossier.agencies import Agency
from dossier.catalogue import TYPES, EventCorrected, Fact
from dossier.event import Precision
from dossier.journal.draft import idempotency_key
from dossier.refusals import Refused, refused
from dossier.values import parse_instant
from dossier.writing.command import Command

REQUIRED = ("id", "source", "specversion", "type", "subject", "time")
OPTIONAL = {"data", "datacontenttype", "dataschema", "timeprecision", "correlationid", "causationid"}
PASSED_OVER = {  # the server's own stamp, and CloudEvents extensions for transport: read by others, kept by none
    "recordedtime", "traceparent", "tracestate", "partitionkey", "sequence", "sequencetype", "sampledrate",
    "expirytime", "severitytext", "severitynumber",
}  # fmt: skip
KNOWN = set(REQUIRED) | OPTIONAL | PASSED_OVER
JSON_TYPE = re.compile(r"(?i)application/(?:[\w.+-]+\+)?json\s*(?:;.*)?")
PRECISIONS = ("day", "month", "year")
LONGEST = 512
UNTAKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # CloudEvents 1.0, type system: String
AHEAD = timedelta(days=1)


def read(event: Any, agency: Agency, now: datetime, *, expected_version: int | None = None) -> Command:
    """A parsed CloudEvent in JSON form -> a command of this agency. Raises Refused with pointers to the fields."""
    if not isinstance(event, dict):
        raise refused("malformed", "A CloudEvent is a JSON object.")
    if not KNOWN.issuperset(event):
        _refuse_unknown(event)
    values = [event.get(name) for name in REQUIRED]
    for name, value in zip(REQUIRED, values, strict=True):
        if not _is_text(value):
            _refuse_attribute(name, value)
    event_id, source, specversion, type_name, subject, time = cast(list[str], values)
    if specversion != "1.0":
        raise _invalid("/specversion", 'CloudEvents 1.0 is taken: send "1.0"')
    if any(character.isspace() for character in source):
        raise _invalid("/source", "a URI has no spaces")
    if not agency.owns(source):
        raise refused(
            "source-not-yours",
            f"Sources of {agency.id} start with {agency.source_prefix}/",
            ("/source", "not yours"),
        )
    kind = TYPES.get(type_name)
    if kind is None:
        raise refused(
            "unknown-type", "GET /v1/event-types lists the catalogue.", ("/type", "not in the catalogue")
        )
    _check_content_type(event)
    _check_time(time, now)
    fact = read_data(kind, event.get("data"))
    if isinstance(fact, EventCorrected) and fact.time is not None:
        _check_time(fact.time, now, "/data/time")
    return Command(
        agency.id,
        source,
        event_id,
        idempotency_key(source, event_id),
        read_subject(subject),
        time,
        _precision(event),
        fact,
        _text(event, "correlationid"),
        _text(event, "causationid"),
        expected_version,
    )


def read_data(kind: type[Fact], data: Any, at: str = "/data") -> Fact:
    """Data as given -> a fact of this kind, checked against its schema."""
    if not isinstance(data, dict):
        raise _invalid(at, "an object is needed: GET /v1/event-types/{type} shows its schema")
    try:
        return cast(Fact, kind.ADAPTER.validate_python(data))
    except ValidationError as error:
        raise refused(
            "invalid",
            f"The data does not fit {kind.TYPE}: GET /v1/event-types/{kind.TYPE} shows its schema.",
            *field_errors(error, data, at),
        ) from None


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
    if len(subject) == 36:
        try:
            dossier = UUID(subject)
        except ValueError:
            pass
        else:
            if str(dossier) == subject.lower():
                return dossier
    try:
        return enterprise_number.normalise(subject)
    except enterprise_number.InvalidEnterpriseNumber as error:
        raise _invalid("/subject", f"a dossier id or an enterprise number; {error}") from None


def _check_time(time: str, now: datetime, at: str = "/time") -> None:
    try:
        instant = parse_instant(time)
    except ValueError:
        raise _invalid(at, "an RFC 3339 time with an offset, like 2026-03-09T14:30:00+01:00") from None
    if instant > now + AHEAD:
        raise refused(
            "time-in-the-future", "Send what has happened, once it has.", (at, "more than a day ahead")
        )


def _precision(event: dict[str, Any]) -> Precision:
    precision = event.get("timeprecision", "day")
    if precision not in PRECISIONS:
        raise _invalid("/timeprecision", "one of day, month, year")
    return cast(Precision, precision)


def _text(event: dict[str, Any], name: str) -> str | None:
    value = event.get(name)
    if value is not None and not _is_text(value):
        _refuse_attribute(name, value)
    return cast("str | None", value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and not UNTAKEN.search(value)


def _check_content_type(event: dict[str, Any]) -> None:
    declared = event.get("datacontenttype")
    if declared is not None and not (isinstance(declared, str) and JSON_TYPE.fullmatch(declared)):
        raise _invalid("/datacontenttype", "application/json is taken")


def _refuse_unknown(event: dict[str, Any]) -> NoReturn:
    if "data_base64" in event:
        raise _invalid("/data_base64", "send the data as JSON in `data`")
    unknown = sorted(str(name) for name in set(event) - KNOWN)
    raise refused(
        "invalid", "Unknown attributes could carry a person past the vault; remove them.",
        *(("/" + name.replace("~", "~0").replace("/", "~1"), "unknown attribute: remove it") for name in unknown[:20]),
    )  # fmt: skip


def _refuse_attribute(name: str, value: Any) -> NoReturn:
    if value is None:
        raise _invalid(f"/{name}", "this attribute is needed")
    raise _invalid(f"/{name}", f"text of 1 to {LONGEST} characters, no control characters")


def _invalid(pointer: str, said: str) -> Refused:
    return refused("invalid", "The event is not valid; `errors` says where.", (pointer, said))
