"""An answer protected level by level: answers by other dimensions agree on what they hide, and nothing follows."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from tests.projections.disclosure.attacker import Attack, Cell, Contribution, Shown, cells
from tests.projections.disclosure.test_attack import DIMENSIONS, SLACK, TABLES, indicator, table, unsafe

from projections.disclosure import levels
from projections.disclosure.cube import cube
from projections.disclosure.layout import Key, cases
from projections.disclosure.levels import hidden_by_levels, sheltering
from projections.disclosure.parameters import Parameters

RULE = Parameters()
NAMES = ("agency", "year", "instrument")


def hidden(contributions: list[Contribution], dimensions: tuple[str, ...], own: tuple[str, ...]) -> dict[Key, bool]:
    """Cell -> whether an answer by its `own` dimensions hides it."""
    asked = indicator(dimensions)
    behind = cases(asked, table(contributions, dimensions))
    strict = sheltering(RULE)
    found = hidden_by_levels(lambda one: cube(asked, [one], behind, strict), tuple(sorted(own)), RULE.percent)
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
def test_no_sum_has_a_single_hidden_part_or_whole(drawn: tuple[object, list[Contribution]]) -> None:
    """The simplest attack: one hidden cell among shown ones of a sum follows by taking them away.

    A sum of one part says nothing that its whole does not: that part may be hidden beside it, never the other way.
    """
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    asked = indicator(dimensions)
    made = cube(asked, [tuple(sorted(dimensions))], cases(asked, table(contributions, dimensions)), RULE)
    found = hidden(contributions, dimensions, dimensions)
    for one in made.sums:
        unseen = [place for place in (one.whole, *one.parts) if found[made.keys[place]]]
        assert len(unseen) != 1 or not made.unsafe[unseen[0]]
        whole, parts = found[made.keys[one.whole]], [found[made.keys[place]] for place in one.parts]
        if len(parts) == 1:
            assert parts[0] or not whole
        else:
            assert sum((whole, *parts)) != 1


@given(TABLES)
@settings(max_examples=25)
def test_no_unsafe_cell_follows_from_all_answers_together(drawn: tuple[object, list[Contribution]]) -> None:
    """By a linear program over a table with its margins, as an outsider who asked for each has them; for every table.

    Margins of several dimensions, decided before the table they cross in, can give one of its cells away between them:
    such a table shows nothing of its own. Margins of one dimension never do.
    """
    sizes, contributions = drawn
    dimensions = NAMES[: len(sizes)]  # type: ignore[arg-type]
    found = hidden(contributions, dimensions, dimensions)
    behind = cells(dimensions, contributions)
    for own in (part for size in range(len(dimensions) + 1) for part in combinations(sorted(dimensions), size)):
        finest = [cell for cell in behind if tuple(name for name, _ in cell) == own]
        if len(own) < 2 or not all(found[cell] for cell in finest):
            within = {cell: by for cell, by in behind.items() if {name for name, _ in cell} <= set(own)}
            stands_against_a_program(dimensions, contributions, within, found)


def stands_against_a_program(
    dimensions: tuple[str, ...],
    contributions: list[Contribution],
    within: dict[Cell, dict[str, float]],
    found: dict[Key, bool],
) -> None:
    """No unsafe cell of a table with its margins can be computed to within p %."""
    values = {cell: sum(by.values()) for cell, by in within.items() if not found[cell]}
    attack = Attack(dimensions, [Shown(values, set(within) - values.keys(), contributions)])
    for cell, by in within.items():
        if unsafe(by):
            true = sum(by.values())
            low, high = attack.bounds((0, cell, 1.0))
            assert low - SLACK <= true - RULE.percent / 100 * true, (cell, true, low, high)
            assert high + SLACK >= true + RULE.percent / 100 * true, (cell, true, low, high)


def test_a_cell_that_could_not_shelter_two_undertakings_is_hidden() -> None:
    """A part by 1,000 and 100 is unsafe up to 1,200, and so known to within 10 % from a sum of less than 1,320."""
    for others, hides in ((1, True), (2, True), (3, False)):
        told: list[Contribution] = [(("a",), "u0", 1000.0), (("a",), "u1", 100.0)]
        told += [(("b",), f"u{number + 2}", 100.0) for number in range(others)]
        assert hidden(told, ("agency",), ())[()] is hides


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
