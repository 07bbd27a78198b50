"""Panels: the cells of a figure in one picture, or in one for each value of a dimension, and the order of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from api.charts.plan import TIMES, Mark, Panel
from api.charts.telling import ORDERED, Cell, Told


def panels(told: Told, apart: int | None, mark: Callable[[Cell], Mark]) -> tuple[Panel, ...]:
    """One panel, or one for each value of the dimension that is told `apart`."""
    groups: dict[str | None, list[Mark]] = defaultdict(list)
    for cell in told.cells:
        groups[cell.labels[apart] if apart is not None else None].append(mark(cell))
    if apart is None:
        return tuple(_panel(told, title, marks, marks) for title, marks in groups.items())
    every = [one for marks in groups.values() for one in marks]
    titles = _ranked(told, every, lambda one: one.cell.labels[apart])
    # a colour means the same in all of them; measures of several units have no series in common
    shared = told.by[apart] != "measure"
    return tuple(_panel(told, title, groups[title], every if shared else groups[title]) for title in titles)


def _panel(told: Told, title: str | None, marks: list[Mark], alike: list[Mark]) -> Panel:
    rows = _ranked(told, marks, lambda one: one.row)
    series = _ranked(told, alike, lambda one: one.series)
    return Panel(title, marks[0].cell.unit, tuple(marks), rows, series, tuple(marks))


def called(told: Told, place: int, label: str) -> str:
    """A value of a dimension by what it is: a year of the first aid."""
    return f"{told.dimensions[place]} {label}"


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
                found += [((place, key), label), ((place, key), called(told, place, label))]
            elif key in orders.get(dimension, ()):
                found.append(((place, orders[dimension].index(key)), label))
    return [label for _, label in sorted(found)]
