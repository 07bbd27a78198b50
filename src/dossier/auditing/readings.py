"""The access ledger: each reading's bytes, digest, number and clock, and the tree and census that follow."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from dossier.auditing.events import SQL, STEP, Connection, Derived, Progress, Sought
from dossier.verification.merkle import Tree, leaf_hash
from dossier.verification.wrong import expect

NAMES = ("role", "agency", "reader", "purpose", "kind", "version")
"""Columns that repeat what the bytes say, as the bytes say it."""


def check_readings(connection: Connection, sought: Sought, progress: Progress) -> Derived:
    """Read every reading and derive what it implies. Raises Wrong at the first that is not what it must be."""
    tree, of, count, last = Tree(), _count(connection), 0, ""
    found = Derived(of, bytearray(), {0: tree.root}, {}, {})
    with closing(_all(connection)) as rows:
        for count, (number, dossier, *columns, at, stored, digest) in enumerate(rows, 1):
            what = f"ledger.reading: number {number}"
            expect(number == count, f"ledger.reading: number {count} is missing, or number {number} is twice")
            expect(digest == sha256(stored).digest(), f"{what}: the digest is not that of the stored bytes")
            _check_body(stored, (number, dossier, at, columns), what)
            expect(at >= last, f"{what}: its time lies before the last")
            last = at
            if number <= sought.sealed:
                found.take(number, leaf_hash(stored), dossier, tree, sought)
            if number % STEP == 0:
                progress(number, of)
    return found._replace(events=count)


def _count(connection: Connection) -> int:
    row = connection.execute(SQL["count_readings"]).fetchone()
    return int(row[0]) if row else 0


def _all(connection: Connection) -> Generator[tuple[Any, ...], None, None]:
    with connection.cursor().copy(SQL["readings"]) as copy:
        copy.set_types(
            ["int8", "bytea", "text", "text", "text", "text", "text", "int4", "int8", "text", "bytea", "bytea"]
        )
        yield from copy.rows()


def _check_body(stored: bytes, beside: tuple[int, bytes, str, list[Any]], what: str) -> None:
    """That the bytes are canonical, and that the columns beside them say the same."""
    number, dossier, at, (*columns, position) = beside
    try:
        body = orjson.loads(stored)
        canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):  # TypeError: deeper than any reading
        body = canonical = None
    expect(isinstance(body, dict) and canonical == stored, f"{what}: the stored bytes are not canonical JSON")
    assert isinstance(body, dict)
    said = {"number": str(number), "dossier": str(UUID(bytes=dossier)), "at": at, "position": str(position)}
    said |= {name: column for name, column in zip(NAMES, columns, strict=True) if column is not None}
    for name in {**said, **body}:
        expect(body.get(name) == said.get(name), f"{what}: the column {name} is not what the stored bytes say")
