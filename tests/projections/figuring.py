"""Small tables of facts told in a few words, and the figures counted over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from projections.counting.indicator import indicator
from projections.facts.columns import COLUMNS
from projections.figures.facts_reader import type_of, with_rules
from projections.figures.figures import Asked, figure
from projections.generations.store import Generation
from projections.rulesets.ruleset import Ruleset, ruleset

Told = Mapping[str, Sequence[Mapping[str, Any]]]


def tables(told: Told, rules: Ruleset | None = None) -> dict[str, pa.Table]:
    """Every table of facts, with the rows told; a column that is not told is empty."""
    assert set(told) <= set(COLUMNS), f"no such tables: {set(told) - set(COLUMNS)}"
    made = {name: _table(name, columns, told.get(name, ())) for name, columns in COLUMNS.items()}
    return with_rules(made, rules or ruleset())


def _table(name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    for row in rows:
        assert set(row) <= set(columns), f"{name} has no columns {set(row) - set(columns)}"
    return pa.table({column: _array(column, rows) for column in columns})


def _array(column: str, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    kind, values = type_of(column), [row.get(column) for row in rows]
    if column == "number":
        values = list(range(1, len(rows) + 1))
    if pa.types.is_date(kind) or pa.types.is_decimal(kind):
        return pa.array([None if value is None else str(value) for value in values], pa.string()).cast(kind)
    return pa.array(values, kind)


def counted(
    name: str, told: Told, by: Sequence[str] | None = None, rules: Ruleset | None = None, **asked: Any
) -> dict[str, Any]:
    """The figure of an indicator over the facts told, uncontrolled unless said otherwise."""
    rules = rules or ruleset()
    generation = Generation(1, rules.id, rules.digest, 1, "root")
    return figure(indicator(name), Asked(by, **{"controlled": False, **asked}), generation, tables(told, rules))
