"""The windows over which de minimis aid is added up: which days of granting still count on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from projections.undertaking.fiscal_years import DAY, Years, later
from projections.undertaking.law import law

Rule = dict[str, Any]


@law("Regulation (EU) No 1407/2013, art. 3(2) and 3(5)", holds_from="2014-01-01", until="2023-12-31")
def in_fiscal_years(granted: date, on: date, years: Years, rule: Rule) -> bool:
    """Granted in the fiscal year of the day or in one of the two before, and not after the day."""
    return granted <= on and years.number(on) - years.number(granted) < int(rule["years"])


@law("Regulation (EU) 2023/2831, art. 3(2) and recital 11", holds_from="2024-01-01", until="2030-12-31")
def in_rolling_years(granted: date, on: date, years: Years, rule: Rule) -> bool:
    """Granted in the three years up to the day; its third anniversary still counts, or does not, by the rule.

    The anniversary of 29 February is 28 February.
    """
    anniversary = later(granted, int(rule["years"]))
    return granted <= on and (on <= anniversary if rule.get("anniversary", "counts") == "counts" else on < anniversary)


@law("A reading of Regulation (EU) 2023/2831, recital 11, by calendar years", holds_from="2024-01-01")
def in_calendar_years(granted: date, on: date, years: Years, rule: Rule) -> bool:
    """Granted in the calendar year of the day or in one of the two before."""
    return granted <= on and on.year - granted.year < int(rule["years"])


def turns(granted: date, years: Years, rule: Rule) -> set[date]:
    """Days on which an aid may begin or cease to count under any window of so many years."""
    span = int(rule["years"])
    anniversary = later(granted, span)
    days = {granted, anniversary, years.after(granted, span), date(min(granted.year + span, date.max.year), 1, 1)}
    return days | ({anniversary + DAY} if anniversary < date.max else set())


Window = Callable[[date, date, Years, Rule], bool]
WINDOWS: dict[str, Window] = {
    "fiscal-years": in_fiscal_years,
    "rolling": in_rolling_years,
    "calendar-years": in_calendar_years,
}
