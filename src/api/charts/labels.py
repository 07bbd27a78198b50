"""Labels in a chart of lines: where a value stands beside its point, and a name beside the end of its line."""

from __future__ import annotations

from typing import Any

import altair as alt

from api.charts.axes import Row, colours, shapes, steps
from api.charts.page import Page
from api.charts.palette import INK
from api.charts.plan import Kind, Panel

PLACES: dict[str, dict[str, Any]] = {
    "above": {"baseline": "bottom", "dy": -9},
    "below": {"baseline": "top", "dy": 9},
    "beside": {"baseline": "bottom", "dy": -5, "dx": 6, "align": "left"},
}
"""Where the value of a point may stand."""
LOW = 0.1
"""How near the axis, as a share of the height, nothing can be written between a point and it."""


def values(rows: list[Row], kind: Kind, base: alt.Chart, x: alt.X, page: Page) -> list[alt.Chart]:
    """The values of a single line, each where the line does not cross it."""
    place(rows, kind)
    return [
        base.transform_filter(f"datum.label == '{name}'")
        .mark_text(fontSize=page.text - 1, color=INK, **how)
        .encode(x=x, y="value:Q", text="said:N")
        for name, how in PLACES.items()
    ]


def place(rows: list[Row], kind: Kind) -> None:
    """A value stands above its point, below it where the line rises on both sides; in steps, where it falls to it."""
    ordered = sorted((row for row in rows if row["value"] is not None), key=lambda row: row["at"])
    top = max((row["value"] for row in ordered), default=0)
    for before, row, after in zip([None, *ordered], ordered, [*ordered[1:], None], strict=False):
        if kind == "steps":
            falls = before is not None and row["value"] < before["value"]
            row["label"] = ("below" if row["value"] > LOW * top else "beside") if falls else "above"
        else:
            row["label"] = "below" if _is_valley(before, row, after) and row["value"] > 0 else "above"


def _is_valley(before: Row | None, row: Row, after: Row | None) -> bool:
    beside = [other["value"] for other in (before, after) if other is not None and abs(other["at"] - row["at"]) == 1]
    return bool(beside) and all(row["value"] < value for value in beside)


def names(panel: Panel, rows: list[Row], last: int, high: int, page: Page) -> list[alt.Chart]:
    """The name of each line beside its end, pushed apart where they would touch; the picture is `high` pixels high."""
    ends: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: row["at"]):
        if row["value"] is not None:
            ends[row["series"]] = row["value"]
    marked = steps(panel.unit, rows, high)
    gap = (marked[-1] - marked[0]) * (page.text + 3) / high
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
        marks.encode(color=colours(panel, None), shape=shapes(panel, None), **here),
        names.encode(text="series:N", **here),
    ]
