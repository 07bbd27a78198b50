"""A stored event as it is exported: its position, its bytes, and what they say."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
import psycopg

from dossier.database.queries import queries
from dossier.upcasting import UnknownStoredType, today

SQL = queries(files("dossier.exporting") / "exporting.sql")
Connection = psycopg.Connection[Any]


class Exported(NamedTuple):
    """One event of the log; `body` is what its bytes say, parsed.

    `told` is which values of its personal fields were the same: field -> n, the n-th other value of that field in its
    dossier; None where it has none, or was not asked for.
    """

    position: int
    stored: bytes
    body: dict[str, Any]
    told: dict[str, int] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the stored bytes, in hexadecimal."""
        return sha256(self.stored).hexdigest()

    @property
    def data(self) -> dict[str, Any]:
        """The data as today's catalogue has it; as stored, where this version does not know the type."""
        try:
            return today(self.body["type"], self.body["data"])[1]
        except UnknownStoredType:
            return dict(self.body["data"])


class Extent(NamedTuple):
    """How much of the log is exported: up to a position, and of which types (all, when None)."""

    until: int
    types: Sequence[str] | None
    events: int


def extent(connection: Connection, until: int | None, types: Sequence[str] | None = None) -> Extent:
    """The extent up to a position, by default where the log stands now. Raises ValueError past the log's end."""
    head = number_of(connection, "head")
    if until is not None and until > head:
        raise ValueError(f"the log ends at position {head}: choose --until {head} or before")
    end = head if until is None else until
    wanted = None if types is None else list(types)
    return Extent(end, wanted, number_of(connection, "volume", (end, wanted, wanted)))


def exported(connection: Connection, part: Extent, *, told: bool = False) -> Generator[Exported, None, None]:
    """The events of an extent in order of position, in constant memory; with `told` where that is asked for."""
    query = SQL["events_told" if told else "events"]
    with connection.cursor().copy(query, (part.until, part.types, part.types)) as copy:
        copy.set_types(["int8", "bytea", "text"] if told else ["int8", "bytea"])
        for position, stored, *same in copy.rows():
            yield Exported(position, stored, orjson.loads(stored), orjson.loads(same[0]) if any(same) else None)


def number_of(connection: Connection, query: str, params: Sequence[Any] = ()) -> int:
    """The number that a query comes to."""
    row = connection.execute(SQL[query], params).fetchone()
    assert row is not None
    return int(row[0])
