"""Lines: time from left to right, in steps for a survival curve, with bands where there are intervals."""

from __future__ import annotations

from typing import Any

import altair as alt

from api.charts.axes import Row, as_rows, axis, colours, domain, legend, scale, shapes, ticks
from api.charts.bars import Drawn
from api.charts.labels import names, values
from api.charts.page import EM, GAP, SIDE, Page, height
from api.charts.palette import COLOURS, SOFT
from api.charts.plan import Panel, Plan
from api.charts.telling import Told


def lines(told: Told, plan: Plan, panel: Panel, page: Page) -> Drawn:
    """Time from left to right; bands where there are intervals; the name of each line at its end.

    A curve is known at its horizons alone, and straight between them: steps would say that nobody leaves there.
    """
    divisor, title = scale(told, panel)
    rows = as_rows(panel, divisor, {})
    if plan.kind == "steps":
        rows = [*(_start(series, told.start) for series in panel.series), *rows]
    else:
        rows += _absent(rows, panel)
    times = sorted({row["at"] for row in rows})
    named = len(panel.series) > 1
    longest = max((len(name) for name in panel.series), default=0)
    ending = {row["series"] for row in rows if row["at"] == times[-1] and row["value"] is not None}
    direct = named and ending == set(panel.series) and longest * page.text * EM < page.width * 0.3
    high = height(plan)
    width = page.width - SIDE - 14 - (longest * page.text * EM + 30 if direct else 0)
    base = alt.Chart(alt.InlineData(values=rows), width=width, height=high)
    x = alt.X(
        "at:Q", title=_over(told, plan), scale=alt.Scale(domain=[times[0], times[-1]], nice=False, padding=26),
        axis=alt.Axis(values=ticks(times, int(width)), format="d", grid=False),
    )  # fmt: skip
    y = alt.Y("value:Q", title=title, scale=domain(panel.unit, rows, high), axis=axis(panel.unit, rows, high))
    legends = None if direct else legend(panel, page)
    colour: dict[str, Any] = {"color": colours(panel, legends)} if named else {}
    shape: dict[str, Any] = {"shape": shapes(panel, legends)} if named else {}
    plain: dict[str, Any] = {} if named else {"color": COLOURS[0]}
    layers: list[alt.Chart] = []
    if any(row["low"] is not None for row in rows):
        layers.append(base.mark_area(opacity=0.18, **plain).encode(x=x, y="low:Q", y2="high:Q", **colour))
    layers.append(base.mark_line(strokeWidth=2.5, **plain).encode(x=x, y=y, **colour))
    visible = base.transform_filter("isValid(datum.value)")
    points = visible.mark_point(filled=True, size=70, opacity=1, **plain)
    layers.append(points.encode(x=x, y="value:Q", **colour, **shape))
    if not named and len(rows) * max(len(row["said"]) for row in rows) * page.text * EM < width * 1.1:
        layers += values(rows, plan.kind, visible, x, page)
    if any(row["value"] is None for row in rows):
        gaps = base.transform_filter("!isValid(datum.value)").mark_text(
            baseline="bottom", dy=-4, fontSize=GAP, fontWeight="bold", color=SOFT
        )
        layers.append(gaps.encode(x=x, y=alt.datum(0), text="said:N"))
    if direct:
        layers += names(panel, rows, times[-1], high, page)
    return alt.layer(*layers)


def _absent(rows: list[Row], panel: Panel) -> list[Row]:
    """The years of which a series has no cell: a line across them would show what nobody counted."""
    times = [row["at"] for row in rows]
    known = {(row["series"], row["at"]) for row in rows}
    return [
        {"row": str(at), "series": series, "at": at, "value": None, "low": None, "high": None, "end": None, "said": ""}
        for series in panel.series
        for at in range(min(times), max(times) + 1)
        if (series, at) not in known
    ]


def _over(told: Told, plan: Plan) -> str:
    """What runs from left to right, with its unit where it is a duration."""
    name = plan.time or ""
    return told.words("figures.in_years", name=name) if plan.kind == "steps" else name


def _start(series: str, share: float) -> Row:
    """Where a curve begins: everybody is there at the start, and to nobody it has happened."""
    return {"row": "0", "series": series, "at": 0, "value": share, "low": share, "high": share, "end": share,
            "said": ""}  # fmt: skip
