"""The plan of a chart: which kind of picture a figure asks for, what goes where, and how much of it fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Literal

from api.charts.telling import ORDERED, Cell, Told

Kind = Literal["number", "bars", "columns", "lines", "steps"]
TIMES = ("horizon", "year", "cohort")
COLOURED = ("outcome", "measure", "instrument", "sector", "phase", "size_class")
"""Dimensions of few values, that colour tells apart best."""
MOST_SERIES = 6
MOST_ROWS = {False: 20, True: 10}
"""How many names a chart of bars takes, without and with colours."""


@dataclass(frozen=True)
class Mark:
    """A cell in its place: the name of its row, its colour's name, and where it stands in time."""

    cell: Cell
    row: str
    series: str
    at: int | None


@dataclass(frozen=True)
class Panel:
    """One picture of one unit. `rows` and `series` are in the order in which they are drawn; `marks` are drawn.

    What is said of it is said of `all` its values, also of those that found no place.
    """

    title: str | None
    unit: str
    marks: tuple[Mark, ...]
    rows: tuple[str, ...]
    series: tuple[str, ...]
    all: tuple[Mark, ...]


@dataclass(frozen=True)
class Plan:
    """What is drawn; `left_out` cells are in the table alone."""

    kind: Kind
    panels: tuple[Panel, ...]
    time: str | None
    left_out: int


def planned(told: Told) -> Plan:
    """The plan of a figure."""
    by = told.by
    if not by:
        return Plan("number", _panels(told, None, lambda cell: Mark(cell, "", "", None)), None, 0)
    split = by.index("measure") if "measure" in by and len({cell.unit for cell in told.cells}) > 1 else None
    time = _time(told)
    rest = [place for place in range(len(by)) if place not in (split, time)]
    if time is not None:
        return _over_time(told, time, split, rest)
    series = _series(told, rest)
    rows = [place for place in rest if place != series]
    if not rows and series is None:
        rows = [place for place in (split,) if place is not None]

    def mark(cell: Cell) -> Mark:
        return Mark(cell, _joined(told, cell, rows), cell.labels[series] if series is not None else "", None)

    return _fitted("bars", told, _panels(told, split, mark), None)


def _over_time(told: Told, time: int, split: int | None, rest: list[int]) -> Plan:
    def mark(cell: Cell) -> Mark:
        at = cell.keys[time]
        return Mark(cell, cell.labels[time], _joined(told, cell, rest, TIMES), at if isinstance(at, int) else None)

    kind: Kind = "lines"
    if told.by[time] == "horizon":
        kind = "steps"
    elif "measure" in told.by and split is None:
        kind = "columns"
    return _fitted(kind, told, _panels(told, split, mark), told.dimensions[time])


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


def _joined(told: Told, cell: Cell, places: Iterable[int], called: Container[str] = ()) -> str:
    """The names of some dimensions as one, those `called` so by what they are: one year beside another says which."""
    names = [
        _called(told, place, cell.labels[place]) if told.by[place] in called else cell.labels[place] for place in places
    ]
    pair = [told.by[place] for place in places] == ["from_agency", "to_agency"]
    return (" → " if pair else " · ").join(names)


def _called(told: Told, place: int, label: str) -> str:
    """A value of a dimension by what it is: a year of the first aid."""
    return f"{told.dimensions[place]} {label}"


def _panels(told: Told, split: int | None, mark: Callable[[Cell], Mark]) -> tuple[Panel, ...]:
    groups: dict[str | None, list[Mark]] = defaultdict(list)
    for cell in told.cells:
        groups[cell.labels[split] if split is not None else None].append(mark(cell))
    found = []
    places = {name: place for place, name in enumerate(_own_order(told))}
    for title, marks in sorted(groups.items(), key=lambda group: places.get(group[0] or "", 0)):
        rows = _ranked(told, marks, lambda one: one.row)
        series = _ranked(told, marks, lambda one: one.series)
        found.append(Panel(title, marks[0].cell.unit, tuple(marks), rows, series, tuple(marks)))
    return tuple(found)


def _ranked(told: Told, marks: list[Mark], name: Callable[[Mark], str]) -> tuple[str, ...]:
    """Names in an order of their own where they have one, else from the largest value down, hidden ones last."""
    own = {label: place for place, label in enumerate(_own_order(told))}
    largest: dict[str, float] = {}
    for mark in marks:
        value = float("-inf") if mark.cell.value is None else mark.cell.value
        largest[name(mark)] = max(largest.get(name(mark), float("-inf")), value)
    return tuple(sorted(largest, key=lambda label: (own.get(label, len(own)), -largest[label], label)))


def _own_order(told: Told) -> list[str]:
    """The labels of ordered vocabularies and of measures, in their order; of time, from early to late."""
    orders: dict[str, tuple[str, ...]] = ORDERED | {"measure": told.measures}
    found: list[tuple[tuple[int, int], str]] = []
    for place, dimension in enumerate(told.by):
        for key, label in {(cell.keys[place], cell.labels[place]) for cell in told.cells}:
            if dimension in TIMES and isinstance(key, int):
                found += [((place, key), label), ((place, key), _called(told, place, label))]
            elif key in orders.get(dimension, ()):
                found.append(((place, orders[dimension].index(key)), label))
    return [label for _, label in sorted(found)]


def _fitted(kind: Kind, told: Told, panels: tuple[Panel, ...], time: str | None) -> Plan:
    """The plan with what fits: the largest stay, and of years beside each other the latest."""
    years = {_called(told, place, cell.labels[place]) for cell in told.cells for place in _years(told)}
    kept = tuple(_cut(kind, panel, years) for panel in panels)
    return Plan(kind, kept, time, len(told.cells) - sum(len(panel.marks) for panel in kept))


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
