"""The store of projected rows: one generation is served, others are built beside it or kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql

from dossier.database.queries import queries
from projections.generations.copying import Keyed, copied
from projections.project import TABLES, Projected

SQL = queries(files("projections.generations") / "store.sql")
Connection = psycopg.Connection[Any]
ENDLESS = 2**62
"""A position no log reaches."""
NONE: Mapping[UUID, Projected] = MappingProxyType({})


_CLEARED = sql.SQL("{} AS (DELETE FROM projection.{} WHERE generation = %s AND dossier = ANY(%b))")
CLEARED = ("set_aside", *TABLES)
"""Every table with rows of dossiers: reasons too, which are found anew."""


class Generation(NamedTuple):
    """One full set of rows: under which ruleset, and up to which position of the log.

    `root` is the tree's root over the events up to there, in base64, where it was asked for.
    """

    id: int
    ruleset: str
    digest: str
    position: int
    root: str | None = None


def served(connection: Connection, *, hold: bool = False) -> Generation | None:
    """The generation being served; with `hold` nobody else changes it before the transaction ends."""
    row = connection.execute(SQL["served_for_update" if hold else "served"]).fetchone()
    return Generation(*row) if row else None


def write(
    connection: Connection, generation: int, projected: Sequence[Projected], before: Mapping[UUID, Projected] = NONE
) -> None:
    """Replace the rows of dossiers in a generation. What they were `before`, where that is known, saves the rest."""
    stale: dict[str, list[UUID]] = {}
    new: list[Projected] = []
    for one in projected:
        was = before.get(one.dossier)
        changed = CLEARED if was is None else _changed(was, one)
        for table in changed:
            stale.setdefault(table, []).append(one.dossier)
        new.append(one if was is None else one._replace(rows={t: one.rows.get(t, []) for t in changed if t in TABLES}))
    clear(connection, generation, stale)
    for table, data in lines(generation, new).items():
        copy_rows(connection, table, data)
    note_set_aside(connection, generation, projected)


def _changed(was: Projected, now: Projected) -> list[str]:
    """The tables in which a dossier has other rows than it had."""
    tables = [table for table in TABLES if was.rows.get(table, []) != now.rows.get(table, [])]
    return ["set_aside", *tables] if was.set_aside or now.set_aside else tables


def clear(connection: Connection, generation: int, stale: Mapping[str, Sequence[UUID]]) -> None:
    """Remove the rows of dossiers, table by table, in one round trip."""
    if stale:
        each = [_CLEARED.format(sql.Identifier(table), sql.Identifier(table)) for table in stale]
        params = [value for dossiers in stale.values() for value in (generation, list(dossiers))]
        connection.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(each)), params)


def note_set_aside(connection: Connection, generation: int, projected: Iterable[Projected]) -> None:
    """Keep which events were set aside, and why."""
    for one in projected:
        for position, reason in one.set_aside.items():
            connection.execute(SQL["set_aside"], (generation, position, one.dossier, reason))


def copy_rows(connection: Connection, table: str, data: bytes) -> None:
    """Add rows, in PostgreSQL's text format, to one of the project's own tables."""
    with connection.cursor().copy(f'COPY projection."{table}" FROM STDIN') as copy:
        copy.write(data)


def lines(generation: int, projected: Iterable[Projected]) -> dict[str, bytes]:
    """Table -> the rows of dossiers as COPY takes them; nothing of a table without any."""
    found: dict[str, list[Keyed]] = {}
    for one in projected:
        start = f"{generation}\t{one.dossier}\t"
        for table, rows in one.rows.items():
            if rows:
                found.setdefault(table, []).append((start, rows))
    return {table: copied(told) for table, told in found.items()}


def one(connection: Connection, query: str, dossier: UUID) -> tuple[Any, ...] | None:
    """A dossier's row (version, JSON, and what else its query says) of the served generation, by the query's name."""
    return connection.execute(SQL[query], (dossier,)).fetchone()
