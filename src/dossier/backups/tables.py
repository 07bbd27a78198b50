"""The tables of a backup, found in the database's own catalogue, so that none added later is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from dossier.database.queries import queries

SQL = queries(files("dossier.backups") / "backups.sql")
Connection = psycopg.Connection[Any]

REBUILT = frozenset(("projection",))
"""Schemas of what is made again from the log."""
OF_THE_PROGRAM = frozenset(("public.migration",))
"""Tables that the program that restores fills itself."""
READING_ORDER = {"journal.event": ("position",)}
"""The order a table is told in, where its primary key is not the order it lies in on disk."""

PLAIN = "-c timezone=UTC -c datestyle=ISO -c bytea_output=hex -c extra_float_digits=1 -c client_encoding=UTF8"
"""Session settings under which equal values are told alike by every server."""


class Table(NamedTuple):
    """A table to keep: its columns but the computed ones, and the columns its rows are ordered by."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    collated: frozenset[str]

    @property
    def identifier(self) -> sql.Identifier:
        """The table, quoted."""
        return sql.Identifier(*self.name.split(".", 1))

    def told(self) -> sql.Composed:
        """The statement that tells the table: rows in an order no language changes."""
        return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
            _names(self.columns), self.identifier, sql.SQL(", ").join(self._ordered(name) for name in self.order)
        )

    def taken(self) -> sql.Composed:
        """The statement that takes what `told` told."""
        return sql.SQL("COPY {} ({}) FROM STDIN").format(self.identifier, _names(self.columns))

    def _ordered(self, name: str) -> sql.Composable:
        return sql.SQL('{} COLLATE "C"' if name in self.collated else "{}").format(sql.Identifier(name))


def tables(connection: Connection) -> list[Table]:
    """Every table to keep, each after those whose rows it names."""
    found = [f"{schema}.{name}" for schema, name in connection.execute(SQL["tables"])]
    kept = [name for name in found if name.partition(".")[0] not in REBUILT and name not in OF_THE_PROGRAM]
    return [_table(connection, name) for name in _referred_first(kept, connection.execute(SQL["references"]))]


def _table(connection: Connection, name: str) -> Table:
    found = connection.execute(SQL["columns"], (_quoted(name),)).fetchall()
    key = [column for (column,) in connection.execute(SQL["key"], (_quoted(name),))]
    columns = tuple(column for column, _ in found)
    order = READING_ORDER.get(name) or tuple(key) or columns
    return Table(name, columns, order, frozenset(column for column, collated in found if collated))


def _quoted(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split(".", 1))


def _referred_first(names: Sequence[str], references: Iterable[tuple[Any, ...]]) -> list[str]:
    graph = TopologicalSorter[str](dict.fromkeys(names, ()))
    for referring, referred in references:
        if referring in names and referred in names:
            graph.add(referring, referred)
    return list(graph.static_order())


def _names(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)
