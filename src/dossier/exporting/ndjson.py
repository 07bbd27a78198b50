"""The log as NDJSON: one event a line, as an auditor reads a history, and a last line that vouches for the others."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any, BinaryIO

import orjson

from dossier.exporting.file import Digested
from dossier.exporting.stored import Exported

OPTIONAL = ("correlationid", "causationid")


def write_ndjson(file: BinaryIO, events: Iterable[Exported]) -> None:
    """Write the events and the trailer.

    `stored` is the event's bytes in Base64, whose SHA-256 is `digest`. The trailer's `sha256` is that of all bytes
    before it: whoever has the last line knows whether a line is missing.
    """
    digested, count, last = Digested(file), 0, 0
    for event in events:
        digested.write(orjson.dumps(line(event)) + b"\n")
        count, last = count + 1, event.position
    trailer = {"trailer": True, "count": count, "last_position": str(last), "sha256": digested.sha256}
    file.write(orjson.dumps(trailer) + b"\n")


def line(event: Exported) -> dict[str, Any]:
    """An event as one line says it; positions are text, as everywhere."""
    body = event.body
    return {
        "position": str(event.position),
        "dossier": body["dossier"],
        "version": body["version"],
        "type": body["type"],
        "agency": body["agency"],
        "source": body["source"],
        "id": body["id"],
        "time": body["time"],
        "timeprecision": body["timeprecision"],
        "recordedtime": body["recordedtime"],
        **{name: body[name] for name in OPTIONAL if name in body},
        "data": body["data"],
        "digest": event.digest,
        "stored": base64.b64encode(event.stored).decode(),
    }
