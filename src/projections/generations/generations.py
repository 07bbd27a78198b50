"""Generations of tables: made beside the one served, attached to it, switched in one transaction, dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache, reduce
from importlib.resources import files
from operator import xor
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from dossier.database.queries import queries
from projections.generations.pace import Progress
from projections.project import TABLES
from projections.rulesets.rulebook import last_activated
from projections.rulesets.ruleset import Ruleset

SQL = queries(files("projections.generations") / "generation.sql")
Connection = psycopg.Connection[Any]
DOCUMENTS = {"current": sql.SQL("t.dossier || t.state"), "timeline": sql.SQL("t.dossier || t.entries")}
"""Tables of documents, and what their rows say."""
LOOKED_UP: dict[str, tuple[LiteralString, ...]] = {
    "fact_referral": ("to_agency, made_on", "from_agency, made_on"),
    "fact_objective": ("programme, objective_id",),
    "statement": ("generation, enterprise",),
}
"""What tables are searched by beside their keys, as in the migrations."""


class StillRead(Exception):
    """What would be dropped is being read."""


def ensure_served(owner: str, rules: Ruleset) -> None:
    """Make the first generation, empty and served, when there is none: the live projector fills it.

    It follows the ruleset that the log says is active, and `rules` where it says nothing of that.
    """
    with psycopg.connect(owner) as connection:
        if connection.execute(SQL["served"]).fetchone() is not None:
            return  # without the lock, which a rebuild holds for as long as it takes
        connection.execute("SELECT pg_advisory_xact_lock(7021986)")
        if connection.execute(SQL["served"]).fetchone() is None:
            generation = create(connection, last_activated(connection, rules), start=0, status="served")
            attach(connection, generation)


@lru_cache
def program() -> str:
    """A digest of everything that rows are made by: rows made by another program are never taken for this one's.

    Rules and terms are part of it: what a published ruleset lacks is read as the program has it.
    """
    made_by = hashlib.sha256()
    for package in ("dossier", "projections"):
        for file in sorted(file for kind in ("*.py", "*.yaml") for file in Path(str(files(package))).rglob(kind)):
            made_by.update(file.read_bytes())
    return made_by.hexdigest()


def made_here(connection: Connection, generation: int) -> bool:
    """Whether this program made the rows of a generation."""
    return bool(connection.execute(SQL["program_of"], (generation,)).fetchone() == (program(),))


def create(
    connection: Connection, rules: Ruleset, *, start: int, status: str = "building", tables: Sequence[str] = TABLES
) -> int:
    """A new generation and its tables, not yet part of what is read; `tables` are those projected from the log."""
    values = {"ruleset": rules.id, "digest": rules.digest, "status": status, "start": start, "program": program(),
              "tables": sorted(tables)}  # fmt: skip
    row = connection.execute(SQL["create"], values).fetchone()
    assert row is not None
    generation = int(row[0])
    for table in TABLES:
        made = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS, CHECK (generation = {}))")
        connection.execute(made.format(own(table, generation), whole(table), sql.Literal(generation)))
        grants = sql.SQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {0} TO dossier_app; GRANT SELECT ON {0} TO dossier_reader"
        )
        connection.execute(grants.format(own(table, generation)))
    return generation


def copy(connection: Connection, table: str, source: int, generation: int) -> None:
    """Copy a table of one generation into another: for tables that no changed rule reaches."""
    found = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(own(table, source))).description or ()
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in found if column.name != "generation")
    copied = sql.SQL("INSERT INTO {} (generation, {}) SELECT {}, {} FROM {}")
    connection.execute(
        copied.format(own(table, generation), columns, sql.Literal(generation), columns, own(table, source))
    )
    connection.execute(SQL["set_aside_too"], (generation, source))


def serve(connection: Connection, generation: int, content: str | None = None) -> None:
    """Serve a generation in place of the one served until now, which is kept."""
    connection.execute(SQL["keep_served"])
    connection.execute(SQL["serve"], (content, generation))


def attach(connection: Connection, generation: int) -> None:
    """Make a generation's tables part of what is read by its number; their keys are indexed on the way."""
    for table in TABLES:
        attached = sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES IN ({})")
        connection.execute(attached.format(whole(table), own(table, generation), sql.Literal(generation)))


