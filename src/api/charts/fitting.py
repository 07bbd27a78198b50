"""Fitting: how much of a figure a picture takes; the rest is in the table alone, and its number is said."""

from __future__ import annotations

from collections.abc import Container

from api.charts.panels import called
from api.charts.plan import TIMES, Kind, Mark, Panel, Plan
from api.charts.telling import Told

MOST_SERIES = 6
MOST_PANELS = 6
MANY = 3
"""From more panels on each is drawn lower."""
MOST_ROWS = {False: 20, True: 10}
"""How many names a chart of bars takes, without and with colours."""


def fitted(kind: Kind, told: Told, panels: tuple[Panel, ...], time: str | None) -> Plan:
    """The plan with what fits: the largest stay, and of years beside each other the latest."""
    years = {called(told, place, cell.labels[place]) for cell in told.cells for place in _years(told)}
    kept = tuple(_cut(kind, panel, years) for panel in panels[:MOST_PANELS])
    left_out = len(told.cells) - sum(len(panel.marks) for panel in kept)
    return Plan(kind, kept, time, left_out, len(kept) > MANY)


def _years(told: Told) -> list[int]:
    return [place for place, name in enumerate(told.by) if name in TIMES]


def _cut(kind: Kind, panel: Panel, years: Container[str]) -> Panel:
    rows, series = panel.rows, panel.series
    if kind == "bars":
        rows = _first(panel.rows, panel.marks, MOST_ROWS[len(series) > 1])
    else:
        kept = _latest if all(name in years for name in series) else _largest
        series = kept(series, panel.marks)
    drawn = [mark for mark in panel.marks if mark.row in rows and mark.series in series]
    if kind != "bars":
        drawn = [mark for mark in drawn if mark.at is not None]
    return Panel(panel.title, panel.unit, tuple(drawn), rows, series, panel.all)


def _latest(names: tuple[str, ...], marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """The last of the years of which there is a value: those of the highest values would look like all of them."""
    told = {mark.series for mark in marks if mark.cell.value is not None}
    return names if len(names) <= MOST_SERIES else tuple(name for name in names if name in told)[-MOST_SERIES:]


def _largest(names: tuple[str, ...], marks: tuple[Mark, ...]) -> tuple[str, ...]:
    return _first(names, marks, MOST_SERIES, by_series=True)


def _first(names: tuple[str, ...], marks: tuple[Mark, ...], most: int, *, by_series: bool = False) -> tuple[str, ...]:
    """At most so many names: those with the largest values, in the order they had."""
    if len(names) <= most:
        return names
    largest: dict[str, float] = dict.fromkeys(names, float("-inf"))
    for mark in marks:
        name = mark.series if by_series else mark.row
        largest[name] = max(largest[name], float("-inf") if mark.cell.value is None else mark.cell.value)
    kept = sorted(names, key=lambda name: -largest[name])[:most]
    return tuple(name for name in names if name in kept)
