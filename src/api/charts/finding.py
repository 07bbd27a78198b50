"""The main finding of a figure as sentences: what the picture shows, for whoever does not see it."""

from __future__ import annotations

from collections.abc import Sequence

from api.charts.plan import Mark, Panel, Plan
from api.charts.planning import planned
from api.charts.telling import Cell, Told, valued, with_unit
from api.words.words import capital

Valued = tuple[Mark, float]
NAMED = 3
"""How many equal ones are named; of more, their number is said."""
LINES = 3
"""How many lines are told one by one; of more, the highest and the lowest point."""


def finding(told: Told, plan: Plan | None = None) -> str:
    """What a figure shows, in sentences that follow from its visible values alone."""
    plan = plan or planned(told)
    said = [sentence for panel in plan.panels for sentence in _panel(told, plan, panel)]
    if not told.shown:
        said = [told.words("figures.nothing")]
    # an abbreviation at the end of a sentence keeps its point, and no second one follows
    return " ".join([*said, *notes(told, plan)]).replace("..", ".")


def alternative(told: Told, plan: Plan | None = None) -> str:
    """What stands in place of a picture: what it shows, and how far that is evidence."""
    return f"{finding(told, plan)} {told.graded}"


def notes(told: Told, plan: Plan) -> list[str]:
    """What a chart does not show, and why."""
    numbers = {"figures.hidden": told.hidden, "figures.empty": told.empty, "figures.unbounded": told.unbounded,
               "figures.left_out": plan.left_out}  # fmt: skip
    return [told.words.count(what, number) for what, number in numbers.items() if number]


def _panel(told: Told, plan: Plan, panel: Panel) -> list[str]:
    values = [(mark, mark.cell.value) for mark in panel.all if mark.cell.value is not None]
    if not values:
        return []
    if plan.kind == "number":
        return [_number(told, values[0][0].cell, values[0][1])]
    lead = [f"{panel.title}."] if panel.title else []
    timed = all(mark.at is not None for mark, _ in values)
    if plan.kind in ("lines", "steps") and timed and len(panel.series) <= LINES:
        return lead + [
            _line(told, series, [(mark, value) for mark, value in values if mark.series == series], panel.unit)
            for series in panel.series
            if any(mark.series == series for mark, _ in values)
        ]
    return [*lead, _extremes(told, values, panel.unit)]


def _number(told: Told, cell: Cell, value: float) -> str:
    said = f"{told.title}{told.words('figures.colon')} {with_unit(value, cell.unit, told.words)}"
    return f"{said}{_interval(told, cell)}."


def _line(told: Told, series: str, values: Sequence[Valued], unit: str) -> str:
    """How one line runs, from its first visible point to its last."""
    ordered = sorted(values, key=lambda one: one[0].at or 0)
    (first, before), (last, after) = ordered[0], ordered[-1]
    lead = f"{series}{told.words('figures.colon')} " if series else ""
    if len(ordered) == 1:
        return f"{lead}{last.row}, {with_unit(after, unit, told.words)}{_interval(told, last.cell)}."
    way = "stays" if _said(before, unit, told) == _said(after, unit, told) else ("rises" if after > before else "falls")
    sentence = told.words(
        f"figures.{way}",
        first=first.row,
        last=last.row,
        before=with_unit(before, unit, told.words),
        after=with_unit(after, unit, told.words),
    )
    return f"{lead}{sentence if lead else capital(sentence)}{_interval(told, last.cell)}."


def _extremes(told: Told, values: Sequence[Valued], unit: str) -> str:
    highest, lowest = max(value for _, value in values), min(value for _, value in values)
    if len(values) == 1:
        return f"{_name(values[0][0])}{told.words('figures.colon')} {with_unit(highest, unit, told.words)}."
    if _said(highest, unit, told) == _said(lowest, unit, told):
        return told.words("figures.equal", number=len(values), value=with_unit(highest, unit, told.words))
    top = [mark for mark, value in values if value == highest]
    bottom = [mark for mark, value in values if value == lowest]
    return told.words(
        "figures.extremes",
        top=_names(told, top),
        most=with_unit(highest, unit, told.words),
        bottom=_names(told, bottom),
        least=with_unit(lowest, unit, told.words),
    )


def _names(told: Told, marks: Sequence[Mark]) -> str:
    if len(marks) > NAMED:
        return told.words("figures.several", number=len(marks))
    return told.words.listed([_name(mark) for mark in marks])


def _name(mark: Mark) -> str:
    return ", ".join(part for part in (mark.row, mark.series) if part)


def _said(value: float, unit: str, told: Told) -> str:
    return valued(value, unit, told.words)


def _interval(told: Told, cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return ""
    low, high = (valued(bound, cell.unit, told.words) for bound in (cell.low, cell.high))
    return told.words("figures.between", low=low, high=high)
