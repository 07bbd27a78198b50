"""Counting: every indicator over millions of facts, beside a bare scan of the same facts and PostgreSQL."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql
from pyarrow import csv, parquet

from benchmarks.events import stream
from benchmarks.house import house
from benchmarks.projecting import fill
from benchmarks.row import Row, row
from projections.counting.indicator import catalogue, indicator
from projections.counting.tables import Facts, day_of
from projections.counting.undertaking_names import undertaking_names
from projections.facts.columns import COLUMNS
from projections.figures.drawn_facts import WORDS
from projections.figures.facts_reader import FactsReader, type_of, with_rules
from projections.figures.figures import Asked, figure
from projections.generations.rebuild import rebuild
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset

MANY = {"enterprise", "other"}
STEPS = {pa.date32(): pa.int32(), pa.decimal128(17, 2): pa.decimal128(19, 0)}
"""A type -> the one that whole numbers are made into on the way to it."""
IN_BOTH = ("entrepreneurs-by-phase", "agencies-per-dossier", "high-growth", "ict-share", "referral-outcomes",
           "aid-by-agency-instrument-sector-year")  # fmt: skip
"""Indicators whose figure PostgreSQL counts too, as `IN_POSTGRESQL` says: their own queries are in DuckDB's dialect."""
IN_POSTGRESQL = {
    "entrepreneurs-by-phase": "SELECT phase, count(*), count(DISTINCT dossier) FROM {schema}.fact_dossier GROUP BY 1",
    "agencies-per-dossier": "SELECT extract(year FROM opened_on), avg(agencies), count(DISTINCT dossier)"
    " FROM {schema}.fact_dossier GROUP BY 1",
    "ict-share": "SELECT extract(year FROM opened_on), avg(ict::int), count(DISTINCT dossier)"
    " FROM {schema}.fact_dossier WHERE ict IS NOT NULL GROUP BY 1",
    "high-growth": "SELECT last_year, avg(coalesce(high::int, 0)), count(*) FROM"
    " (SELECT DISTINCT ON (g.enterprise, g.last_year) g.last_year, g.high FROM {schema}.fact_growth g"
    " LEFT JOIN {schema}.fact_figure f"
    " ON f.dossier = g.dossier AND f.enterprise = g.enterprise AND f.year = g.last_year"
    " ORDER BY g.enterprise, g.last_year, f.recorded_on DESC NULLS LAST, g.dossier DESC, g.number) GROUP BY 1",
    "referral-outcomes": "SELECT from_agency, to_agency, CASE WHEN completed_on IS NOT NULL THEN 'completed'"
    " WHEN answer IS NOT NULL THEN answer ELSE 'unanswered' END, count(*), count(DISTINCT dossier)"
    " FROM {schema}.fact_referral WHERE made_on IS NOT NULL GROUP BY 1, 2, 3",
    "aid-by-agency-instrument-sector-year": "SELECT a.agency, a.instrument,"
    " CASE WHEN a.ict THEN 'ict' WHEN NOT a.ict THEN 'other' END, extract(year FROM conferred_on), sum(amount),"
    " count(DISTINCT coalesce(m.undertaking, a.enterprise, a.dossier)) FROM {schema}.fact_aid a"
    " LEFT JOIN {schema}.tied m ON m.enterprise = a.enterprise"
    " WHERE a.outcome = 'granted' AND a.currency = 'EUR' AND a.amount IS NOT NULL"
    " GROUP BY 1, 2, 3, 4",
}


