"""The envelope of a CloudEvent: its attributes and their forms, as this service takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired

from pydantic import StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from dossier.catalogue.fact import CLOSED
from dossier.event import Precision
from dossier.refusals import refused
from dossier.writing.field_errors import field_errors

LONGEST = 512
Attribute = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
]
"""A CloudEvents String: no control characters."""
UriReference = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST, pattern=r"^[^\s\x00-\x1f\x7f-\x9f]*$")
]
JsonType = Annotated[str, StringConstraints(pattern=r"(?i)^application/(?:[\w.+-]+\+)?json\s*(?:;.*)?$")]


class Unkept(TypedDict, total=False):
    """Attributes that are read by transport and kept by nobody."""

    recordedtime: Any
    traceparent: Any
    tracestate: Any
    partitionkey: Any
    sequence: Any
    sequencetype: Any
    sampledrate: Any
    expirytime: Any
    severitytext: Any
    severitynumber: Any


@with_config(CLOSED)
class Envelope(Unkept):
    """What may stand beside `data`."""

    id: Attribute
    source: UriReference
    specversion: Literal["1.0"]
    type: Attribute
    subject: Attribute
    time: Attribute
    data: dict[str, Any]
    datacontenttype: NotRequired[JsonType | None]
    dataschema: NotRequired[UriReference | None]
    timeprecision: NotRequired[Precision]
    correlationid: NotRequired[Attribute | None]
    causationid: NotRequired[Attribute | None]


ENVELOPE: Callable[[Any], Envelope] = TypeAdapter(Envelope).validator.validate_python
"""Check a parsed CloudEvent; raises pydantic's ValidationError."""
INVALID = "The event is not valid; `errors` says where."
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
