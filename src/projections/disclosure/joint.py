"""Joint: the cubes of several layers as one, in which cells that count the same dossiers are one cell.

So no cell that one indicator shows is company for a cell that another hides: there is a single table to protect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from projections.disclosure.cube import Cube, Flags, Ints, Sum, divided
from projections.disclosure.flows import Balance
from projections.disclosure.layers import Layer
from projections.disclosure.layout import Key

CLOSE = 1e-6


@dataclass(frozen=True)
class Joint:
    """One cube of several, and where each cell of each of those stands in it."""

    cube: Cube
    places: list[Ints]

    def anywhere(self, told: Sequence[Flags]) -> Flags:
        """What is told of the cells of each part: of a cell of the whole, where it is of any of them."""
        found = np.zeros(len(self.cube.keys), bool)
        for place, own in zip(self.places, told, strict=True):
            found[place] |= own
        return found


def joint(parts: Sequence[tuple[Layer, Cube]]) -> Joint:
    """The cubes of layers as one; of a single layer, and where no dossier is counted yet, its own."""
    if len(parts) == 1 or not any(cube.keys for _, cube in parts):
        return Joint(parts[0][1], [np.arange(len(cube.keys)) for _, cube in parts])
    whole = _Whole()
    order = sorted(range(len(parts)), key=lambda number: parts[number][0].narrow)
    placed = {number: whole.take(*parts[number]) for number in order}
    for number, (layer, cube) in enumerate(parts):
        if layer.each:
            whole.each(cube, placed[number], layer.each)
        for other, (above, values) in enumerate(parts):
            if layer.number and above.indicator.name == layer.indicator.name and other != number:
                beside = whole.no_less if above.each else whole.no_more
                beside(values, placed[other], placed[number], cube)
    return Joint(whole.cube(), [placed[number] for number in range(len(parts))])


class _Cell(NamedTuple):
    """What a cube knows of a cell."""

    weight: float
    room: float
    down: float
    undertakings: int
    unsafe: bool


class _Whole:
    """The cube in the making."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.cells: list[_Cell] = []
        self.sums: dict[tuple[int, ...], Sum] = {}
        self.balances: list[Balance] = []
        self.same: dict[Key, int] = {}
        """Where the cell of some dossiers stands."""
        self.divided: set[tuple[str, ...]] = set()
        """By which dimensions dossiers were counted: where there is no cell, there is none of them."""

    def take(self, layer: Layer, cube: Cube) -> Ints:
        """Add the cells of a layer and what ties them; where each stands."""
        cells = map(_Cell, cube.weight, cube.room, cube.down, cube.undertakings, cube.unsafe)
        place = np.array([self._put(layer, key, cell) for key, cell in zip(cube.keys, cells, strict=True)], np.int64)
        self.divided |= {tuple(name for name, _ in told[0]) for told in map(layer.common, cube.keys) if told}
        for one in cube.sums:
            found = one._replace(whole=int(place[one.whole]), parts=[int(place[part]) for part in one.parts])
            known = self.sums.setdefault((found.whole, *found.parts), found)
            self.sums[found.whole, *found.parts] = known._replace(further=known.further and found.further)
        for balance in cube.balances:
            self.balances.append(balance._replace(row={int(place[at]): times for at, times in balance.row.items()}))
        return place

    def no_more(self, cube: Cube, above: Ints, numbers: Ints, behind: Cube) -> None:
        """Amounts of 0 to 1 come to no more than there are dossiers, however many those are."""
        number = {key: int(place) for key, place in zip(behind.keys, numbers, strict=True)}
        follows = divided(cube.sums)
        for cell, (key, place, room) in enumerate(zip(cube.keys, above, cube.room, strict=True)):
            if np.isfinite(room) and max(self.cells[place].room, self.cells[place].weight) > 0:
                self.cells[place] = self.cells[place]._replace(room=np.inf)
                if cell not in follows:
                    self._tie({number[key]: 1.0, int(place): -1.0})

    def no_less(self, cube: Cube, above: Ints, numbers: Ints, behind: Cube) -> None:
        """Where each dossier counts at least once, amounts come to no less than there are dossiers."""
        number = {key: int(place) for key, place in zip(behind.keys, numbers, strict=True)}
        follows = divided(cube.sums)
        for cell, (key, place) in enumerate(zip(cube.keys, above, strict=True)):
            if cell not in follows:
                self._tie({int(place): 1.0, number[key]: -1.0})

    def each(self, cube: Cube, place: Ints, dimension: str) -> None:
        """Amounts that count each dossier once for each value of a dimension: the cells of those values together."""
        parts: dict[Key, list[int]] = {}
        for told, at in self.same.items():
            if dict(told).get(dimension) is not None:
                parts.setdefault(tuple(part for part in told if part[0] != dimension), []).append(at)
        for key, at in zip(cube.keys, place, strict=True):
            self.cells[at] = self.cells[at]._replace(room=np.inf if self.cells[at].weight else 0.0)
            if tuple(sorted([dimension, *(name for name, _ in key)])) in self.divided:
                self._tie({int(at): 1.0} | dict.fromkeys(parts.get(key, ()), -1.0), exact=True)

    def cube(self) -> Cube:
        """The whole."""
        weight, room, down, undertakings, unsafe = (np.array(column) for column in zip(*self.cells, strict=True))
        index = {key: place for place, key in enumerate(self.keys)}
        group = np.arange(len(self.keys))
        sums = list(self.sums.values())
        return Cube(self.keys, weight, room, down, undertakings, unsafe, sums, group, index, self.balances)

    def _put(self, layer: Layer, key: Key, cell: _Cell) -> int:
        """Where a cell stands: where one of the same dossiers does, or anew."""
        told = layer.common(key)
        there = self.same.get(told[0]) if told else None
        if there is not None and abs(self.cells[there].weight - cell.weight) < CLOSE:
            return there  # as many, and each of them one of those: the same
        here = len(self.keys)
        none = told is not None and there is None and tuple(name for name, _ in told[0]) in self.divided
        self.keys.append((("indicator", layer.indicator.name), *key))
        self.cells.append(cell._replace(room=0.0) if none else cell)
        if told is not None:
            self.same.setdefault(told[0], here)
            if there is not None:
                self._some(there, here, None if told[1].but is None else (*told[0], (told[1].but, None)))
        return here

    def _some(self, all_: int, some: int, others: Key | None) -> None:
        """Some dossiers are no more than all; and all but the others, where those are told."""
        left = self.same.get(tuple(sorted(others, key=lambda part: part[0]))) if others else None
        self._tie({all_: 1.0, some: -1.0} | ({left: -1.0} if left is not None else {}), exact=left is not None)

    def _tie(self, row: dict[int, float], *, exact: bool = False) -> None:
        """Cells that come to no less than nothing; or to nothing, where that is so."""
        room = sum(times * self.cells[place].weight for place, times in row.items())
        if exact and abs(room) < CLOSE:
            self.balances.append(Balance(row))
        elif room > -CLOSE:
            self.balances.append(Balance(row, max(0.0, room)))
