"""Fiscal years of an enterprise: the table it told, carried on by years of twelve months; else calendar years."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Years(NamedTuple):
    """First days of successive fiscal years: a year lasts until the next one begins."""

    starts: tuple[date, ...]

    def number(self, day: date) -> int:
        """Which fiscal year a day lies in; the next year has the next number. Calendar years where none is told."""
        return bisect_right(self.starts, day) if self.starts else day.year

    def after(self, day: date, years: int) -> date:
        """The first day of the fiscal year so many years after that of a day."""
        if not self.starts:
            return date(min(day.year + years, date.max.year), 1, 1)
        return self.starts[min(self.number(day) + years - 1, len(self.starts) - 1)]


CALENDAR = Years(())


def table(told: Iterable[tuple[date, date]], first: date, last: date, window: int) -> Years:
    """The fiscal years of an enterprise, given the ones it told (both days included), the latest told first.

    Of two that overlap, the one told later stands. They are carried on from `first` until a `window` of so many years
    that begins with the year of `last` is over, and over gaps, by years of twelve months; a short or a long year stands
    as told.
    """
    kept: list[tuple[date, date]] = []
    for year in told:
        if year[0] <= year[1] and all(year[1] < other[0] or other[1] < year[0] for other in kept):
            kept.append(year)
    if not kept:
        return CALENDAR
    kept.sort()
    starts = _before(kept[0][0], first)
    for index, (start, end) in enumerate(kept):
        starts.append(start)
        # A long year may end years after an aid of its first day: the window is counted from where it ends.
        until = kept[index + 1][0] if index + 1 < len(kept) else later(max(last, end), window + 1)
        starts += _filled(end, until)
    return Years(tuple(starts))


def _before(start: date, first: date) -> list[date]:
    """Starts of the years of twelve months before a year, in order, from the one that holds `first`."""
    starts: list[date] = []
    count = 1
    while start > first and start.year - count >= date.min.year:
        starts.append(later(start, -count))
        if starts[-1] <= first:
            break
        count += 1
    return starts[::-1]


def _filled(end: date, until: date) -> list[date]:
    """Starts of the years of twelve months after a year's last day, before `until`."""
    starts: list[date] = []
    count = 0
    # Counted from the first day after: a year that ends on 28 February is followed by one that may end on the 29th.
    while end < date.max and (start := later(end + DAY, count)) < until:
        starts.append(start)
        count += 1
    return starts


def later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 where there is none. Never beyond the calendar."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