def indicators(*, quick: bool) -> list[Row]:
    """All indicators in one process; those that PostgreSQL can count beside it; after new events; memory."""
    total = 200_000 if quick else 5_000_000
    facts = synthetic(total)
    count = sum(len(facts[table]) for table in COLUMNS)
    whole, bare = [], []
    with tempfile.TemporaryDirectory(prefix="dossier-bench-") as directory:
        for table in COLUMNS:
            parquet.write_table(facts[table], Path(directory) / f"{table}.parquet")
        for _ in range(3):
            whole.append(seconds(lambda: [count_one(name, facts) for name in ELIGIBLE]))
            bare.append(seconds(lambda: scan(directory)))
    slowest = sorted(((seconds(lambda n=name: count_one(n, facts)), name) for name in ELIGIBLE), reverse=True)[:3]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worst = ", ".join(f"{name} {took:.1f} s" for took, name in slowest)
    return [
        row("indicators-vs-scan", whole, bare, "s", "told, not promised", lambda *_: True,
            f"{len(ELIGIBLE)} indicators, {count} facts; baseline: DuckDB reads every column from Parquet; {worst}"),
        row("indicators-memory", [memory], [memory], "MB", "told, not promised", lambda *_: True,
            "the most this process ever had, facts and baseline included"),
        *_beside_postgresql(facts, count),
        *_refreshed(quick=quick),
    ]  # fmt: skip


ELIGIBLE = sorted(name for name, found in catalogue().items() if not found.ledger)
"""Those that count facts; what counts readings asks the ledger."""


def synthetic(total: int) -> Facts:
    """So many facts in all, by chance and the same every time: ten of each dossier, one enterprise for every two."""
    dossiers = total // 12
    weights = {"fact_dossier": 1, "fact_presence": 2, "fact_delivery": 2, "fact_growth": 0.3}
    facts = {t: _table(t, names, int(dossiers * weights.get(t, 0.75)), dossiers) for t, names in COLUMNS.items()}
    return with_rules(facts, ruleset())


def _table(name: str, columns: tuple[str, ...], rows: int, dossiers: int) -> pa.Table:
    chance = np.random.default_rng(len(name) * 1000 + rows)
    return pa.table({column: _column(name, column, chance, rows, dossiers) for column in columns})


