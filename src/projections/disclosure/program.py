"""The linear program that finds a world: a table an outsider cannot tell from the true one, as far off as is wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from projections.disclosure.cube import Cube, Flags, Floats, Ints
from projections.disclosure.wish import EPSILON, Wish

DEAR = 10.0
"""How much more it is worth to protect a cell by the way than to spare the dearest other."""


@dataclass(frozen=True)
class Program:
    """What is the same in every search: how far each cell can go either way, and what ties the cells together.

    A row of `equal` comes to nothing in every world, one of `at_most` to its gap or less.
    `old` are the worlds of the last publication, a row each. The cells that have not changed since can only be what a
    mixture of them makes of those cells: that is what an outsider who kept that publication cannot tell from the truth.
    """

    equal: sparse.csr_matrix
    at_most: sparse.csr_matrix
    gaps: Floats
    room: Floats
    down: Floats
    unchanged: Flags
    old: Floats
    cost: Floats

    def world(self, free: Flags, hidden: Flags, wish: Wish, mixture: Floats | None = None) -> Floats | None:
        """The differences of a world in which only `free` cells differ; None when there is none.

        Cells that are free and not yet hidden cost something. A given `mixture` of the old worlds must be kept to.
        """
        cells = np.flatnonzero(free)
        place = np.full(free.size, -1)
        place[cells] = np.arange(cells.size)
        able = place[wish.cells] >= 0
        wish = Wish(wish.cells[able], wish.signs[able], wish.goals[able], wish.must)
        if not cells.size or (mixture is None and not wish.cells.size):
            return None
        scale = _scale(wish.goals)
        spread = bool((free & ~hidden).any())
        found = linprog(
            self._objective(np.where(hidden, 0.0, self.cost)[cells], wish, scale, spread=spread),
            **self._ties(cells, place, wish, scale, mixing=mixture is None),
            bounds=self._bounds(cells, wish, scale, mixture),
            method="highs",
        )
        if found.status != 0:
            return None
        world = np.zeros(free.size)
        world[cells] = (found.x[: cells.size] - found.x[cells.size : 2 * cells.size]) * scale
        world[np.abs(world) < EPSILON * max(1.0, scale)] = 0.0
        return world

    def _objective(self, cost: Floats, wish: Wish, scale: float, *, spread: bool) -> Floats:
        """Columns: how much higher and lower each cell is, how far each wish is met, the share of each old world."""
        prize = DEAR * self.cost.max() * wish.goals / scale if spread else np.ones(wish.cells.size)
        return np.concatenate([cost + 1e-7, cost + 1e-7, -prize, np.zeros(len(self.old))])

    def _ties(self, cells: Ints, place: Ints, wish: Wish, scale: float, *, mixing: bool) -> dict[str, object]:
        """The sums hold; unchanged cells are a mixture of old worlds; a wish is met as far as its cell goes."""
        count, wanted, olds = cells.size, wish.cells.size, len(self.old)
        sums, _ = _touched(self.equal, cells)
        shared, gaps = _touched(self.at_most, cells, self.gaps)
        tied = cells[self.unchanged[cells]]
        one = sparse.csr_matrix((np.ones(tied.size), (np.arange(tied.size), place[tied])), shape=(tied.size, count))
        old = sparse.csr_matrix(-self.old[:, tied].T / scale).reshape(tied.size, olds)
        equal = sparse.vstack([
            sparse.hstack([sums, -sums, _blank(sums.shape[0], wanted + olds)]),
            sparse.hstack([one, -one, _blank(tied.size, wanted), old]),
        ]).tocsr()  # fmt: skip
        ways = sparse.csr_matrix((wish.signs, (np.arange(wanted), place[wish.cells])), shape=(wanted, count))
        reach = [sparse.hstack([-ways, ways, sparse.diags(wish.goals / scale, shape=(wanted, wanted)),
                                _blank(wanted, olds)]),
                 sparse.hstack([shared, -shared, _blank(shared.shape[0], wanted + olds)])]  # fmt: skip
        if olds and mixing:
            reach.append(sparse.hstack([_blank(1, 2 * count + wanted), sparse.csr_matrix(np.ones((1, olds)))]))
        at_most = sparse.vstack(reach).tocsr()
        limits = np.concatenate([np.zeros(wanted), gaps / scale, np.ones(at_most.shape[0] - wanted - gaps.size)])
        return {"A_eq": equal, "b_eq": np.zeros(equal.shape[0]), "A_ub": at_most, "b_ub": limits}

    def _bounds(self, cells: Ints, wish: Wish, scale: float, mixture: Floats | None) -> Floats:
        wanted, olds = wish.cells.size, len(self.old)
        least = np.concatenate([np.zeros(2 * cells.size), np.full(wanted, float(wish.must)),
                                np.zeros(olds) if mixture is None else mixture])  # fmt: skip
        most = np.concatenate([self.room[cells] / scale, self.down[cells] / scale, np.ones(wanted),
                               np.ones(olds) if mixture is None else mixture])  # fmt: skip
        return np.column_stack([least, most])


def sums_of(cube: Cube) -> tuple[sparse.csr_matrix, sparse.csr_matrix, Floats]:
    """The sums of a cube as rows over its cells: those that must be equal; those that may be less, and by how much.

    Where parts share something, the whole is no more than their sum and no less than each of them.
    """
    equal = [{one.whole: 1.0, **dict.fromkeys(one.parts, -1.0)} for one in cube.sums if not one.shared]
    most = [({one.whole: 1.0, **dict.fromkeys(one.parts, -1.0)}, one.shared) for one in cube.sums if one.shared]
    most += [({part: 1.0, one.whole: -1.0}, float(cube.weight[one.whole] - cube.weight[part]))
             for one in cube.sums if one.shared for part in one.parts]  # fmt: skip
    size = len(cube.keys)
    return _rows(equal, size), _rows([row for row, _ in most], size), np.array([gap for _, gap in most])


def _rows(rows: list[dict[int, float]], size: int) -> sparse.csr_matrix:
    numbers = [number for number, row in enumerate(rows) for _ in row]
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return sparse.csr_matrix((values, (numbers, columns)), shape=(len(rows), size))


def _touched(rows: sparse.csr_matrix, cells: Ints, gaps: Floats | None = None) -> tuple[sparse.csr_matrix, Floats]:
    """The rows in which some of the cells stand, over those cells alone."""
    some = rows[:, cells]
    touched = np.diff(some.indptr) > 0
    return some[touched], gaps[touched] if gaps is not None else np.array([])


def _blank(rows: int, columns: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((rows, columns))


def _scale(goals: Floats) -> float:
    """A unit in which the wanted differences are neither tiny nor huge."""
    sizes = goals[goals > 0]
    return float(max(1e-3, np.median(sizes))) if sizes.size else 1.0
