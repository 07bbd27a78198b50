"""The log as NDJSON: one event a line, as an auditor reads a history, and a last line that vouches for the others."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any, BinaryIO, NamedTuple

import orjson

from dossier.exporting.file import Digested
from dossier.exporting.stored import Exported
from dossier.tree.growth import Growth
from dossier.tree.hashing import leaf_hash

STEP = 1_000
"""Entries that are taken into the tree at a time."""
OPTIONAL = ("correlationid", "causationid")


class Line(NamedTuple):
    """An entry of a series: its number, its bytes, and what its line says."""

    number: int
    stored: bytes
    said: dict[str, Any]


def write_ndjson(file: BinaryIO, events: Iterable[Exported]) -> None:
    """Write the events and the trailer; `stored` is the event's bytes in Base64, whose SHA-256 is `digest`."""
    write_lines(file, (Line(event.position, event.stored, line(event)) for event in events), "position")


def write_lines(file: BinaryIO, lines: Iterable[Line], number: str, **beside: Any) -> None:
    """Write entries and the trailer, which says `beside` too; `number` is the word for where an entry stands.

    The trailer's `sha256` is that of all bytes before it: whoever has the last line knows whether a line is missing.
    `root` is that of the tree over the first `size` entries, as a checkpoint over as many has it; where not every entry
    is exported there is none to derive.
    """
    digested, count, last, tree = Digested(file), 0, 0, Over()
    for entry in lines:
        digested.write(orjson.dumps(entry.said) + b"\n")
        count, last = count + 1, entry.number
        tree.add(entry.stored)
    said: dict[str, Any] = {"trailer": True, "count": count, f"last_{number}": str(last)} | beside
    if count == last:
        said |= {"size": str(count), "root": base64.b64encode(tree.root).decode()}
    file.write(orjson.dumps(said | {"sha256": digested.sha256}) + b"\n")


class Over:
    """The tree over entries that come one by one, in constant memory."""

    def __init__(self) -> None:
        self._growth, self._leaves = Growth(), list[bytes]()

    def add(self, stored: bytes) -> None:
        """One more entry, by its bytes."""
        self._leaves.append(leaf_hash(stored))
        if len(self._leaves) == STEP:
            self._take()

    @property
    def root(self) -> bytes:
        """The root over all so far."""
        self._take()
        return self._growth.root

    def _take(self) -> None:
        self._growth.extend(self._leaves)
        self._leaves = []


def line(event: Exported) -> dict[str, Any]:
    """An event as one line says it; positions are text, as everywhere. `told` is not in its bytes."""
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
        **({"told": event.told} if event.told else {}),
        "digest": event.digest,
        "stored": base64.b64encode(event.stored).decode(),
    }
