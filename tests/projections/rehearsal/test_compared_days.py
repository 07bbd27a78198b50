"""On which days two rulesets are compared."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projections.rehearsal.compared_days import needed
from projections.rulesets.ruleset import Ruleset

TODAY = date(2026, 11, 30)


def rules(**values: dict[str, Any]) -> Ruleset:
    """A ruleset of rules by name, each a value by its first day; `room` and `other` stand for two rules of aid room."""
    names = {"room": "de-minimis.ceiling", "other": "de-minimis.counts", "hidden": "disclosure.threshold",
             "sector": "sector.ict.2025"}  # fmt: skip
    dated = {
        names[name]: {"values": [{"from": day, "value": value} for day, value in told.items()]}
        for name, told in values.items()
    }
    return Ruleset("made", dated, "")


BASE = {"room": {"2014-01-01": 2, "2024-01-01": 3}}


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        (BASE, {"room": {"2014-01-01": 2, "2027-01-01": 3}}, ["2026-11-30", "2027-01-01"]),
        ({"room": {"2014-01-01": 2, "2027-01-01": 3}}, BASE, ["2026-11-30", "2027-01-01"]),
        (BASE, {"room": {"2014-01-01": 2, "2024-01-01": 4}}, ["2026-11-30"]),
        (BASE | {"other": {"2028-01-01": 1}}, {"room": {"2014-01-01": 5}, "other": {"2028-01-01": 1}},
         ["2026-11-30", "2028-01-01"]),
        (BASE | {"sector": {"2028-01-01": 1}}, {"room": {"2014-01-01": 5}, "sector": {"2028-01-01": 2}},
         ["2026-11-30"]),
        (BASE | {"hidden": {"2014-01-01": 1}}, BASE | {"hidden": {"2014-01-01": 1, "2029-01-01": 2}},
         ["2026-11-30", "2029-01-01"]),
        (BASE, BASE | {"sector": {"2028-01-01": 2}}, []),
        (BASE, BASE, []),
    ],
    ids=["a value dropped", "a value added", "none to come", "one that both have", "one that no room reads", "hidden",
         "nothing that changes with the day", "nothing"],
)  # fmt: skip
def test_they_are_today_and_each_to_come_on_which_a_value_that_is_read_begins(
    before: dict[str, Any], after: dict[str, Any], days: list[str]
) -> None:
    assert [str(day) for day in needed(rules(**before), rules(**after), TODAY)] == days
