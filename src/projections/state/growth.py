"""High growth: whether a dossier's enterprise grew fast, by the headcounts it reported."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from dossier.values import quantity
from projections.history.enterprises import main
from projections.history.reading import Reading
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.gross_grant_equivalent import EXACT
from projections.undertaking.law import law

RULE = "growth.high"


class Span(NamedTuple):
    """The headcounts of an enterprise at both ends of some years, large enough at the start to be judged."""

    enterprise: str
    first: int
    last: int
    start: Decimal
    end: Decimal
    positions: tuple[int, int]
    high: bool


def growth(reading: Reading, rules: Ruleset) -> dict[str, Any] | None:
    """High growth over the latest span of the dossier's first enterprise; None when no span can be judged."""
    found = spans(reading, rules)
    if not found:
        return None
    latest = found[-1]
    because = {"rule": RULE, "positions": [str(position) for position in latest.positions]}
    ratio = EXACT.divide(latest.end, latest.start).quantize(Decimal("0.0001"), context=EXACT)
    return {
        "high": latest.high,
        "from": str(latest.first),
        "to": str(latest.last),
        "ratio": f"{ratio:f}",
        "because": because,
    }


@law("Commission Implementing Regulation (EU) No 439/2014", holds_from="2014-01-01")
def spans(reading: Reading, rules: Ruleset) -> list[Span]:
    """Every span that can be judged, the earliest first.

    Source: Implementing Regulation (EU) No 439/2014: at least ten employees at the start, and average growth of more
    than 10 % a year over three years. Whether reaching it is enough is the rule's `strict`.
    """
    own = main(reading) if reading.figures else None
    if own is None:
        return []
    told = {
        int(period): figures
        for (period, number), figures in reading.figures.items()
        if number == own.number and len(period) == 4 and period.isascii() and period.isdigit()
        if "headcount_fte" in figures
    }
    judged = (_span(own.number, told, last, rules.on(RULE, f"{last:04d}-12-31")) for last in sorted(told))
    return [span for span in judged if span is not None]


def _span(enterprise: str, told: dict[int, dict[str, Any]], last: int, rule: dict[str, Any]) -> Span | None:
    years = int(rule["years"])
    first = last - years
    if first not in told or quantity(told[first]["headcount_fte"]) < max(
        Decimal("0.01"), quantity(rule["headcount_from"])
    ):
        return None
    start, end = (quantity(told[year]["headcount_fte"]) for year in (first, last))
    wanted = EXACT.multiply(start, EXACT.power(1 + quantity(rule["percent_a_year"]) / 100, years))
    high = end > wanted if rule["strict"] else end >= wanted
    return Span(enterprise, first, last, start, end, (told[first]["position"], told[last]["position"]), high)
