"""The log as OCEL 2.0 in JSON: every event with the objects it is about. Source: https://www.ocel-standard.org."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date
from decimal import Decimal
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from dossier.event import stamp
from dossier.exporting.columns import FIELDS, fields_of
from dossier.exporting.objects import OBJECT_TYPES, Related, related
from dossier.exporting.stored import Exported
from dossier.values import parse_instant

ALWAYS = {"position": "integer", "version": "integer", "timeprecision": "string", "recordedtime": "time"}
"""Attributes of every event, with their types."""
NUMBERS = {pa.int64(): "integer"}
SINCE_EVER = "1970-01-01T00:00:00Z"
"""The time of an attribute that never changes, by the specification."""


def write_ocel(file: BinaryIO, events: Iterable[Exported]) -> None:
    """Write the events as they come, then their objects, each once, and what types there were."""
    types: dict[str, set[str]] = {}
    with closing(sqlite3.connect("")) as scratch:  # a database of this process alone, on disk when it grows
        scratch.execute("CREATE TABLE object (type, id, name, within, PRIMARY KEY (type, id)) WITHOUT ROWID")
        file.write(b'{"objectTypes":' + orjson.dumps(_object_types()) + b',\n"events":[')
        _write_all(file, (_event(one, types, scratch) for one in events))
        file.write(b'],\n"objects":[')
        rows = scratch.execute("SELECT type, id, name, within FROM object ORDER BY type, id")
        _write_all(file, (_object(*row) for row in rows))
        file.write(b'],\n"eventTypes":' + orjson.dumps(_event_types(types)) + b"}\n")


def _write_all(file: BinaryIO, values: Iterator[dict[str, Any]]) -> None:
    for number, value in enumerate(values):
        file.write((b",\n" if number else b"\n") + orjson.dumps(value))


def _event(event: Exported, types: dict[str, set[str]], scratch: sqlite3.Connection) -> dict[str, Any]:
    body, objects, said = event.body, related(event), fields_of(event.data)
    types.setdefault(body["type"], set()).update(said)
    scratch.executemany(
        "INSERT OR IGNORE INTO object VALUES (?, ?, ?, ?)", [(o.type, o.id, o.name, o.within) for o in objects]
    )
    own = {"position": event.position, **{name: body[name] for name in ("version", "timeprecision", "recordedtime")}}
    return {
        "id": str(event.position),
        "type": body["type"],
        "time": stamp(parse_instant(body["time"]).astimezone(UTC)),
        "attributes": [
            {"name": name, "value": value} for name, value in {**own, **{n: _plain(v) for n, v in said.items()}}.items()
        ],
        "relationships": [_relationship(one) for one in objects],
    }


def _relationship(one: Related) -> dict[str, str]:
    return {"objectId": one.id, "qualifier": one.qualifier}


def _object(type_: str, id_: str, name: str, within: str | None) -> dict[str, Any]:
    return {
        "id": id_,
        "type": type_,
        "attributes": [{"name": OBJECT_TYPES[type_], "time": SINCE_EVER, "value": name}],
        "relationships": [{"objectId": within, "qualifier": "part of"}] if within else [],
    }


def _object_types() -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": attribute, "type": "string"}]}
        for name, attribute in OBJECT_TYPES.items()
    ]


def _event_types(types: dict[str, set[str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": name, "type": kind} for name, kind in _attributes(types[name]).items()]}
        for name in sorted(types)
    ]


def _attributes(said: set[str]) -> dict[str, str]:
    return ALWAYS | {field.name: _ocel_type(field.type) for field in FIELDS if field.name in said}


def _ocel_type(kind: pa.DataType) -> str:
    return "float" if pa.types.is_decimal(kind) else NUMBERS.get(kind, "string")


def _plain(value: Any) -> Any:
    """A value as JSON has it; OCEL knows no exact decimals."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
