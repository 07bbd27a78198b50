"""Counting rows in place of contributors, where an indicator says that each has one row, comes to the same."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from projections.counting.counting import Question, cells
from projections.counting.indicator import Indicator, catalogue, indicator
from projections.counting.tables import counting
from projections.estimates.cell import Cell
from projections.figures.drawn_facts import drawn
from projections.figures.facts_reader import with_rules
from projections.rulesets.ruleset import ruleset

FACTS = with_rules(drawn(400), ruleset())
LIVING = FACTS["fact_enterprise"]
FACTS["fact_enterprise"] = LIVING.set_column(
    LIVING.column_names.index("ceased_on"), "ceased_on", pa.nulls(len(LIVING), pa.date32())
)
"""By chance most enterprises have ceased, and those dossiers are eligible for one scheme at the most."""


def counted(one: Indicator, by: Sequence[str]) -> list[Cell]:
    with counting(FACTS, one) as database:
        return cells(database, Question(one, one.by(by)))


@pytest.mark.parametrize("one", [one for one in catalogue().values() if one.once is not None], ids=lambda one: one.name)
def test_where_each_contributor_has_one_row_rows_are_as_many_as_contributors(one: Indicator) -> None:
    apart = one.model_copy(update={"once": None})
    for dimension in one.dimensions:
        by = [*(one.once or ()), dimension]
        assert counted(one, by) == counted(apart, by) != []


def test_elsewhere_contributors_are_told_apart() -> None:
    """A dossier that is eligible for two schemes is one dossier, in whatever it is counted by but the scheme."""
    one = indicator("non-take-up")
    rows = counted(one, ["scheme"])
    whole = counted(one, [])
    assert sum(cell.n for cell in whole) < sum(cell.n for cell in rows)
