"""An answer protected level by level: answers by other dimensions agree on what they hide, and nothing follows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.projections.disclosure.attacker import Attack, Contribution, Shown, cells
from tests.projections.disclosure.test_attack import DIMENSIONS, SLACK, TABLES, indicator, table, unsafe

from projections.disclosure import levels
from projections.disclosure.cube import cube
from projections.disclosure.layout import Key, cases, tables
from projections.disclosure.levels import hidden_by_levels
from projections.disclosure.parameters import Parameters

RULE = Parameters()
NAMES = ("agency", "year", "instrument")


def hidden(
    contributions: list[Contribution], dimensions: tuple[str, ...], own: tuple[str, ...], *, wide: bool = True
) -> dict[Key, bool]:
    """Cell -> whether an answer by its `own` dimensions hides it; published by all of them, or (not `wide`) by one."""
    asked = indicator(dimensions)
    behind = cases(asked, table(contributions, dimensions))
    usual, grouping = tables(asked) if wide else [dimensions[:1]], tuple(sorted(own))
    found = hidden_by_levels(lambda some: cube(asked, some, behind, RULE), usual, grouping, RULE.percent)
    return {key: key in found for key in cube(asked, [tuple(sorted(own))], behind, RULE).keys}


@given(TABLES, st.booleans())
@settings(max_examples=12)
def test_answers_by_other_dimensions_hide_the_same_of_what_they_share(
    drawn: tuple[object, list[Contribution]], wide: bool
) -> None:
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]  # a tuple of sizes
    finest = hidden(contributions, dimensions, dimensions, wide=wide)
    for left_out in dimensions:
        own = tuple(name for name in dimensions if name != left_out)
        coarser = hidden(contributions, dimensions, own, wide=wide)
        assert coarser == {key: finest[key] for key in coarser}


@given(TABLES, st.booleans())
@settings(max_examples=12)
def test_what_is_unsafe_is_hidden(drawn: tuple[object, list[Contribution]], wide: bool) -> None:
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    asked = indicator(dimensions)
    made = cube(asked, [tuple(sorted(dimensions))], cases(asked, table(contributions, dimensions)), RULE)
    found = hidden(contributions, dimensions, dimensions, wide=wide)
    assert all(found[key] for key, unsafe in zip(made.keys, made.unsafe, strict=True) if unsafe)


@given(TABLES, st.booleans())
@settings(max_examples=12)
def test_no_sum_has_a_single_hidden_part_or_whole(drawn: tuple[object, list[Contribution]], wide: bool) -> None:
    """The simplest attack: one hidden cell among shown ones of a sum follows by taking them away.

    A sum of one part says nothing that its whole does not: that part may be hidden beside it, never the other way.
    """
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    asked = indicator(dimensions)
    made = cube(asked, [tuple(sorted(dimensions))], cases(asked, table(contributions, dimensions)), RULE)
    found = hidden(contributions, dimensions, dimensions, wide=wide)
    for one in made.sums:
        whole, parts = found[made.keys[one.whole]], [found[made.keys[place]] for place in one.parts]
        if len(parts) == 1:
            assert parts[0] or not whole
        else:
            assert sum((whole, *parts)) != 1


@given(TABLES)
@settings(max_examples=12)
def test_no_unsafe_cell_follows_from_all_answers_together(drawn: tuple[object, list[Contribution]]) -> None:
    """By a linear program over every table and margin at once, as an outsider who asked for each has them."""
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    found = hidden(contributions, dimensions, dimensions)
    behind = cells(dimensions, contributions)
    values = {cell: sum(by.values()) for cell, by in behind.items() if not found[cell]}
    attack = Attack(dimensions, [Shown(values, set(behind) - values.keys(), contributions)])
    for cell, by in behind.items():
        if unsafe(by):
            true = sum(by.values())
            low, high = attack.bounds((0, cell, 1.0))
            assert low - SLACK <= true - RULE.percent / 100 * true, (cell, true, low, high)
            assert high + SLACK >= true + RULE.percent / 100 * true, (cell, true, low, high)


def test_a_table_too_fine_to_protect_in_time_is_hidden_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    contributions: list[Contribution] = [
        *((("a", "b"), f"u{n}", 100.0) for n in range(5)),
        (("a", "c"), "u9", 50.0),
        (("d", "b"), "u8", 50.0),
    ]
    monkeypatch.setattr(levels, "EFFORT", 0)
    found = hidden(contributions, DIMENSIONS, DIMENSIONS)
    finest = [hides for key, hides in found.items() if len(key) == 2]
    assert finest
    assert all(finest)
