"""Bars: one number alone, names from top to bottom, measures side by side over time."""

from __future__ import annotations

from typing import Any

import altair as alt

from api.charts.axes import Row, as_rows, axis, axis_unit, bounds, colours, domain, legend, scale
from api.charts.page import EM, GAP, SIDE, Page, height, margin, name_lines, row_height
from api.charts.palette import COLOURS, INK, SOFT
from api.charts.plan import Panel, Plan
from api.charts.telling import Told, valued
from api.formats.units import EURO, SHARE

Drawn = alt.LayerChart | alt.FacetChart
LINES = "split(datum.label, '\\n')"
"""How a name of several lines is told to an axis."""
TIMES = alt.Axis(labelAngle=0, ticks=False, labelOverlap="parity", labelSeparation=8)
"""Points in time side by side; where they are too many to be read, every other is named."""

FILLED = 0.8
"""The share of the width that columns have: the rest lies between the points in time."""
BELOW = 0.08
"""How much of the height a value takes that is written below its column."""


def number(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    """One figure that stands alone, in large digits, with its unit and its interval."""
    cell = panel.marks[0].cell
    unit = "" if cell.unit in (SHARE, EURO) or cell.value is None else axis_unit(told, panel.unit)
    base = alt.Chart(alt.InlineData(values=[{}]), width=page.width - 30, height=70)
    below = unit
    if cell.low is not None and cell.high is not None:
        low, high = (_bound(told, bound, cell.unit) for bound in (cell.low, cell.high))
        below = f"{unit}{told.words('figures.between', low=low, high=high)}".strip()
    digits = base.mark_text(text=cell.short, align="left", baseline="top", fontSize=42, fontWeight="bold", color=INK)
    words = base.mark_text(text=below or " ", align="left", baseline="top", fontSize=page.text, color=SOFT)
    here = {"x": alt.value(0)}
    return alt.layer(digits.encode(y=alt.value(0), **here), words.encode(y=alt.value(50), **here))


def _bound(told: Told, value: float, unit: str) -> str:
    return valued(value, unit, told.words)


def bars(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    """Names from top to bottom, the largest first, each with its value at its end."""
    divisor, axis_title = scale(told, panel)
    names = {row: "\n".join(name_lines(row, page)) for row in panel.rows}
    rows = as_rows(panel, divisor, names)
    coloured = len(panel.series) > 1
    side = margin(plan, page) + 6
    negative = [row for row in rows if row["value"] is not None and row["value"] < 0]
    left, right = _room(negative, page), _room([row for row in rows if row not in negative], page)
    width = max(page.width - side - left - right, 110)
    base = alt.Chart(
        alt.InlineData(values=rows), width=left + width, height=alt.Step(row_height(panel, page), **{"for": "position"})
    )
    y: dict[str, Any] = {
        "y": alt.Y("row:N", sort=list(names.values()), title=None,
                   axis=alt.Axis(labelExpr=LINES, ticks=False, domain=False, labelPadding=8,
                                 labelLineHeight=page.text + 2),
                   scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1)),
    }  # fmt: skip
    colour: dict[str, Any] = {}
    if coloured:
        y["yOffset"] = alt.YOffset("series:N", sort=list(panel.series), scale=alt.Scale(paddingInner=0.12))
        colour["color"] = colours(panel, legend(panel, page))
    drawn = domain(panel.unit, rows, width, left)
    x = alt.X("value:Q", title=axis_title, scale=drawn, axis=axis(panel.unit, rows, width))
    visible = base.transform_filter("isValid(datum.value)")
    bars = visible.mark_bar(color=COLOURS[0]).encode(x=x, **y, **colour)
    return alt.layer(bars, *_errors_across(visible, y), *_ends(base, visible, y, page, rows))


def _reached(rows: list[Row]) -> list[Row]:
    """What an axis has to hold: beside the values the room that is written in, below a negative one."""
    low, high = bounds(rows)
    if not any(row["value"] is not None and row["value"] < 0 for row in rows):
        return rows
    return [*rows, {"value": low - BELOW * (high - low), "low": None, "high": None}]


def _errors_up(base: alt.Chart, x: dict[str, Any]) -> list[alt.Chart]:
    ranged = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    return [ranged.mark_rule(color=INK, strokeWidth=1.5).encode(y="low:Q", y2="high:Q", **x)] + [
        ranged.mark_tick(color=INK, thickness=1.5, size=8, orient="horizontal").encode(y=f"{end}:Q", **x)
        for end in ("low", "high")
    ]


def _beyond(base: alt.Chart, x: dict[str, Any], page: Page) -> list[alt.Chart]:
    """The values, beyond the ends of their columns: above, and below where they are negative."""
    size, here = page.text - 2, {"y": "end:Q", "text": "said:N", **x}
    above, below = (base.transform_filter(f"datum.value {which} 0") for which in (">=", "<"))
    return [
        above.mark_text(baseline="bottom", dy=-3, fontSize=size, color=INK).encode(**here),
        below.mark_text(baseline="top", dy=3, fontSize=size, color=INK).encode(**here),
    ]


def _room(rows: list[Row], page: Page) -> float:
    """How many pixels the values of these rows take beyond the ends of their bars."""
    return max((len(row["said"]) * page.text * EM + 14 for row in rows), default=0)


def _errors_across(base: alt.Chart, y: dict[str, Any]) -> list[alt.Chart]:
    ranged = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    return [ranged.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q", **y)] + [
        ranged.mark_tick(color=INK, thickness=1.5, size=8).encode(x=f"{end}:Q", **y) for end in ("low", "high")
    ]


def _ends(base: alt.Chart, visible: alt.Chart, y: dict[str, Any], page: Page, rows: list[Row]) -> list[alt.Chart]:
    """The values, written where the bars end; for a hidden value the sign that it is."""
    size = page.text - 1
    found = [
        visible.transform_filter("datum.value >= 0")
        .mark_text(align="left", dx=6, fontSize=size, color=INK)
        .encode(x="end:Q", text="said:N", **y)
    ]
    if any(row["value"] is not None and row["value"] < 0 for row in rows):
        found.append(
            visible.transform_filter("datum.value < 0")
            .mark_text(align="right", dx=-6, fontSize=size, color=INK)
            .encode(x="end:Q", text="said:N", **y)
        )
    if any(row["value"] is None for row in rows):
        found.append(
            base.transform_filter("!isValid(datum.value)")
            .mark_text(align="left", dx=6, dy=-3, fontSize=GAP, fontWeight="bold", color=SOFT)
            .encode(x=alt.datum(0), text="said:N", **y)
        )
    return found


def columns(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    """Measures side by side at each point in time."""
    divisor, title = scale(told, panel)
    rows = as_rows(panel, divisor, {})
    width = page.width - SIDE - 14
    high = height(plan)
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=high)
    x: dict[str, Any] = {
        "x": alt.X("row:N", sort=list(panel.rows), title=plan.time, axis=TIMES),
        "xOffset": alt.XOffset("series:N", sort=list(panel.series)),
    }
    reached = _reached(rows)
    y = alt.Y("value:Q", title=title, scale=domain(panel.unit, reached, high), axis=axis(panel.unit, reached, high))
    visible = base.transform_filter("isValid(datum.value)")
    bars = visible.mark_bar().encode(y=y, color=colours(panel, legend(panel, page)), **x)
    layers = [bars, *_errors_up(visible, x)]
    if reached != rows:
        layers.append(alt.Chart(alt.InlineData(values=[{}])).mark_rule(color=SOFT).encode(y=alt.datum(0)))
    band = FILLED * width / max(1, len(panel.rows)) / max(1, len(panel.series))
    if max((len(row["said"]) for row in rows), default=0) * (page.text - 2) * EM < band:
        layers += _beyond(visible, x, page)
    hidden = base.transform_filter("!isValid(datum.value)").mark_text(
        baseline="bottom", dy=-3, fontSize=GAP, fontWeight="bold", color=SOFT
    )
    return alt.layer(*layers, hidden.encode(y=alt.datum(0), text="said:N", **x))
