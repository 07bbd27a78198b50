"""The quality of a figure: of how many contributions the amount is not known, and how many were recorded late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections.counting.indicator import Indicator
from projections.estimates import median


class Quality(NamedTuple):
    """Shares of the contributions whose amount is not known, and that were recorded late.

    None where the indicator does not judge it, or too few contributed.
    """

    missing: float | None
    late: float | None


def judged(told: Indicator) -> str:
    """Of contributions alike: how many there are, of how many it is known whether they were late, and how many were."""
    return "count(*), count(late), count(CASE WHEN late THEN 1 END)" if told.late else "count(*), 0, 0"


def shares(told: Indicator, rows: Sequence[Sequence[Any]]) -> Quality:
    """The quality that rows of `judged` come to, which say first whether the amounts of what they count are known.

    Rounded to a hundredth, so that no single contribution shows.
    """
    count, dated, late = (sum(row[place] for row in rows) for place in (1, 2, 3))
    if count < median.FEWEST:
        return Quality(None, None)
    missing = sum(row[1] for row in rows if not row[0])
    return Quality(
        round(missing / count, 2) if told.missing else None, round(late / dated, 2) if told.late and dated else None
    )
