"""The facts of the past: those of any position of the log under any ruleset, projected anew when nothing holds them."""

from __future__ import annotations

import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.conninfo import make_conninfo

from dossier.journal import Journal
from projections.figures.facts_reader import FACTS, facts_of, root_of, type_of, with_rules
from projections.generations import generations, store
from projections.generations.parts import PARTS, histories
from projections.generations.store import Generation
from projections.project import project
from projections.rulesets import rulebook
from projections.rulesets.ruleset import Ruleset

Tables = dict[str, pa.Table]
KEPT = 4
"""Answers kept: the past does not change."""
ALONE = 20_000
"""Events that are projected in this very process; more are projected in parallel by others."""
CENT = Decimal("0.01")


class TooFarBack(Exception):
    """There are more events up to that position than may be projected for one question."""


class Past:
    """Answers with the facts of a position under a ruleset; the last few are kept."""

    def __init__(self, journal: Journal, conninfo: str, *, limit: int | None = None, workers: int = 2) -> None:
        """At most `limit` events are projected for a question; None for any number."""
        self._journal, self._conninfo, self._limit, self._workers = journal, conninfo, limit, workers
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], Tables] = OrderedDict()

    def facts(self, rules: Ruleset, position: int) -> tuple[Generation, Tables]:
        """The facts as they stood at a position, under a ruleset. Raises TooFarBack."""
        with self._journal.reading() as connection:
            asked = Generation(0, rules.id, rules.digest, position, root_of(connection, position))
        with self._lock:  # one such question at a time: it takes every processor there is
            key = (rules.digest, position)
            if key not in self._kept:
                self._kept[key] = with_rules(self._at_hand(asked) or self._projected(rules, position), rules)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return asked, self._kept[key]

    def _at_hand(self, asked: Generation) -> Tables | None:
        """The facts of a generation that stands at just that position."""
        with self._journal.reading() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            values = (asked.ruleset, asked.digest, generations.program(), asked.position)
            row = connection.execute(store.SQL["standing_at"], values).fetchone()
            return facts_of(connection, row[0]) if row else None

    def _projected(self, rules: Ruleset, position: int) -> Tables:
        with self._journal.reading() as connection:
            columns = {table: _columns(connection, table) for table in FACTS}
            (events,) = connection.execute(generations.SQL["volume"], (position,)).fetchone() or (0,)
        if self._limit is not None and events > self._limit:
            raise TooFarBack(f"{events} events lie before position {position}, and {self._limit} may be projected here")
        work = [(self._conninfo, part, position, rules, columns) for part in range(PARTS)]
        if events <= ALONE:
            parts = [part_of(*one) for one in work]
        else:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["__main__", __name__])
            with ProcessPoolExecutor(self._workers, context) as pool:
                parts = list(pool.map(part_of, *zip(*work, strict=True)))
        return {table: pa.concat_tables([part[table] for part in parts]) for table in FACTS}


def part_of(conninfo: str, part: int, position: int, rules: Ruleset, columns: dict[str, list[str]]) -> Tables:
    """The facts of one partition of the log, up to a position."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in FACTS}
    with psycopg.connect(make_conninfo(conninfo, application_name="dossier-past")) as reader:
        for dossier, stored in histories(reader, part, position):
            made = project(dossier, stored, rules, FACTS).rows
            for table in FACTS:
                rows[table] += [(0, str(dossier), *row) for row in made.get(table, ())]
    return {table: as_table(columns[table], rows[table]) for table in FACTS}


def as_table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows as the functions make them -> the types that a generation's tables are read as."""
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [_array(type_of(name), values) for name, values in zip(columns, by_column, strict=True)]
    return pa.table(dict(zip(columns, arrays, strict=True)))


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    if pa.types.is_decimal(kind):
        return pa.array([v if v is None else Decimal(v).quantize(CENT, ROUND_HALF_UP) for v in values], kind)
    if pa.types.is_date(kind):
        return pa.array(values, pa.string()).cast(kind)
    if pa.types.is_floating(kind):
        return pa.array([v if v is None else float(v) for v in values], kind)
    if pa.types.is_string(kind):
        return pa.array([v if v is None or isinstance(v, str) else str(v) for v in values], kind)
    return pa.array(values, kind)


def _columns(connection: psycopg.Connection[Any], table: str) -> list[str]:
    return [row[0] for row in connection.execute(store.SQL["columns"], (table,))]


def rules_of(connection: psycopg.Connection[Any], name: str | None) -> Ruleset:
    """The ruleset of a name, or the one being served. Raises RulesetUnknown."""
    if name is not None:
        return rulebook.lookup(connection, name)
    served = store.served(connection)
    return rulebook.lookup(connection, served.ruleset) if served else rulebook.last_activated(connection)
