"""Figures: an indicator counted over the facts by DuckDB, with the certificate by which anyone can count it again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from dossier.canonical import canonical
from projections.disclosure.cube import MEASURE, Key, cliques, cube, groupings, key_of
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import protect
from projections.exchange import readings_of
from projections.indicator import AGGREGATES, Indicator
from projections.store import Generation


class UnknownDimension(ValueError):
    """An indicator does not have this dimension."""


class Asked(NamedTuple):
    """How an indicator is asked for: by which dimensions, for which years, controlled for disclosure or not."""

    by: Sequence[str] | None = None
    from_year: int | None = None
    to_year: int | None = None
    controlled: bool = True


def figure(
    indicator: Indicator,
    asked: Asked,
    generation: Generation,
    facts: dict[str, pa.Table],
    rule: Parameters | None = None,
) -> dict[str, Any]:
    """An indicator's rows with their certificate; controlled by themselves, whatever was published before.

    Raises UnknownDimension.
    """
    by = dimensions(indicator, asked)
    given = contributions(indicator, facts)
    rule = rule or Parameters()
    hidden = controlled(indicator, by, asked, given, rule) if asked.controlled else frozenset()
    told = {"disclosure": rule.told() if asked.controlled else {"method": "none"}}
    rows = rows_of(indicator, by, asked, given, hidden)
    return answer(indicator, by, rows, certificate(indicator, generation, facts) | told)


def dimensions(indicator: Indicator, asked: Asked) -> list[str]:
    """What an indicator is asked by. Raises UnknownDimension."""
    by = list(dict.fromkeys(indicator.default if asked.by is None else asked.by))
    for dimension in by:
        if dimension not in indicator.dimensions:
            known = ", ".join(indicator.dimensions)
            raise UnknownDimension(f"{indicator.name} has no dimension {dimension}; it has: {known}")
    return by


def certificate(indicator: Indicator, generation: Generation, facts: dict[str, pa.Table]) -> dict[str, Any]:
    """What a figure counted over these facts was counted from."""
    return {
        "ruleset": generation.ruleset,
        "ruleset_digest": generation.digest,
        "position": str(generation.position),
        "root": generation.root,
        **({"readings": str(readings_of(facts["fact_exchange"]))} if indicator.ledger else {}),
    }


def answer(indicator: Indicator, by: Sequence[str], rows: list[dict[str, Any]], told: dict[str, Any]) -> dict[str, Any]:
    """A figure as it is sent, with the digest of its rows."""
    return {
        "indicator": indicator.name,
        "title": indicator.title,
        "unit": indicator.unit,
        "by": list(by),
        "rows": rows,
        "certificate": {**told, "result_digest": digest_of_rows(rows)},
        "caveats": indicator.caveats,
        "evidence_level": indicator.evidence_level,
    }


def digest_of_rows(rows: list[dict[str, Any]]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of rows as they are sent."""
    return "sha256:" + hashlib.sha256(canonical(rows)).hexdigest()


def hide(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its dimensions and nothing else."""
    return row | {"value": None, "n": None, "suppressed": True}


def contributions(indicator: Indicator, facts: dict[str, pa.Table]) -> pa.Table:
    """What the cells of an indicator are made of: a row each, with the undertaking it is of.

    A dossier's undertaking is its enterprise, where it has one: two founders are one contributor.
    """
    with duckdb.connect() as database:
        for name, table in facts.items():
            database.register(name, table)
        return database.sql(
            "SELECT c.*, coalesce(d.enterprise, c.contributor) AS undertaking "  # noqa: S608  # the project's own file
            f"FROM ({indicator.sql}) c LEFT JOIN fact_dossier d ON CAST(d.dossier AS VARCHAR) = c.contributor"
        ).to_arrow_table()


def controlled(
    indicator: Indicator, by: Sequence[str], asked: Asked, given: pa.Table, rule: Parameters
) -> frozenset[Key]:
    """The cells to hide in one answer. The published table is protected where the answer is part of it."""
    own = tuple(sorted(name for name in by if name != MEASURE))
    tables = cliques(indicator)
    if asked_years(asked):
        given, tables = within(given, asked), [own]
    elif own not in groupings(tables):
        tables = [own]
    made = cube(indicator, tables, given, rule)
    hidden = protect(made, made.unsafe, rule.percent).hidden
    return frozenset(key for key, hides in zip(made.keys, hidden, strict=True) if hides)


def within(given: pa.Table, asked: Asked) -> pa.Table:
    """The contributions of the years asked for."""
    with duckdb.connect() as database:
        database.register("given", given)
        values = {"from": asked.from_year, "to": asked.to_year}
        chosen = "SELECT * FROM given WHERE ($from IS NULL OR year >= $from) AND ($to IS NULL OR year <= $to)"
        return database.sql(chosen, params=values).to_arrow_table()


def rows_of(
    indicator: Indicator, by: Sequence[str], asked: Asked, given: pa.Table, hidden: Collection[Key]
) -> list[dict[str, Any]]:
    """The rows of an answer, those of hidden cells without their values, in the order of their dimensions.

    A row of several measures together is hidden when one of them is. `by` holds names that the indicator declares and
    nothing else, so they may stand in the statement.
    """
    names = "".join(f"{dimension}, " for dimension in by)
    grouped = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(f'{name} NULLS LAST' for name in by)}" if by else ""
    with duckdb.connect() as database:
        database.register("given", within(given, asked) if asked_years(asked) else given)
        statement = (
            f"SELECT {names}{AGGREGATES[indicator.value]} AS value, count(DISTINCT contributor) AS n "  # noqa: S608
            f"FROM given {grouped}"
        )
        covered = {*hidden, *(tuple(part for part in key if part[0] != MEASURE) for key in hidden)}
        return [_row(by, values, covered) for values in database.execute(statement).fetchall()]


def asked_years(asked: Asked) -> bool:
    """Whether years were asked for."""
    return asked.from_year is not None or asked.to_year is not None


def _row(by: Sequence[str], values: tuple[Any, ...], hidden: Collection[Key]) -> dict[str, Any]:
    *dimensions, value, contributors = values
    row: dict[str, Any] = dict(zip(by, dimensions, strict=True))
    if key_of(row) in hidden:
        return hide(row)
    return row | {"value": _plain(value), "n": contributors, "suppressed": False}


def _plain(value: Any) -> int | float | str | None:
    """A value as JSON has it: amounts as decimal strings, other numbers of four decimals at the most."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded


class Figures:
    """Counts figures, and keeps the latest: the protection of a large table takes seconds."""

    KEPT = 32

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], dict[str, Any]] = OrderedDict()

    def figure(
        self,
        indicator: Indicator,
        asked: Asked,
        generation: Generation,
        facts: dict[str, pa.Table],
        rule: Parameters,
    ) -> dict[str, Any]:
        """An indicator as it stands in these facts. Raises UnknownDimension."""
        by = tuple(dimensions(indicator, asked))
        told = certificate(indicator, generation, facts)
        key = (indicator.name, by, asked[1:], generation.id, tuple(told.values()))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = figure(indicator, asked, generation, facts, rule)
                while len(self._kept) > self.KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
