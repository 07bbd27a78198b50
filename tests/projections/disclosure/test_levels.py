"""An answer protected level by level: answers by other dimensions agree on what they hide, and nothing follows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.projections.disclosure.attacker import Contribution
from tests.projections.disclosure.test_attack import DIMENSIONS, TABLES, indicator, table

from projections.disclosure import levels
from projections.disclosure.cube import cube
from projections.disclosure.layout import Key, cases
from projections.disclosure.levels import hidden_by_levels
from projections.disclosure.parameters import Parameters

RULE = Parameters()
NAMES = ("agency", "year", "instrument")


def hidden(contributions: list[Contribution], dimensions: tuple[str, ...], own: tuple[str, ...]) -> dict[Key, bool]:
    """Cell -> whether an answer by its `own` dimensions hides it."""
    asked = indicator(dimensions)
    behind = cases(asked, table(contributions, dimensions))
    found = hidden_by_levels(lambda one: cube(asked, [one], behind, RULE), tuple(sorted(own)), RULE.percent)
    return {key: key in found for key in cube(asked, [tuple(sorted(own))], behind, RULE).keys}


@given(TABLES)
@settings(max_examples=12)
def test_answers_by_other_dimensions_hide_the_same_of_what_they_share(drawn: tuple[object, list[Contribution]]) -> None:
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]  # a tuple of sizes
    finest = hidden(contributions, dimensions, dimensions)
    for left_out in dimensions:
        coarser = hidden(contributions, dimensions, tuple(name for name in dimensions if name != left_out))
        assert coarser == {key: finest[key] for key in coarser}


@given(TABLES)
@settings(max_examples=12)
def test_what_is_unsafe_is_hidden(drawn: tuple[object, list[Contribution]]) -> None:
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    asked = indicator(dimensions)
    made = cube(asked, [tuple(sorted(dimensions))], cases(asked, table(contributions, dimensions)), RULE)
    found = hidden(contributions, dimensions, dimensions)
    assert all(found[key] for key, unsafe in zip(made.keys, made.unsafe, strict=True) if unsafe)


@given(TABLES)
@settings(max_examples=12)
def test_no_unsafe_cell_is_the_single_hidden_part_or_whole_of_a_sum(drawn: tuple[object, list[Contribution]]) -> None:
    """The simplest attack: one hidden cell among shown ones of a sum follows by taking them away."""
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    asked = indicator(dimensions)
    made = cube(asked, [tuple(sorted(dimensions))], cases(asked, table(contributions, dimensions)), RULE)
    found = hidden(contributions, dimensions, dimensions)
    for one in made.sums:
        unseen = [place for place in (one.whole, *one.parts) if found[made.keys[place]]]
        assert len(unseen) != 1 or not made.unsafe[unseen[0]]


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
