"""Drawing: the plan of a chart as a Vega-Lite specification that carries its data, its words and its numbers' format."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import altair as alt

from api.charts.finding import finding, notes
from api.charts.palette import COLOURS, INK, LINE, PAPER, SHAPES, SOFT
from api.charts.plan import Mark, Panel, Plan, planned
from api.charts.telling import HIDDEN, NOTHING, Told, valued
from api.formats.units import EURO, SHARE
from api.pages.languages import Lang
from api.pages.words import capital

Size = Literal["wide", "narrow"]
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Liberation Sans comes with the renderer; Arial and Helvetica, of the same widths, with most readers' systems."""
EM = 0.53
"""The width of a usual letter of that font, in parts of its size."""
NUMBERS: dict[Lang, dict[str, Any]] = {
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\xa0€"], "percent": "\xa0%"},
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€\xa0", ""], "percent": "\xa0%"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "percent": "%"},
}
SIDE = 56
"""Pixels that an axis of numbers takes, with its title."""
HEIGHT = 260
GAP = 17
"""The size of the sign that stands for a hidden value: it must be seen."""
SCALES = (1_000_000_000, 1_000_000, 1_000)
LINES = "split(datum.label, '\\n')"


class Page(NamedTuple):
    """How large a chart is: its whole width and the sizes of its letters, in pixels."""

    width: int
    title: int
    text: int
    label: int


PAGES: dict[Size, Page] = {"wide": Page(680, 17, 13, 26), "narrow": Page(350, 16, 13, 15)}


def drawn(told: Told, size: Size = "wide") -> dict[str, Any]:
    """The specification of a figure's chart. Hidden values are not in it: `…` stands in their place."""
    plan, page = planned(told), PAGES[size]
    panels = [_panel(told, plan, panel, page) for panel in plan.panels if panel.marks]
    chart = alt.vconcat(*panels, _foot(told, plan, page), spacing=22).properties(
        title=_title(told, page),
        description=finding(told, plan),
        background=PAPER,
        padding={"left": 8, "top": 10, "right": 14, "bottom": 8},
    )
    chart = chart.configure(font=FONT, aria=False, locale=alt.Locale(number=_numbers(told))).configure_view(stroke=None)
    chart = chart.configure_axis(
        labelFontSize=page.text, titleFontSize=page.text, labelColor=INK, titleColor=SOFT, titleFontWeight="normal",
        gridColor=LINE, domainColor=SOFT, tickColor=SOFT, labelLimit=0,
    )  # fmt: skip
    chart = chart.configure_legend(
        labelFontSize=page.text, labelColor=INK, labelLimit=0, orient="top", title=None, symbolStrokeWidth=2, offset=8,
        columns=4 if size == "wide" else 2, symbolSize=90, columnPadding=18,
    )  # fmt: skip
    found: dict[str, Any] = chart.to_dict()
    return found


