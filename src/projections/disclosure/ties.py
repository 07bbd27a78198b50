"""Ties: what an outsider knows of the cells of a cube together, whatever world is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from projections.disclosure.cube import Cube, Flags, Floats, Ints
from projections.disclosure.moves import Move

CLOSE = 1e-3
"""How far a world may be off a tie, as a solver leaves it, by its largest difference."""


class Tied(NamedTuple):
    """The ties of some cells: rows over those `cells`, then over the old worlds, each between a least and a most."""

    cells: Ints
    rows: sparse.csc_matrix
    least: Floats
    most: Floats


class Row(NamedTuple):
    """Cells, each taken so many times: what their differences come to at least and at most."""

    cells: dict[int, float]
    least: float
    most: float


class Ties:
    """Every tie of a cube: differences that come to nothing in every world, or to no more than a gap.

    `old` are the worlds of the last publication, a row each. The cells that have not changed since can only be what a
    mixture of them makes of those cells: that is what an outsider who kept that publication cannot tell from the truth.
    Behind the cells stand `moves`: each is its cell, less what the same mixture makes of what that was.
    """

    def __init__(self, cube: Cube, unchanged: Flags, known: Flags, old: Floats, moves: Sequence[Move] = ()) -> None:
        cells, self.olds = len(cube.keys), len(old)
        self.size = cells + len(moves)
        newer = _still(_newer(cube), unchanged | known, np.where(unchanged, old, 0.0))
        sums = [*_sums(cube, further=False), *newer]
        summed = _matrix([row for row, _, _ in sums], self.size)
        tied = [({int(cell): 1.0}, old[:, cell]) for cell in np.flatnonzero(unchanged)]
        tied += [({one.cell: 1.0, place: -1.0}, one.then) for place, one in enumerate(moves, cells)]
        one = _matrix([row for row, _ in tied], self.size)
        then = np.array([was for _, was in tied]).reshape(len(tied), self.olds)
        blank = sparse.csc_matrix((summed.shape[0], self.olds))
        self.rows = sparse.bmat([[summed, blank],
                                 [one, sparse.csc_matrix(-then)],
                                 [None, sparse.csc_matrix(np.ones((1, self.olds)))]], format="csc")  # fmt: skip
        self.least = np.array([*(least for _, least, _ in sums), *np.zeros(len(tied)), -np.inf])
        self.most = np.array([*(most for _, _, most in sums), *np.zeros(len(tied)), 1.0])
        self._last: tuple[bytes, Tied] | None = None

    def among(self, free: Flags) -> Tied:
        """The ties in which free cells stand, over those cells alone; the last ones are at hand."""
        asked = free.tobytes()
        if self._last is None or self._last[0] != asked:
            self._last = asked, self._among(np.flatnonzero(free))
        return self._last[1]

    def _among(self, cells: Ints) -> Tied:
        kept = self.rows[:, [*cells, *range(self.size, self.size + self.olds)]]
        touched = np.zeros(self.least.size, bool)
        touched[kept.indices[: kept.indptr[cells.size]]] = touched[-1] = True
        return Tied(cells, kept[touched], self.least[touched], self.most[touched])


def reach(cube: Cube, known: Flags) -> tuple[Floats, Floats]:
    """How far an outsider knows that each cell could be higher, and lower, beside those whose value is known."""
    room, down = cube.room.copy(), cube.down.copy()
    for one in cube.balances:
        unknown = [cell for cell in one.row if not known[cell]]
        if one.room is not None and len(unknown) == 1:
            [cell] = unknown
            far = down if one.row[cell] > 0 else room
            far[cell] = min(far[cell], one.room / abs(one.row[cell]))
    _empty(cube, room)
    return room, down


def _empty(cube: Cube, room: Floats) -> None:
    """Where there is nothing and can be nothing more: in the parts of such a cell, and in what has such parts alone."""
    bare = [one for one in cube.sums if cube.down[one.whole] == 0]
    before = -1
    while before < (now := int((room == 0).sum())):
        before = now
        for one in bare:
            room[one.parts] = np.minimum(room[one.parts], room[one.whole])
            room[one.whole] = min(room[one.whole], room[one.parts].sum())


def _sums(cube: Cube, *, further: bool) -> Iterator[Row]:
    """Sums by the first dimension, or by further ones.

    Where parts share something, the whole is no more than their sum and no less than each of them.
    """
    for one in cube.sums:
        if one.further is not further:
            continue
        yield Row({one.whole: 1.0, **dict.fromkeys(one.parts, -1.0)}, -np.inf if one.shared else 0.0, one.shared)
        for part in one.parts if one.shared else ():
            yield Row({part: 1.0, one.whole: -1.0}, -np.inf, float(cube.weight[one.whole] - cube.weight[part]))


def _newer(cube: Cube) -> Iterator[Row]:
    """What publications have been made with only since some version: sums by further dimensions, and balances."""
    yield from _sums(cube, further=True)
    for one in cube.balances:
        yield Row(one.row, 0.0 if one.room is None else -one.room, 0.0 if one.room is None else np.inf)


def _still(rows: Iterable[Row], same: Flags, old: Floats) -> Iterator[Row]:
    """Ties but for those of cells that are all the `same` as when a publication gave them away.

    What the worlds of one break was known to whoever saw it: nothing published after it can hide that.
    """
    near = CLOSE * np.maximum(1.0, np.abs(old).max(axis=1, initial=0.0))
    for one in rows:
        cells = list(one.cells)
        if same[cells].all():
            came = old[:, cells] @ np.array(list(one.cells.values()))
            if ((came < one.least - near) | (came > one.most + near)).any():
                continue
        yield one


def _matrix(rows: list[dict[int, float]], size: int) -> sparse.csc_matrix:
    numbers = [number for number, row in enumerate(rows) for _ in row]
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return sparse.csc_matrix((values, (numbers, columns)), shape=(len(rows), size))
