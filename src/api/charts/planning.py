"""Planning a chart: which kind of picture a figure asks for, and which dimension goes where."""

from __future__ import annotations

from collections.abc import Container, Iterable

from api.charts.fitting import MOST_SERIES, fitted
from api.charts.panels import called, panels
from api.charts.plan import TIMES, Kind, Mark, Plan
from api.charts.telling import Cell, Told

COLOURED = ("outcome", "measure", "instrument", "sector", "phase", "size_class")
"""Dimensions of few values, that colour tells apart best."""


def planned(told: Told) -> Plan:
    """The plan of a figure."""
    by = told.by
    if not by:
        return Plan("number", panels(told, None, lambda cell: Mark(cell, "", "", None)), None, 0)
    units = by.index("measure") if "measure" in by and len({cell.unit for cell in told.cells}) > 1 else None
    time = _time(told)
    rest = [place for place in range(len(by)) if place not in (units, time)]
    if time is not None:
        return _over_time(told, time, units, rest)
    series = _series(told, rest)
    rows = [place for place in rest if place != series]
    if not rows and series is None:
        rows = [place for place in (units,) if place is not None]

    def mark(cell: Cell) -> Mark:
        return Mark(cell, _joined(told, cell, rows), cell.labels[series] if series is not None else "", None)

    return fitted("bars", told, panels(told, units, mark), None)


def _over_time(told: Told, time: int, units: int | None, rest: list[int]) -> Plan:
    apart = units if units is not None else _apart(told, rest)
    series = [place for place in rest if place != apart]

    def mark(cell: Cell) -> Mark:
        at = cell.keys[time]
        return Mark(cell, cell.labels[time], _joined(told, cell, series, TIMES), at if isinstance(at, int) else None)

    kind: Kind = "lines"
    if told.by[time] == "horizon":
        kind = "steps"
    elif "measure" in told.by and units is None:
        kind = "columns"
    return fitted(kind, told, panels(told, apart, mark), told.dimensions[time])


def _apart(told: Told, rest: list[int]) -> int | None:
    """The dimension whose values have a picture each, where the lines of all in one would be many of little meaning."""
    return next((place for place in rest if told.by[place] == told.panels and len(rest) > 1), None)


def _time(told: Told) -> int | None:
    """The dimension that runs from left to right: one of time, when it has several points."""
    for name in TIMES:
        if name in told.by:
            place = told.by.index(name)
            if len({cell.keys[place] for cell in told.cells} - {None}) > 1:
                return place
    return None


def _series(told: Told, rest: list[int]) -> int | None:
    """The dimension told apart by colour: of two or more, the one of fewest values."""
    if len(rest) < 2:
        return None
    counts = {place: len({cell.keys[place] for cell in told.cells}) for place in rest}
    few = [place for place in rest if counts[place] <= MOST_SERIES]
    return min(few, key=lambda place: (told.by[place] not in COLOURED, counts[place]), default=None)


def _joined(told: Told, cell: Cell, places: Iterable[int], named: Container[str] = ()) -> str:
    """The names of some dimensions as one, those `named` by what they are: one year beside another says which."""
    names = [
        called(told, place, cell.labels[place]) if told.by[place] in named else cell.labels[place] for place in places
    ]
    pair = [told.by[place] for place in places] == ["from_agency", "to_agency"]
    return (" → " if pair else " · ").join(names)
