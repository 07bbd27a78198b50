"""The linear program that finds a world: a table an outsider cannot tell from the true one, as far off as is wanted.

Its columns: how much higher and how much lower each cell is, how far beyond its goal each wished one goes, and the
share of each old world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from projections.disclosure.cube import Flags, Floats, Ints
from projections.disclosure.solver import Bounded, cheapest
from projections.disclosure.ties import Tied, Ties
from projections.disclosure.wish import EPSILON, Wish, World

DEAR = 10.0
"""How much more it is worth to protect a cell by the way than to spare the dearest other."""
TRIFLE = 1e-7
"""What it costs to differ where that hides nothing: no cell differs more than it has to."""


@dataclass(frozen=True)
class Program:
    """What is the same in every search: what ties the cells, how far each can go either way, what it costs to hide."""

    ties: Ties
    room: Floats
    down: Floats
    cost: Floats

    def world(self, free: Flags, hidden: Flags, wish: Wish, mixture: Floats | None = None) -> World | None:
        """The differences of a world in which only `free` cells differ; None when there is none.

        Cells that are free and not yet hidden cost something. A given `mixture` of the old worlds must be kept to.
        """
        wish = wish.among(free)
        if not free.any() or (mixture is None and not wish.cells.size):
            return None
        unit, tied = _unit(wish.goals), self.ties.among(free)
        wanted = np.searchsorted(tied.cells, wish.cells)
        spread = bool((free & ~hidden).any())
        cost = self._cost(np.where(hidden, 0.0, self.cost)[tied.cells], wanted, wish, unit if not spread else None)
        columns = self._bounds(tied.cells, wanted, wish, unit, mixture)
        rows = Bounded(tied.least / unit, tied.most / unit)
        found = cheapest(cost, columns, _matrix(tied, wanted, wish.signs), rows)
        if found is None:
            return None
        shares = found[found.size - self.ties.olds :] * unit
        return World(_differences(found, tied.cells, wish, free.size, unit), shares)

    def _cost(self, cost: Floats, wanted: Ints, wish: Wish, unit: float | None) -> Floats:
        """Towards its goal a wished cell earns a prize; with a `unit` the same for every goal."""
        cost = cost + TRIFLE
        whole = np.concatenate([cost, cost, cost[wanted], np.zeros(self.ties.olds)])
        prize = DEAR * self.cost.max() if unit is None else unit / np.maximum(wish.goals, EPSILON)
        whole[_towards(wanted, wish.signs, cost.size)] -= prize
        return whole

    def _bounds(self, cells: Ints, wanted: Ints, wish: Wish, unit: float, mixture: Floats | None) -> Bounded:
        beyond = np.where(wish.signs > 0, self.room[wish.cells], self.down[wish.cells]) - wish.goals
        olds = self.ties.olds
        shares = (np.zeros(olds), np.ones(olds)) if mixture is None else (mixture, mixture)
        least = np.concatenate([np.zeros(2 * cells.size + wanted.size), shares[0]])
        most = np.concatenate([self.room[cells], self.down[cells], beyond, shares[1]])
        most[_towards(wanted, wish.signs, cells.size)] = wish.goals
        most[_towards(wanted, -wish.signs, cells.size)] = 0.0
        if wish.must:
            least[_towards(wanted, wish.signs, cells.size)] = wish.goals
        return Bounded(least / unit, most / unit)


def _towards(wanted: Ints, signs: Floats, cells: int) -> Ints:
    """The columns by which wished cells go the way they are wished."""
    found: Ints = wanted + np.where(signs > 0, 0, cells)
    return found


def _matrix(tied: Tied, wanted: Ints, signs: Floats) -> sparse.csc_matrix:
    own, old = tied.rows[:, : tied.cells.size], tied.rows[:, tied.cells.size :]
    return sparse.hstack([own, -own, own[:, wanted].multiply(signs), old], format="csc")


def _differences(found: Floats, cells: Ints, wish: Wish, size: int, unit: float) -> Floats:
    higher, lower, beyond = np.split(found[: 2 * cells.size + wish.cells.size], [cells.size, 2 * cells.size])
    world = np.zeros(size)
    world[cells] = (higher - lower) * unit
    world[wish.cells] += beyond * wish.signs * unit
    world[np.abs(world) < EPSILON * max(1.0, unit)] = 0.0
    return world


def _unit(goals: Floats) -> float:
    """A unit in which the wanted differences are neither tiny nor huge."""
    sizes = goals[goals > 0]
    return float(max(1e-3, np.median(sizes))) if sizes.size else 1.0