def index(connection: Connection, generation: int, table: str) -> None:
    """Index the key of a built table, before it is attached, so that attaching holds nobody up. Safe to repeat."""
    keys = {
        "current": "",
        "timeline": "",
        "fact_dossier": "",
        "fact_presence": ", agency",
        "fact_delivery": ", agency, year",
        "statement": ", enterprise",
    }
    key = sql.SQL("generation, dossier" + keys.get(table, ", number"))
    name = sql.Identifier(f"{table}_{generation}_key")
    if connection.execute(SQL["has_key"], (f"projection.{table}_{generation}",)).fetchone():
        return
    with connection.transaction():
        connection.execute(sql.SQL("CREATE UNIQUE INDEX {} ON {} ({})").format(name, own(table, generation), key))
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD PRIMARY KEY USING INDEX {}").format(own(table, generation), name)
        )
        for columns in LOOKED_UP.get(table, ()):
            connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(own(table, generation), sql.SQL(columns)))


def is_attached(connection: Connection, generation: int) -> bool:
    """Whether a generation's tables were attached, by a build that was cut off afterwards."""
    row = connection.execute(SQL["attached"], (f"projection.{TABLES[-1]}_{generation}",)).fetchone()
    return bool(row and row[0])


def drop(connection: Connection, generation: int) -> None:
    """Drop a generation that is not served, with its tables. Raises StillRead where somebody reads what it is part of.

    An audit does for hours; and while dropping waited for it, everybody who wants to read would wait behind. A vacuum
    is waited for first, by a lock that keeps no reader waiting: PostgreSQL calls its own off for it after a second.
    """
    try:
        with connection.transaction():
            connection.execute(SQL["vacuumed"])
            for table in _made(connection, generation):
                hold = sql.SQL("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE")
                connection.execute(hold.format(own(table, generation)))
            connection.execute(SQL["soon"])
            for table in TABLES:
                connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(own(table, generation)))
            connection.execute(SQL["forget"], (generation,))
    except psycopg.errors.LockNotAvailable as error:
        raise StillRead(f"generation {generation} is being read, as by an audit: drop it after that") from error


def _made(connection: Connection, generation: int) -> list[str]:
    """The tables there are of a generation: another version may have had fewer."""
    return [
        table
        for table in TABLES
        if connection.execute(SQL["there"], (f"projection.{table}_{generation}",)).fetchone() == (True,)
    ]


def building(connection: Connection) -> Progress | None:
    """How far the generation has come that is being built now; None when none is, or a build was cut off."""
    row = connection.execute(SQL["building"]).fetchone()
    return Progress(*row) if row else None


def content_of(hashes: dict[str, int]) -> str:
    """The hashes of all tables of a generation -> 128 bits over the whole, in hexadecimal; equal rows give equal ones.

    Not a proof against forgers: the log is that.
    """
    return f"{reduce(xor, hashes.values(), 0):032x}"


def whole_content(connection: Connection, generation: int) -> str:
    """The hash of every column of every table of a generation, in hexadecimal."""
    return content_of({table: table_hash(connection, generation, table, whole=True) for table in TABLES})


def put_by(connection: Connection) -> None:
    """Take the hash of what another program made and this one served no more: no replay can tell what it held."""
    for (generation,) in connection.execute(SQL["unhashed"], (program(),)).fetchall():
        connection.execute(SQL["hashed"], (whole_content(connection, generation), generation))


def table_hash(connection: Connection, generation: int, table: str, *, whole: bool = False) -> int:
    """128 bits over every row of one table of a generation, whatever their order.

    Of a table of documents over these, which are quicker to read than the row, unless the `whole` row is asked for.
    """
    number = TABLES.index(table)
    row = sql.SQL("substr(t::text, {})").format(len(f"({generation},"))  # all of it but its generation
    hashed = sql.SQL(
        "SELECT bit_xor(hashtextextended(row, {0})), bit_xor(hashtextextended(row, {1}))"
        " FROM (SELECT {2} AS row FROM {3} t OFFSET 0) AS rows"
    ).format(2 * number, 2 * number + 1, row if whole else DOCUMENTS.get(table, row), own(table, generation))
    low, high = ((value or 0) & (1 << 64) - 1 for value in connection.execute(hashed).fetchone() or (0, 0))
    return low ^ high << 64


def own(table: str, generation: int) -> sql.Identifier:
    """A generation's own table."""
    return sql.Identifier("projection", f"{table}_{generation}")


def whole(table: str) -> sql.Identifier:
    """The table over all generations, which is what is read."""
    return sql.Identifier("projection", table)
