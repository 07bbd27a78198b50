"""The envelope of a CloudEvent: its attributes and their forms, as this service takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired

from pydantic import StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from dossier.catalogue.fact import CLOSED
from dossier.event import Precision

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
