"""Moves: how far a cell is from what it was in an earlier publication that hid it, where that would say too much.

Nobody is shown a move, but whoever keeps both publications may bound it. So it is protected as a cell of too few is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from projections.disclosure.cube import Floats, Ints
from projections.disclosure.wish import EPSILON, World


class Move(NamedTuple):
    """By how much a cell has moved in all, and how far off each world of the last publication has what it was."""

    cell: int
    by: float
    then: Floats

    def among(self, places: Ints, rows: Ints, size: int) -> Move:
        """The same where its cells stand in those `places` among others, and its worlds in those `rows` of so many."""
        then = np.zeros(size)
        then[rows] = np.where(np.abs(self.then) > EPSILON, self.then, 0.0)
        return Move(int(places[self.cell]), self.by, then)


def distinct(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Each once: what two indicators count alike has moved once."""
    found: dict[tuple[int, bytes], Move] = {}
    for one in moves:
        at = one.cell, one.then.tobytes()
        found[at] = max(one, found.get(at, one), key=lambda move: move.by)
    return tuple(found.values())


class Moves:
    """Several moves: their cells, and a row each of what the old worlds have of these."""

    def __init__(self, moves: Sequence[Move], olds: int) -> None:
        self.cells = np.array([one.cell for one in moves], dtype=np.int64)
        self.by = np.array([one.by for one in moves], dtype=float)
        self.then = np.array([one.then for one in moves]).reshape(len(moves), olds)

    def __len__(self) -> int:
        return self.cells.size

    def off(self, world: World) -> Floats:
        """How far off each is in a world: the cell itself, less what it was."""
        found: Floats = world.differences[self.cells] - self.then @ world.shares
        return found

    def reach(self, room: Floats, down: Floats) -> tuple[Floats, Floats]:
        """How far an outsider knows that each could be higher, and lower, beside how far each cell could be."""
        higher, lower = room[self.cells], down[self.cells]
        return higher - self.then.min(axis=1, initial=0.0), lower + self.then.max(axis=1, initial=0.0)
