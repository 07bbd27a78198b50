"""Axes: round numbers from zero, units, and what tells one series from another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import orjson

from api.charts.page import EM, SIDE, Page, wrapped
from api.charts.palette import COLOURS, SHAPES
from api.charts.plan import Mark, Panel
from api.charts.telling import HIDDEN, NOTHING, Told
from api.formats.units import SHARE
from api.words.words import capital

SCALES = (1_000_000_000, 1_000_000, 1_000)
SIGN = 40
"""Pixels that the sign of a legend's name takes, with the space around it."""
Row = dict[str, Any]


def as_rows(panel: Panel, divisor: int, names: dict[str, str]) -> list[Row]:
    return [_value(mark, divisor, names) for mark in panel.marks]


def _value(mark: Mark, divisor: int, names: dict[str, str]) -> Row:
    cell = mark.cell
    value, low, high = (None if one is None else one / divisor for one in (cell.value, cell.low, cell.high))
    end = value
    if value is not None and low is not None and high is not None:
        end = max(value, high) if value >= 0 else min(value, low)
    said = cell.short if value is not None else (HIDDEN if cell.hidden else NOTHING)
    return {"row": names.get(mark.row, mark.row), "series": mark.series, "at": mark.at, "value": value, "low": low,
            "high": high, "end": end, "said": said}  # fmt: skip


def scale(told: Told, panel: Panel) -> tuple[int, str]:
    """By what values are divided, and what the axis is then called: millions, not rows of zeros."""
    unit = axis_unit(told, panel.unit)
    bounds = [abs(one) for mark in panel.marks for one in (mark.cell.value, mark.cell.high) if one is not None]
    largest = max(bounds, default=0.0)
    # thousands only from ten of them on: 1,250 days are easier to read than 1.25 thousand
    divisor = next((one for one in SCALES if largest >= (one * 10 if one == 1_000 else one)), 1)
    return divisor, capital(unit) if divisor == 1 else told.words(f"figures.scaled.{divisor}", unit=unit)


def axis_unit(told: Told, unit: str) -> str:
    words = told.words
    return words.optional(f"figures.axis.{unit}") or words.optional(f"figures.units.{unit}.other") or unit


def axis(unit: str, rows: Sequence[Row], pixels: float) -> alt.Axis:
    marked = steps(unit, rows, pixels)
    step = marked[1] - marked[0]
    if unit == SHARE:
        return alt.Axis(format=".0%" if step >= 0.01 else ".1%", values=marked)
    return alt.Axis(format=",.0f" if float(step).is_integer() else ",.1f", values=marked)


def steps(unit: str, rows: Sequence[Row], pixels: float) -> list[float]:
    """Round numbers from the lowest to the highest value, about as many as have room; at least two."""
    low, high = bounds(rows)
    if low == high:
        high = 1.0
    rough = (high - low) / max(2, int(pixels / 70))
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough * (1 - 1e-9))
    least = 0.001 if unit == SHARE else (1.0 if high - low > 1 or high == 1.0 else 0.1)
    step = max(step, least)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * number, 6) for number in range(first, max(last, first + 1) + 1)]


def bounds(rows: Sequence[Row]) -> tuple[float, float]:
    bounds = [row[name] for row in rows for name in ("value", "low", "high") if row[name] is not None]
    return min([0.0, *bounds]), max([0.0, *bounds])


def domain(unit: str, rows: Sequence[Row], pixels: float, before: float = 0) -> alt.Scale:
    """From one round number to another; zero is always among them, so that lengths can be compared.

    `before` so many pixels it begins: there the values of negative bars are written.
    """
    marked = steps(unit, rows, pixels)
    moved: dict[str, Any] = {"range": [before, before + pixels]} if before else {}
    return alt.Scale(domain=[marked[0], marked[-1]], nice=False, **moved)


def ticks(times: Sequence[int], width: int) -> list[int]:
    """Every point in time where there is room, else every second one, or fifth."""
    most = max(2, width // 45)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (times[-1] - times[0]) / step < most)
    return list(range(times[0], times[-1] + 1, every))


def legend(panel: Panel, page: Page) -> alt.Legend:
    """The names of colours, in as many columns as are no wider than the page; one that is wider is in lines.

    Its signs are as dark as the lines: bands would make them as pale as themselves.
    """
    room = page.width - SIDE - SIGN
    names = {name: wrapped(name, room, page.text) for name in panel.series}
    longest = max((len(line) for lines in names.values() for line in lines), default=0) * page.text * EM
    columns = max(1, min(page.columns, int((room + SIGN) / (longest + SIGN))))
    broken = any(len(lines) > 1 for lines in names.values())
    # the names stand in an expression: JSON is one, whatever is in them
    said: dict[str, Any] = {"labelExpr": f"{orjson.dumps(names).decode()}[datum.label]"} if broken else {}
    return alt.Legend(columns=columns, symbolOpacity=1, **said)


def colours(panel: Panel, legend: alt.Legend | None) -> alt.Color:
    names = list(panel.series)
    scale = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    return alt.Color("series:N", sort=names, scale=scale, legend=legend)


def shapes(panel: Panel, legend: alt.Legend | None) -> alt.Shape:
    names = list(panel.series)
    scale = alt.Scale(domain=names, range=list(SHAPES[: len(names)]))
    return alt.Shape("series:N", sort=names, scale=scale, legend=legend)
