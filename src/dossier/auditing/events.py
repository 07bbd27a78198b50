"""The log itself: each event's bytes, digest, position, version and clock, and the tree and census that follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import closing
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg

from dossier.auditing.readable import is_event, is_readable
from dossier.database.queries import queries
from dossier.verification.census import START, Tally
from dossier.verification.merkle import Tree, leaf_hash
from dossier.verification.wrong import expect

SQL = queries(files("dossier.auditing") / "auditing.sql")
Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]
STEP = 1_000
Check = Callable[[Connection, "Sought", Progress], "Derived"]


class Sought(NamedTuple):
    """What is to follow from a series sealed so far: roots at some sizes, and at some of them the tallies too."""

    sealed: int
    roots: Collection[int]
    tallies: Collection[int]


class Derived(NamedTuple):
    """What follows from the bytes of a series, as of its checkpoint: leaves, roots at some sizes, tallies.

    `earlier` are the tallies at some sizes.
    """

    events: int
    leaves: bytearray
    roots: dict[int, bytes]
    tallies: dict[bytes, Tally]
    earlier: dict[int, dict[bytes, Tally]]

    def take(self, position: int, leaf: bytes, dossier: bytes, tree: Tree, sought: Sought) -> None:
        """One more sealed entry of a dossier."""
        tree.add(leaf)
        self.leaves.extend(leaf)
        self.tallies[dossier] = then(self.tallies.get(dossier), dossier, position, leaf)
        if position in sought.roots:
            self.roots[position] = tree.root
        if position in sought.tallies:
            self.earlier[position] = dict(self.tallies)


def check_events(connection: Connection, sought: Sought, progress: Progress) -> Derived:
    """Read every event and derive what it implies. Raises Wrong at the first that is not what it must be."""
    of = connection.execute(SQL["count"]).fetchone()
    tree, counts = Tree(), dict[bytes, int]()
    found = Derived(of[0] if of else 0, bytearray(), {0: tree.root}, {}, {})
    last = ""
    with closing(_all(connection)) as rows:
        for expected, (position, dossier, version, kind, agency, recorded, stored, digest) in enumerate(rows, 1):
            what = f"journal.event: position {position}"
            expect(
                position == expected, f"journal.event: position {expected} is missing, or position {position} is twice"
            )
            expect(digest == sha256(stored).digest(), f"{what}: the digest is not that of the stored bytes")
            columns = (str(UUID(bytes=dossier)), version, kind, agency, recorded)
            _check_body(stored, columns, what)
            counts[dossier] = counts.get(dossier, 0) + 1
            expect(version == counts[dossier], f"{what}: version {version} comes after {counts[dossier] - 1}")
            expect(recorded >= last, f"{what}: its recorded time lies before the last")
            last = recorded
            if position <= sought.sealed:
                found.take(position, leaf_hash(stored), dossier, tree, sought)
            if position % STEP == 0 or position == found.events:
                progress(position, found.events)
    return found


def _all(connection: Connection) -> Generator[tuple[Any, ...], None, None]:
    with connection.cursor().copy(SQL["events"]) as copy:
        copy.set_types(["int8", "bytea", "int4", "text", "text", "text", "bytea", "bytea"])
        yield from copy.rows()


def _check_body(stored: bytes, columns: tuple[Any, ...], what: str) -> None:
    """That the bytes are canonical and an event's, and that the columns beside them say the same."""
    try:
        body = orjson.loads(stored)
        canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError):  # TypeError: deeper than any event
        body = canonical = None
    expect(isinstance(body, dict) and canonical == stored, f"{what}: the stored bytes are not canonical JSON")
    assert isinstance(body, dict)
    names = ("dossier", "version", "type", "agency", "recordedtime")
    for name, column in zip(names, columns, strict=True):
        expect(body.get(name) == column, f"{what}: the column {name} is not what the stored bytes say")
    plain = b"\\u0000" not in stored or is_readable(body)  # nor too deep, or it would not have been written again
    expect(is_event(body) and plain, f"{what}: the stored bytes are no event")


def then(before: Tally | None, dossier: bytes, position: int, leaf: bytes) -> Tally:
    """The tally of a dossier after one more entry."""
    count, chain = (before.events, before.chain) if before else (0, START)
    chain = sha256(b"\x02" + chain + position.to_bytes(8, "big") + leaf).digest()
    return Tally(dossier, count + 1, position, chain)
