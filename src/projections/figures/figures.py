"""Figures: an indicator counted over the facts by DuckDB, with the certificate by which anyone can count it again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from dossier.canonical import canonical
from projections.counting.counting import Bounds, Counted, Question, cells, contributed, count, plain
from projections.counting.engine import fresh
from projections.counting.indicator import Indicator
from projections.counting.indicator import indicator as named
from projections.counting.tables import counting, day_of
from projections.disclosure.cells import Cells
from projections.disclosure.cube import cube_of
from projections.disclosure.layout import Key, cases, contributions, grouping, key_of
from projections.disclosure.levels import hidden_by_levels, sheltering
from projections.disclosure.parameters import Parameters
from projections.estimates.cell import Cell
from projections.figures import exchange
from projections.figures.evidence import evidence_level
from projections.generations.store import Generation

UNCONTROLLED = {"method": "none"}
"""What a certificate says of a figure in which nothing is hidden."""


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
    question = asked_of(indicator, asked)
    with counting(facts, indicator) as database:
        counted = count(database, question)
    hidden: Collection[Key] = ()
    rule = rule or Parameters()
    if asked.controlled:
        hidden = controlled(question, contributions(indicator, facts), rule)
    told = certificate(indicator, generation, facts) | {"disclosure": rule.told() if asked.controlled else UNCONTROLLED}
    return answer(question, counted, hidden, day_of(facts), told)


def rows_by(
    indicator: Indicator, facts: dict[str, pa.Table], every: Iterable[Sequence[str]]
) -> Iterator[list[dict[str, Any]]]:
    """The rows of an indicator by some dimensions, then by others, nothing hidden. Raises UnknownDimension."""
    with counting(facts, indicator) as database:
        indicator = contributed(database, indicator)
        for by in every:
            question = asked_of(indicator, Asked(by))
            yield rows_of(question, cells(database, question))


def asked_of(indicator: Indicator, asked: Asked) -> Question:
    """The question to count; of an indicator without years, whatever years are asked. Raises UnknownDimension."""
    by = indicator.by(asked.by)
    for dimension in by:
        if dimension not in indicator.dimensions:
            known = ", ".join(indicator.dimensions)
            raise UnknownDimension(f"{indicator.name} has no dimension {dimension}; it has: {known}")
    years = Bounds(asked.from_year, asked.to_year) if indicator.dated else Bounds()
    return Question(indicator, by, years)


def certificate(indicator: Indicator, generation: Generation, facts: dict[str, pa.Table]) -> dict[str, Any]:
    """What a figure counted over these facts is counted from."""
    return {
        "ruleset": generation.ruleset,
        "ruleset_digest": generation.digest,
        "position": str(generation.position),
        "root": generation.root,
        **(exchange.counted(facts["fact_exchange"]) if indicator.ledger else {}),
    }


def answer(
    question: Question, counted: Counted, hidden: Collection[Key], day: date | None, told: dict[str, Any]
) -> dict[str, Any]:
    """A figure as it is sent: cells without the values of hidden ones, and its certificate with the rows' digest."""
    indicator = question.indicator
    rows = rows_of(question, counted.cells, hidden)
    return {
        "indicator": indicator.name,
        "title": indicator.title,
        "unit": indicator.unit,
        "by": list(question.by),
        "rows": rows,
        "certificate": told | {"result_digest": digest_of(rows)},
        "as_of": day.isoformat() if day else None,
        "quality": counted.quality._asdict(),
        "method": indicator.method,
        "caveats": indicator.caveats,
        "evidence_level": evidence_level(indicator, rows),
    }


def controlled(question: Question, given: pa.Table, rule: Parameters) -> Collection[Key]:
    """The cells to hide in one answer."""
    indicator, own = question.indicator, grouping(question.indicator, question.by)
    if question.years != Bounds():
        given = within(given, question.years)
    behind = cases(indicator, given)
    cells_behind = Cells(indicator, behind, sheltering(rule))
    return hidden_by_levels(lambda table: cube_of(cells_behind, [table]), own, rule.percent)


def within(given: pa.Table, years: Bounds) -> pa.Table:
    """The rows of some years."""
    with fresh() as database:
        database.register("given", given)
        values = {"first": years.first, "last": years.last}
        chosen = "SELECT * FROM given WHERE ($first IS NULL OR year >= $first) AND ($last IS NULL OR year <= $last)"
        return database.sql(chosen, params=values).to_arrow_table()


def digest_of(rows: list[dict[str, Any]]) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of rows as they are sent."""
    return "sha256:" + hashlib.sha256(canonical(rows)).hexdigest()


def hide(row: dict[str, Any], by: Sequence[str]) -> dict[str, Any]:
    """A row with its dimensions and nothing else."""
    return {name: row[name] for name in by} | {"value": None, "n": None, "suppressed": True}


def rows_of(question: Question, counted: list[Cell], hidden: Collection[Key] = ()) -> list[dict[str, Any]]:
    """Cells as they are sent, without the values of hidden ones."""
    return [_row(question, cell, hidden) for cell in counted]


def _row(question: Question, cell: Cell, hidden: Collection[Key]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(question.by, cell.dimensions, strict=True))
    if hidden and key_of(question.indicator, row) in hidden:
        return hide(row, question.by)
    bounds = {"low": plain(cell.low), "high": plain(cell.high)} if cell.low is not None else {}
    return row | {"value": plain(cell.value), "n": cell.n, **bounds, "suppressed": False}


def columns_of(figure: dict[str, Any]) -> list[str]:
    """The names of a figure's columns, in order; also where it has no rows."""
    bounds = ["low", "high"] if named(figure["indicator"]).has_bounds else []
    return [*figure["by"], "value", "n", *bounds, "suppressed"]
