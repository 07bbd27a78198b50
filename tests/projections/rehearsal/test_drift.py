"""Drift: which moves of figures are still those that were approved."""

from __future__ import annotations

from typing import Any

import pytest

from projections.rehearsal.difference import Moved
from projections.rehearsal.drift import TOLERANCE, strayed, tally


def cell(indicator: str, before: Any, after: Any, **row: Any) -> Moved:
    return Moved(indicator, row, before, after)


SHARE, COUNT, SUM = "ict-share", "entrepreneurs-by-phase", "aid-by-agency-instrument-sector-year"


@pytest.mark.parametrize(
    ("indicator", "approved", "now", "strays"),
    [
        (SHARE, (0.01, 0.02), (0.01, 0.5), True),
        (SHARE, (0.01, 0.02), (0.011, 0.022), False),
        (SHARE, (0.1, 0.5), (0.1, 0.515), False),
        (SHARE, (0.1, 0.5), (0.1, 0.53), True),
        (COUNT, (10, 12), (20, 23), False),
        (COUNT, (10, 12), (20, 24), True),
        (COUNT, (10, 110), (20, 124), False),
        (COUNT, (10, 110), (20, 126), True),
        (COUNT, (10, 12), (12, 10), True),
        (COUNT, (None, 2), (1, 3), False),
        (SUM, ("100.00", "1100.00"), ("100.00", "1150.00"), False),
        (SUM, ("100.00", "1100.00"), ("100.00", "1150.01"), True),
    ],
)
def test_a_move_may_drift_by_a_share_of_itself_or_by_a_unit(
    indicator: str, approved: tuple[Any, Any], now: tuple[Any, Any], strays: bool
) -> None:
    found = strayed([cell(indicator, *approved, a=1)], [cell(indicator, *now, a=1)], TOLERANCE)
    assert bool(found) is strays
    assert tally(found) == {"added": 0, "removed": 0, "changed": int(strays)}


def test_who_activates_may_tolerate_more_or_nothing() -> None:
    approved, now = [cell(COUNT, 0, 100)], [cell(COUNT, 0, 120)]
    assert [len(strayed(approved, now, tolerance)) for tolerance in (0.0, 0.05, 0.2)] == [1, 1, 0]


def test_cells_that_begin_or_cease_to_differ_count_by_their_move() -> None:
    approved = [cell(COUNT, 1, 9, a=1), cell(COUNT, 1, 2, a=2)]
    now = [cell(COUNT, 1, 2, a=3), cell(COUNT, 1, 5, a=4)]
    found = strayed(approved, now, TOLERANCE)
    assert [(one.row, one.approved, one.now) for one in found] == [({"a": 1}, 8, 0), ({"a": 4}, 0, 4)]
    assert tally(found) == {"added": 1, "removed": 1, "changed": 0}
    assert str(found[1]) == 'entrepreneurs-by-phase {"a":4} (value) moves by 4, approved was 0'


def test_of_hidden_cells_the_number_counts() -> None:
    def hidden(*names: str) -> list[Moved]:
        return [Moved(COUNT, {"phase": name}, 3, None, (False, True)) for name in names]

    assert strayed(hidden("a", "b"), hidden("a", "c"), TOLERANCE) == []
    [found] = strayed(hidden("a"), hidden("a", "b", "c"), TOLERANCE)
    assert (found.what, found.approved, found.now) == ("hidden", 1, 3)
