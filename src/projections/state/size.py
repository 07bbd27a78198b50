"""The size class of a dossier's enterprise, by the figures it reported, and those of the enterprises linked to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from dossier.values import quantity
from projections.history.enterprises import main
from projections.history.reading import Reading
from projections.history.reported import SUMS, euros
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.law import law
from projections.undertaking.single_undertaking import in_force, members
from projections.undertaking.statement import Control, Restructuring


class Period(NamedTuple):
    """What an enterprise and those linked to it reported together for one period; sums in EUR, where told.

    `told_on` is the day it was reported last.
    """

    period: str
    headcount: Decimal
    sums: dict[str, Decimal]
    enterprises: list[str]
    positions: list[int]
    told_on: str


@law("Recommendation 2003/361/EC, annex, art. 2, 3(3), 4(2) and 6(2)", holds_from="2005-01-01")
def size_class(reading: Reading, rules: Ruleset) -> dict[str, Any] | None:
    """The class after the latest period, by Recommendation 2003/361/EC; None where no headcount was told.

    Headcount is decisive; of turnover and balance total one may be above its ceiling. A class once had is left only
    when its ceilings are passed, the same way, in two periods in a row. Of linked enterprises all is added; known are
    the links and the figures on this dossier, and partners (25 to 50 %) are not on record.
    """
    periods = known_periods(reading)
    if not periods:
        return None
    on = _day(periods[-1].period) or periods[-1].told_on
    classes, wanted = rules.on("size.classes", on), int(rules.on("size.periods", on))
    status, told = _status(periods, classes, wanted)
    names = [*(limit["class"] for limit in classes), "large"]
    positions = sorted({place for period in told for place in period.positions})
    because = {"rule": "size.classes", "positions": [str(place) for place in positions]}
    return {"value": names[status], "period": periods[-1].period, "because": because}


def _status(periods: list[Period], classes: list[dict[str, Any]], wanted: int) -> tuple[int, list[Period]]:
    """The class in force after all periods, as its place among the classes, and the periods that made it so."""
    places = [place(period, classes) for period in periods]
    status, told, start = places[0], periods[:1], 0
    for index in range(1, len(periods)):
        if not _follows(periods[index - 1].period, periods[index].period):
            start = index
        run = places[max(start, index - wanted + 1) : index + 1]
        moved = max(run) if max(run) < status else min(run) if min(run) > status else status
        if len(run) == wanted and moved != status:
            status, told = moved, periods[index - wanted + 1 : index + 1]
        elif places[index] == status:
            told = periods[index : index + 1]
    return status, told


def place(period: Period, classes: list[dict[str, Any]]) -> int:
    """The first class whose ceilings a period keeps; the number of classes when none."""
    for number, limit in enumerate(classes):
        known = [name for name in SUMS if name in period.sums]
        within = not known or any(period.sums[name] <= limit[name] for name in known)
        if period.headcount < limit["headcount_below"] and within:
            return number
    return len(classes)


def known_periods(reading: Reading) -> list[Period]:
    """The periods for which the dossier's first enterprise told its headcount, in order; without one, any that told.

    Years alone where any is told: an accounting period is a year, and two quarters are not two of them.
    """
    told = {key for key, figures in reading.figures.items() if "headcount_fte" in figures}
    if not told:
        return []
    own = main(reading)
    numbers = [number for _, number in sorted(told)]
    number = own.number if own is not None and own.number in numbers else numbers[-1]
    periods = [period for period, of in sorted(told) if of == number]
    return [_period(reading, period, number) for period in [p for p in periods if _day(p)] or periods]


def _period(reading: Reading, period: str, number: str) -> Period:
    together = _linked(reading, number, _day(period))
    told = [(other, reading.figures[period, other]) for other in together if (period, other) in reading.figures]
    in_euros = {name: [sum_ for _, f in told if (sum_ := euros(f, name)) is not None] for name in SUMS}
    sums = {name: sum(found, Decimal(0)) for name, found in in_euros.items() if found}
    own = reading.figures[period, number]
    headcount = sum((quantity(f.get("headcount_fte", 0)) for _, f in told), Decimal(0))
    return Period(period, headcount, sums, [other for other, _ in told], [f["position"] for _, f in told], own["on"])


def _linked(reading: Reading, number: str, on: str | None) -> list[str]:
    controls = [statement for statement in reading.statements if isinstance(statement, Control)]
    changes = [statement for statement in reading.statements if isinstance(statement, Restructuring)]
    if on is None or not (controls or changes):
        return [number]
    return list(members(number, in_force(controls), changes, on))


def _day(period: str) -> str | None:
    """The last day of a period that is a year; None for any other."""
    return f"{period}-12-31" if len(period) == 4 and period.isascii() and period.isdigit() else None


def _follows(earlier: str, later: str) -> bool:
    """Whether one period comes right after another; of periods that are no years, the next one told does."""
    if _day(earlier) is None or _day(later) is None:
        return True
    return int(later) == int(earlier) + 1
