"""The access ledger as NDJSON, for auditors: what figures of readings are counted again from. It names no reader."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import psycopg

from dossier.event import stamp
from dossier.exporting.file import whole_file
from dossier.exporting.formats import Progress, check_log, told
from dossier.exporting.ndjson import Line, write_lines
from dossier.exporting.stored import SQL, Connection, number_of


def export_readings(
    conninfo: str,
    path: Path,
    *,
    until: int | None = None,
    replace: bool = False,
    progress: Progress = lambda done, of: None,
) -> int:
    """Write the readings into a file of its owner's alone, whole or not at all; how many.

    Pseudonyms of readers are in it. The trailer says `since` when they are recorded. Raises ValueError, LookupError.
    """
    with (
        whole_file(path, replace=replace, private=True) as file,
        psycopg.connect(conninfo, application_name="dossier-export") as at,
    ):
        check_log(at)
        head = number_of(at, "readings_head")
        if until is not None and until > head:
            raise ValueError(f"the access ledger ends at number {head}: choose --until {head} or before")
        end = head if until is None else until
        [since] = at.execute(SQL["readings_since"]).fetchone() or (None,)
        write_lines(file, told(_lines(at, end), end, progress), "number", since=stamp(since))
        return end


def _lines(connection: Connection, until: int) -> Iterator[Line]:
    with connection.cursor().copy(SQL["readings"], (until,)) as copy:
        copy.set_types(["int8", "bytea"])
        for number, stored in copy.rows():
            yield Line(number, stored, _line(stored))


def _line(stored: bytes) -> dict[str, Any]:
    """A reading as one line says it: what its bytes say, their digest, and the bytes."""
    said: dict[str, Any] = orjson.loads(stored)
    body = {name: said[name] for name in (*ORDER, *sorted(said.keys() - ORDER)) if name in said}
    return body | {"digest": sha256(stored).hexdigest(), "stored": base64.b64encode(stored).decode()}


ORDER = ("number", "at", "dossier", "version", "position", "role", "agency", "reader", "purpose", "kind")
