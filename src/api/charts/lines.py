"""Lines: time from left to right, in steps for a survival curve, with bands where there are intervals."""

from __future__ import annotations

from typing import Any

import altair as alt

from api.charts.axes import Row, as_rows, axis, colours, domain, scale, shapes, ticks
from api.charts.bars import Drawn
from api.charts.page import EM, GAP, HEIGHT, SIDE, Page
from api.charts.palette import COLOURS, INK, SOFT
from api.charts.plan import Panel, Plan
from api.charts.telling import Told


def lines(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    """Time from left to right; bands where there are intervals; the name of each line at its end."""
    divisor, title = scale(told, panel)
    rows = as_rows(panel, divisor, {})
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
        axis=alt.Axis(values=ticks(times, int(width)), format="d", grid=False),
    )  # fmt: skip
    y = alt.Y("value:Q", title=title, scale=domain(panel.unit, rows, HEIGHT), axis=axis(panel.unit, rows, HEIGHT))
    colour: dict[str, Any] = {"color": colours(panel, legend=not direct)} if named else {}
    shape: dict[str, Any] = {"shape": shapes(panel, legend=not direct)} if named else {}
    how: dict[str, Any] = {"interpolate": "step-after"} if plan.kind == "steps" else {}
    plain: dict[str, Any] = {} if named else {"color": COLOURS[0]}
    layers: list[alt.Chart] = []
    if any(row["low"] is not None for row in rows):
        layers.append(base.mark_area(opacity=0.18, **how, **plain).encode(x=x, y="low:Q", y2="high:Q", **colour))
    layers.append(base.mark_line(strokeWidth=2.5, **how, **plain).encode(x=x, y=y, **colour))
    visible = base.transform_filter("isValid(datum.value)")
    points = visible.mark_point(filled=True, size=70, opacity=1, **plain)
    layers.append(points.encode(x=x, y="value:Q", **colour, **shape))
    if not named and len(rows) * max(len(row["said"]) for row in rows) * page.text * EM < width * 1.1:
        _mark_valleys(rows)
        for place, how_far in (("above", -9), ("below", 9)):
            label = visible.transform_filter(f"datum.label == '{place}'")
            label = label.mark_text(
                baseline="bottom" if place == "above" else "top", dy=how_far, fontSize=page.text - 1, color=INK
            )
            layers.append(label.encode(x=x, y="value:Q", text="said:N"))
    if any(row["value"] is None for row in rows):
        gaps = base.transform_filter("!isValid(datum.value)").mark_text(
            baseline="bottom", dy=-4, fontSize=GAP, fontWeight="bold", color=SOFT
        )
        layers.append(gaps.encode(x=x, y=alt.datum(0), text="said:N"))
    if direct:
        layers += _names(panel, rows, times[-1], page)
    return alt.layer(*layers)


def _mark_valleys(rows: list[Row]) -> None:
    """A value stands above its point, and below it where the line rises on both sides."""
    ordered = sorted((row for row in rows if row["value"] is not None), key=lambda row: row["at"])
    for before, row, after in zip([None, *ordered], ordered, [*ordered[1:], None], strict=False):
        beside = [
            other["value"] for other in (before, after) if other is not None and abs(other["at"] - row["at"]) == 1
        ]
        lower = bool(beside) and all(row["value"] < value for value in beside)
        row["label"] = "below" if lower and row["value"] > 0 else "above"


def _names(panel: Panel, rows: list[Row], last: int, page: Page) -> list[alt.Chart]:
    """The name of each line beside its end, pushed apart where they would touch."""
    ends: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        if row["value"] is not None:
            ends[row["series"]] = row["value"]
    top = max((max(row["value"] or 0, row["high"] or 0) for row in rows), default=0) or 1
    gap = top * 1.08 * (page.text + 4) / HEIGHT
    placed: list[Row] = []
    height = float("-inf")
    for series, value in sorted(ends.items(), key=lambda one: one[1]):
        height = max(value, height + gap)
        placed.append({"series": series, "place": height, "last": last})
    base = alt.Chart(alt.InlineData(values=placed))
    here: dict[str, Any] = {"x": "last:Q", "y": "place:Q"}
    marks = base.mark_point(filled=True, size=60, opacity=1, xOffset=20)
    names = base.mark_text(align="left", dx=30, fontSize=page.text, color=INK)
    return [
        marks.encode(color=colours(panel, legend=False), shape=shapes(panel, legend=False), **here),
        names.encode(text="series:N", **here),
    ]


def _start(series: str) -> dict[str, Any]:
    """Everybody is there at the start."""
    return {"row": "0", "series": series, "at": 0, "value": 1.0, "low": 1.0, "high": 1.0, "end": 1.0, "said": ""}