def _column(table: str, column: str, chance: np.random.Generator, rows: int, dossiers: int) -> pa.Array:
    kind = type_of(column)
    if column == "dossier":
        number = np.arange(rows) if table == "fact_dossier" else chance.integers(0, dossiers, rows)
        return pc.utf8_lpad(pa.array(number).cast(pa.string()), 36, "0")
    if column in MANY:
        return pc.utf8_lpad(pa.array(chance.integers(0, max(1, dossiers // 2), rows)).cast(pa.string()), 10, "0")
    values = np.arange(rows) if column == "number" else _values(column, kind, chance, rows)
    if pa.types.is_string(kind):
        words = WORDS.get(column, ("a", "b", "c"))
        return pa.DictionaryArray.from_arrays(pa.array(values % len(words)), list(words)).cast(kind)
    return pa.array(values).cast(STEPS.get(kind, kind)).cast(kind)


def _values(column: str, kind: pa.DataType, chance: np.random.Generator, rows: int) -> Any:
    if pa.types.is_date(kind):
        first = (date(2016, 1, 1) - date(1970, 1, 1)).days
        return chance.integers(first, first + 3_600, rows)
    if pa.types.is_boolean(kind):
        return chance.random(rows) < 0.5
    least, most = (2016, 2026) if column.endswith("year") else (1, 100_000) if pa.types.is_decimal(kind) else (1, 6)
    return chance.integers(least, most, rows)


def count_one(name: str, facts: Facts) -> dict[str, Any]:
    """An indicator over facts, whole, with its certificate."""
    rules = ruleset()
    return figure(indicator(name), Asked(controlled=False), Generation(1, rules.id, rules.digest, 1, "root"), facts)


def scan(directory: str) -> None:
    """Have DuckDB read every column of every table of facts, kept as Parquet in a directory, and do nothing else."""
    with duckdb.connect() as database:
        for table, columns in COLUMNS.items():
            read = ", ".join(f"max({column})" for column in columns)
            database.execute(f"SELECT {read} FROM '{directory}/{table}.parquet'").fetchall()


def seconds(work: Any) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _beside_postgresql(facts: Facts, count: int) -> list[Row]:
    """The figures that both count, each way; PostgreSQL with its rows in memory, vacuumed, and its own plans."""
    ours, theirs = [], []
    with house() as at, _loaded(at.log.database.owner, facts) as connection:
        for name in IN_BOTH:
            _same(name, count_one(name, facts), _by_postgresql(connection, name))
        for _ in range(3):
            ours.append(seconds(lambda: [count_one(name, facts) for name in IN_BOTH]))
            theirs.append(seconds(lambda: [_by_postgresql(connection, name) for name in IN_BOTH]))
    inverse = [1 / took for took in ours], [1 / took for took in theirs]
    return [row("indicators-vs-postgresql", *inverse, "runs/s", "ratio >= 8", lambda _, ratio: ratio >= 8,
                f"{len(IN_BOTH)} of {len(catalogue())} indicators, {count} facts; baseline: the same figures in"
                " PostgreSQL's SQL, found equal, undertakings given to it")]  # fmt: skip


def _by_postgresql(connection: psycopg.Connection[Any], name: str) -> list[tuple[Any, ...]]:
    return connection.execute(IN_POSTGRESQL[name].format(schema="bench").encode()).fetchall()


def _same(name: str, ours: dict[str, Any], theirs: list[tuple[Any, ...]]) -> None:
    """Raise AssertionError unless both have the same rows: dimensions, value to four places, contributors."""
    mine = {tuple(row[d] for d in ours["by"]): (float(row["value"]), row["n"]) for row in ours["rows"]}
    other = {tuple(int(d) if isinstance(d, Decimal) else d for d in row[:-2]): row[-2:] for row in theirs}
    assert mine.keys() == other.keys(), f"{name}: {sorted(map(str, mine.keys() ^ other.keys()))[:5]}"
    for key, (value, n) in mine.items():
        assert abs(value - float(other[key][0])) <= 0.0001, f"{name} {key}: {value}, {other[key][0]}"
        assert n == other[key][1], f"{name} {key}: {n}, {other[key][1]} contributors"


@contextmanager
def _loaded(conninfo: str, facts: Facts) -> Iterator[psycopg.Connection[Any]]:
    """The facts those figures are counted from, in tables of the same columns."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA bench")
        read = ("fact_dossier", "fact_growth", "fact_figure", "fact_referral", "fact_aid")
        tables = {table: facts[table] for table in read}
        for table, rows in (tables | {"tied": undertaking_names(facts["fact_tie"], day_of(facts))}).items():
            named = sql.Identifier("bench", table)
            columns = [sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(_type(c))) for c in rows.column_names]
            connection.execute(sql.SQL("CREATE TABLE {} ({})").format(named, sql.SQL(", ").join(columns)))
            out = pa.BufferOutputStream()
            csv.write_csv(rows, out, csv.WriteOptions(include_header=False))
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(named)) as copy:
                copy.write(out.getvalue().to_pybytes())
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(named))
        yield connection


def _type(column: str) -> Any:
    kind = type_of(column)
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    return "numeric" if pa.types.is_decimal(kind) or pa.types.is_floating(kind) else "text"


def _refreshed(*, quick: bool) -> list[Row]:
    """From 10,000 more events in the log to every indicator counted over them, beside the first time."""
    first, again = [], []
    with house() as at:
        for run in range(3):
            fill(at.log, stream(f"{run}", 1_000 if quick else 5_000))
            rebuild(at.log.database.owner, ruleset(), workers=2)
            reader = FactsReader(at.log.journal)
            first.append(seconds(lambda r=reader: _all(r)))
            fill(at.log, stream(f"more{run}", 500))
            rebuild(at.log.database.owner, ruleset(), workers=2)
            again.append(seconds(lambda r=reader: _all(r)))
    return [row("indicators-refresh", again, first, "s", "told, not promised", lambda *_: True,
                "projected facts copied anew and all counted; baseline: the first time, of fewer")]  # fmt: skip


def _all(reader: FactsReader) -> None:
    generation, facts = reader.facts()
    for name in ELIGIBLE:
        figure(indicator(name), Asked(controlled=False), generation, facts)