def _numbers(told: Told) -> alt.NumberLocale:
    return alt.NumberLocale(**NUMBERS[told.words.lang])


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A text in lines that fit a width in pixels; a word longer than a line is not broken."""
    return textwrap.wrap(text, max(8, int(width / (size * EM))), break_long_words=False) or [""]


def _title(told: Told, page: Page) -> alt.TitleParams:
    return alt.TitleParams(
        text=wrapped(told.title, page.width, page.title * 1.08), subtitle=wrapped(told.question, page.width, page.text),
        anchor="start", frame="bounds", fontSize=page.title, color=INK, subtitleFontSize=page.text, subtitleColor=SOFT,
        subtitlePadding=6, offset=16, lineHeight=page.title + 5, subtitleLineHeight=page.text + 5,
    )  # fmt: skip


def _foot(told: Told, plan: Plan, page: Page) -> alt.Chart:
    """What is not shown and why, and where the figure comes from."""
    size, margin = page.text - 2, _margin(plan, page)
    lines = [line for note in [*notes(told, plan), told.source] for line in wrapped(note, page.width, size)]
    return (
        alt.Chart(alt.InlineData(values=[{}]), width=page.width - 14 - margin, height=len(lines) * (size + 5))
        .mark_text(text=lines, align="left", baseline="top", fontSize=size, color=SOFT, lineHeight=size + 5)
        .encode(x=alt.value(-margin), y=alt.value(0))
    )


def _margin(plan: Plan, page: Page) -> float:
    """How far the names of rows, or the numbers of an axis, reach to the left of a picture."""
    if plan.kind == "number":
        return 0
    if plan.kind != "bars":
        return SIDE - 8
    names = [line for panel in plan.panels for row in panel.rows for line in textwrap.wrap(row, page.label)]
    return max(map(len, names), default=0) * page.text * EM + 8


def _panel(told: Told, plan: Plan, panel: Panel, page: Page) -> alt.LayerChart:
    draw = {"number": _number, "bars": _bars, "columns": _columns, "lines": _lines, "steps": _lines}[plan.kind]
    chart = draw(told, plan, panel, page)
    if panel.title:
        chart = chart.properties(
            title=alt.TitleParams(text=wrapped(capital(panel.title), page.width, page.text + 1), anchor="start",
                                  frame="group", fontSize=page.text + 1, color=INK, offset=8)
        )  # fmt: skip
    return chart


def _number(told: Told, plan: Plan, panel: Panel, page: Page) -> alt.LayerChart:
    """One figure that stands alone, in large digits, with its unit and its interval."""
    cell = panel.marks[0].cell
    unit = "" if cell.unit in (SHARE, EURO) or cell.value is None else _axis_unit(told, panel.unit)
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


def _bars(told: Told, plan: Plan, panel: Panel, page: Page) -> alt.LayerChart:
    """Names from top to bottom, the largest first, each with its value at its end."""
    scale, axis_title = _scale(told, panel)
    names = {row: "\n".join(textwrap.wrap(row, page.label)) for row in panel.rows}
    rows = _values(panel, scale, names)
    coloured = len(panel.series) > 1
    side = _margin(plan, page) + 6
    lines = max((name.count("\n") + 1 for name in names.values()), default=1)
    step = max(lines * (page.text + 3) + 8, 19 * len(panel.series) + 8 if coloured else 26)
    room = max((len(row["said"]) for row in rows), default=0) * page.text * EM + 14
    width = max(page.width - side - room, 110)
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=alt.Step(step, **{"for": "position"}))
    y: dict[str, Any] = {
        "y": alt.Y("row:N", sort=list(names.values()), title=None,
                   axis=alt.Axis(labelExpr=LINES, ticks=False, domain=False, labelPadding=8, labelLineHeight=page.text + 2),
                   scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1)),
    }  # fmt: skip
    colour: dict[str, Any] = {}
    if coloured:
        y["yOffset"] = alt.YOffset("series:N", sort=list(panel.series), scale=alt.Scale(paddingInner=0.12))
        colour["color"] = _colours(panel)
    x = alt.X("value:Q", title=axis_title, scale=_domain(panel.unit, rows, width), axis=_axis(panel.unit, rows, width))
    visible = base.transform_filter("isValid(datum.value)")
    bars = visible.mark_bar(color=COLOURS[0]).encode(x=x, **y, **colour)
    return alt.layer(bars, *_errors_across(visible, y), *_ends(base, visible, y, page, rows))


def _errors_across(base: alt.Chart, y: dict[str, Any]) -> list[alt.Chart]:
    ranged = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    return [ranged.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q", **y)] + [
        ranged.mark_tick(color=INK, thickness=1.5, size=8).encode(x=f"{end}:Q", **y) for end in ("low", "high")
    ]


def _ends(
    base: alt.Chart, visible: alt.Chart, y: dict[str, Any], page: Page, rows: list[dict[str, Any]]
) -> list[alt.Chart]:
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


def _columns(told: Told, plan: Plan, panel: Panel, page: Page) -> alt.LayerChart:
    """Measures side by side at each point in time."""
    scale, title = _scale(told, panel)
    rows = _values(panel, scale, {})
    width = page.width - SIDE - 14
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=HEIGHT)
    x: dict[str, Any] = {
        "x": alt.X("row:N", sort=list(panel.rows), title=plan.time, axis=alt.Axis(labelAngle=0, ticks=False)),
        "xOffset": alt.XOffset("series:N", sort=list(panel.series)),
    }
    y = alt.Y("value:Q", title=title, scale=_domain(panel.unit, rows, HEIGHT), axis=_axis(panel.unit, rows, HEIGHT))
    visible = base.transform_filter("isValid(datum.value)")
    bars = visible.mark_bar().encode(y=y, color=_colours(panel), **x)
    layers = [bars]
    band = width / max(1, len(panel.rows)) / max(1, len(panel.series))
    if max((len(row["said"]) for row in rows), default=0) * (page.text - 2) * EM < band:
        layers.append(
            visible.mark_text(baseline="bottom", dy=-3, fontSize=page.text - 2, color=INK).encode(
                y="value:Q", text="said:N", **x
            )
        )
    hidden = base.transform_filter("!isValid(datum.value)").mark_text(baseline="bottom", dy=-3, fontSize=GAP, fontWeight="bold", color=SOFT)
    return alt.layer(*layers, hidden.encode(y=alt.datum(0), text="said:N", **x))


def _lines(told: Told, plan: Plan, panel: Panel, page: Page) -> alt.LayerChart:
    """Time from left to right; bands where there are intervals; the name of each line at its end."""
    scale, title = _scale(told, panel)
    rows = _values(panel, scale, {})
    if plan.kind == "steps":
        rows = [*(_start(series) for series in panel.series), *rows]
    times = sorted({row["at"] for row in rows})
    named = len(panel.series) > 1
    longest = max((len(name) for name in panel.series), default=0)
    ending = {row["series"] for row in rows if row["at"] == times[-1] and row["value"] is not None}
    direct = named and ending == set(panel.series) and longest * page.text * EM < page.width * 0.3
    width = page.width - SIDE - 14 - (longest * page.text * EM + 30 if direct else 0)
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=HEIGHT)
    x = alt.X(
        "at:Q", title=plan.time, scale=alt.Scale(domain=[times[0], times[-1]], nice=False, padding=26),
        axis=alt.Axis(values=_ticks(times, int(width)), format="d", grid=False),
    )  # fmt: skip
    y = alt.Y("value:Q", title=title, scale=_domain(panel.unit, rows, HEIGHT), axis=_axis(panel.unit, rows, HEIGHT))
    colour: dict[str, Any] = {"color": _colours(panel, legend=not direct)} if named else {}
    shape: dict[str, Any] = {"shape": _shapes(panel, legend=not direct)} if named else {}
    how: dict[str, Any] = {"interpolate": "step-after"} if plan.kind == "steps" else {}
    plain = {} if named else {"color": COLOURS[0]}
    layers: list[alt.Chart] = []
    if any(row["low"] is not None for row in rows):
        layers.append(base.mark_area(opacity=0.18, **how, **plain).encode(x=x, y="low:Q", y2="high:Q", **colour))
    layers.append(base.mark_line(strokeWidth=2.5, **how, **plain).encode(x=x, y=y, **colour))
    visible = base.transform_filter("isValid(datum.value)")
    points = visible.mark_point(filled=True, size=70, opacity=1, **plain)
    layers.append(points.encode(x=x, y="value:Q", **colour, **shape))
    if not named and len(rows) * max(len(row["said"]) for row in rows) * page.text * EM < width * 1.1:
        _mark_valleys(rows)
        for place, how_far, baseline in (("above", -9, "bottom"), ("below", 9, "top")):
            label = visible.transform_filter(f"datum.label == '{place}'")
            label = label.mark_text(baseline=baseline, dy=how_far, fontSize=page.text - 1, color=INK)
            layers.append(label.encode(x=x, y="value:Q", text="said:N"))
    if any(row["value"] is None for row in rows):
        gaps = base.transform_filter("!isValid(datum.value)").mark_text(baseline="bottom", dy=-4, fontSize=GAP, fontWeight="bold", color=SOFT)
        layers.append(gaps.encode(x=x, y=alt.datum(0), text="said:N"))
    if direct:
        layers += _names(panel, rows, times[-1], page)
    return alt.layer(*layers)


def _mark_valleys(rows: list[dict[str, Any]]) -> None:
    """A value stands above its point, and below it where the line rises on both sides."""
    ordered = sorted((row for row in rows if row["value"] is not None), key=lambda row: row["at"])
    for before, row, after in zip([None, *ordered], ordered, [*ordered[1:], None], strict=False):
        beside = [other["value"] for other in (before, after) if other is not None and abs(other["at"] - row["at"]) == 1]
        lower = bool(beside) and all(row["value"] < value for value in beside)
        row["label"] = "below" if lower and row["value"] > 0 else "above"


def _names(panel: Panel, rows: list[dict[str, Any]], last: int, page: Page) -> list[alt.Chart]:
    """The name of each line beside its end, pushed apart where they would touch."""
    ends: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        if row["value"] is not None:
            ends[row["series"]] = row["value"]
    top = max((max(row["value"] or 0, row["high"] or 0) for row in rows), default=0) or 1
    gap = top * 1.08 * (page.text + 4) / HEIGHT
    placed: list[dict[str, Any]] = []
    height = float("-inf")
    for series, value in sorted(ends.items(), key=lambda one: one[1]):
        height = max(value, height + gap)
        placed.append({"series": series, "place": height, "last": last})
    base = alt.Chart(alt.InlineData(values=placed))
    here: dict[str, Any] = {"x": "last:Q", "y": "place:Q"}
    marks = base.mark_point(filled=True, size=60, opacity=1, xOffset=20)
    names = base.mark_text(align="left", dx=30, fontSize=page.text, color=INK)
    return [
        marks.encode(color=_colours(panel, legend=False), shape=_shapes(panel, legend=False), **here),
        names.encode(text="series:N", **here),
    ]


def _start(series: str) -> dict[str, Any]:
    """Everybody is there at the start."""
    return {"row": "0", "series": series, "at": 0, "value": 1.0, "low": 1.0, "high": 1.0, "end": 1.0, "said": ""}


def _values(panel: Panel, scale: int, names: dict[str, str]) -> list[dict[str, Any]]:
    return [_value(mark, scale, names) for mark in panel.marks]


def _value(mark: Mark, scale: int, names: dict[str, str]) -> dict[str, Any]:
    cell = mark.cell
    value, low, high = (None if one is None else one / scale for one in (cell.value, cell.low, cell.high))
    end = value
    if value is not None and low is not None and high is not None:
        end = max(value, high) if value >= 0 else min(value, low)
    said = cell.short if value is not None else (HIDDEN if cell.hidden else NOTHING)
    return {"row": names.get(mark.row, mark.row), "series": mark.series, "at": mark.at, "value": value, "low": low,
            "high": high, "end": end, "said": said}  # fmt: skip


def _scale(told: Told, panel: Panel) -> tuple[int, str]:
    """By what values are divided, and what the axis is then called: millions, not rows of zeros."""
    unit = capital(_axis_unit(told, panel.unit))
    bounds = [abs(one) for mark in panel.marks for one in (mark.cell.value, mark.cell.high) if one is not None]
    largest = max(bounds, default=0.0)
    scale = next((scale for scale in SCALES if largest >= scale * 10 or (scale > 1000 and largest >= scale)), 1)
    return scale, unit if scale == 1 else told.words(f"figures.scaled.{scale}", unit=unit[:1].lower() + unit[1:])


def _axis_unit(told: Told, unit: str) -> str:
    words = told.words
    return words.optional(f"figures.axis.{unit}") or words.optional(f"figures.units.{unit}.other") or unit


def _axis(unit: str, rows: Sequence[dict[str, Any]], pixels: float) -> alt.Axis:
    steps = _steps(unit, rows, pixels)
    step = steps[1] - steps[0]
    if unit == SHARE:
        return alt.Axis(format=".0%" if step >= 0.01 else ".1%", values=steps)
    return alt.Axis(format=",.0f" if float(step).is_integer() else ",.1f", values=steps)


def _steps(unit: str, rows: Sequence[dict[str, Any]], pixels: float) -> list[float]:
    """Round numbers from the lowest to the highest value, about as many as have room; at least two."""
    low, high = _bounds(rows)
    if low == high:
        high = 1.0
    rough = (high - low) / max(2, int(pixels / 70))
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * part for part in (1, 2, 5, 10) if power * part >= rough * (1 - 1e-9))
    least = 0.001 if unit == SHARE else (1.0 if high - low > 1 or high == 1.0 else 0.1)
    step = max(step, least)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * number, 6) for number in range(first, max(last, first + 1) + 1)]


def _bounds(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    bounds = [row[name] for row in rows for name in ("value", "low", "high") if row[name] is not None]
    return min([0.0, *bounds]), max([0.0, *bounds])


def _domain(unit: str, rows: Sequence[dict[str, Any]], pixels: float) -> alt.Scale:
    """From one round number to another; zero is always among them, so that lengths can be compared."""
    steps = _steps(unit, rows, pixels)
    return alt.Scale(domain=[steps[0], steps[-1]], nice=False)


def _ticks(times: Sequence[int], width: int) -> list[int]:
    """Every point in time where there is room, else every second one, or fifth."""
    most = max(2, width // 45)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if (times[-1] - times[0]) / step < most)
    return list(range(times[0], times[-1] + 1, every))


def _colours(panel: Panel, *, legend: bool = True) -> alt.Color:
    names = list(panel.series)
    scale = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    return alt.Color("series:N", sort=names, scale=scale, legend=alt.Legend() if legend else None)


def _shapes(panel: Panel, *, legend: bool = True) -> alt.Shape:
    names = list(panel.series)
    scale = alt.Scale(domain=names, range=list(SHAPES[: len(names)]))
    return alt.Shape("series:N", sort=names, scale=scale, legend=alt.Legend() if legend else None)
