"""Counting less, where an indicator says that less is enough, comes to the same."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from projections.counting.counting import Bounds, Counted, Question, cells, count, quality
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


JOINED = [one for one in catalogue().values() if one.joined]
EVERY = Bounds()
JUDGED = [one for one in catalogue().values() if (one.missing or one.late) and not one.ledger]


def whole(one: Indicator, by: Sequence[str], years: Bounds = EVERY) -> Counted:
    with counting(FACTS, one) as database:
        return count(database, Question(one, one.by(by), years))


@pytest.mark.parametrize("years", [EVERY, Bounds(2018, 2024)], ids=["all years", "some years"])
@pytest.mark.parametrize("one", JOINED, ids=lambda one: one.name)
def test_what_is_joined_for_a_dimension_is_not_needed_where_nobody_asks_for_it(one: Indicator, years: Bounds) -> None:
    """One dimension at a time, those that joined tables tell among them: there they are read."""
    read = one.model_copy(update={"joined": {}})
    for by in [[], *([dimension] for dimension in one.dimensions)]:
        assert whole(one, by, years) == whole(read, by, years), by


@pytest.mark.parametrize("one", JOINED, ids=lambda one: one.name)
def test_a_table_is_read_where_what_it_tells_is_asked_for(one: Indicator) -> None:
    for table, telling in one.joined.items():
        for dimension in telling:
            assert any(cell.dimensions[0] is not None for cell in counted(one, [dimension])), (table, dimension)


@pytest.mark.parametrize("one", JUDGED, ids=lambda one: one.name)
def test_cells_and_quality_come_to_the_same_in_one_reading_as_in_two(one: Indicator) -> None:
    for by in [[], one.default, *([dimension] for dimension in one.dimensions)]:
        question = Question(one, one.by(by))
        with counting(FACTS, one) as database:
            assert count(database, question) == Counted(cells(database, question), quality(database, question)), by


def test_of_nothing_that_is_known_cells_tell_nothing_and_quality_that_all_is_missing() -> None:
    unknown = indicator("ict-share").model_copy(
        update={"sql": f"SELECT * REPLACE (NULL::DOUBLE AS amount) FROM ({indicator('ict-share').sql})"}
    )
    found = whole(unknown, ["cohort"])
    assert (found.cells, found.quality.missing) == ([], 1.0)
