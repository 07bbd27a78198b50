"""The register's deeds: each one's bytes, digest, number and clock; and what is registered, by the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
from psycopg import sql

from dossier.auditing.events import SQL, Connection, Derived, Progress, Sought
from dossier.deeds import KEPT
from dossier.verification.merkle import Tree, leaf_hash
from dossier.verification.wrong import expect


def check_deeds(connection: Connection, sought: Sought, progress: Progress) -> Derived:
    """Read every deed and derive what it implies. Raises Wrong at the first that is not what it must be."""
    tree, count, last, rows = Tree(), 0, "", dict[str, Any]()
    found = Derived(0, bytearray(), {0: tree.root}, {}, {})
    all_deeds = connection.execute(SQL["deeds"]).fetchall()
    for count, (number, about, at, stored, digest) in enumerate(all_deeds, 1):
        what = f"registry.deed: number {number}"
        expect(number == count, f"registry.deed: number {count} is missing, or number {number} is twice")
        expect(digest == sha256(stored).digest(), f"{what}: the digest is not that of the stored bytes")
        row = _row(stored, {"number": str(number), "about": about, "at": at}, what)
        expect(row != rows.get(about), f"{what}: it changes nothing")
        rows[about] = row
        expect(at >= last, f"{what}: its time lies before the last")
        last = at
        if number <= sought.sealed:
            found.take(number, leaf_hash(stored), sha256(about.encode()).digest()[:16], tree, sought)
    progress(count, count)
    return found._replace(events=count)


def check_registered(connection: Connection) -> None:
    """That each table holds the rows that their last deeds say, and no others. Raises Wrong."""
    last = {about: orjson.loads(stored)["row"] for about, stored in connection.execute(SQL["last_deeds"])}
    with connection.transaction():
        connection.execute("SET LOCAL timezone = 'UTC'")
        for table in KEPT:
            said = {about: row for about, row in last.items() if row is not None and about.partition(" ")[0] == table}
            for about, row in _registered(connection, table):
                expect(said.pop(about, None) == row, f"{about} is not what its last deed says")
            expect(not said, f"{next(iter(said), table)} is missing, though no deed says that it was removed")


def _row(stored: bytes, said: dict[str, str], what: str) -> dict[str, Any] | None:
    """The row that a deed tells, about which it is; once the columns beside its bytes say the same."""
    try:
        body = orjson.loads(stored)
    except ValueError:
        body = None
    expect(isinstance(body, dict) and body.keys() == {*said, "row"}, f"{what}: the stored bytes are no deed")
    for name, column in said.items():
        expect(body[name] == column, f"{what}: the column {name} is not what the stored bytes say")
    table, row = said["about"].partition(" ")[0], body["row"]
    expect(table in KEPT and isinstance(row, dict | None), f"{what}: the stored bytes are no deed")
    expect(row is None or _about(table, row) == said["about"], f"{what}: its row is another")
    found: dict[str, Any] | None = row
    return found


def _registered(connection: Connection, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a table as deeds tell them, each with what its deeds are about."""
    kept = KEPT[table]
    query = sql.SQL("SELECT to_jsonb(t) - {untold}::text[] FROM {table} t").format(
        untold=sql.Literal(list(kept.untold)), table=sql.Identifier(*table.split("."))
    )
    for (row,) in connection.execute(query):
        yield _about(table, row), row


def _about(table: str, row: dict[str, Any]) -> str:
    """What deeds of a row are about: its table, and its key as the database writes a JSON array."""
    key = (orjson.dumps(row.get(column)).decode() for column in KEPT[table].key)
    return f"{table} [{', '.join(key)}]"
