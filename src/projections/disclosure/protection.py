"""Protection: hiding enough cells that no hidden one can be computed closely from those that are shown.

A *world* is another table an outsider cannot tell from the true one: it has the same shown cells, its sums hold,
nothing in it is negative. A hidden cell is protected when there are worlds in which it is enough higher and enough
lower. Worlds are found by linear programs, and kept: they are the proof, and what later publications must leave
standing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from projections.disclosure.cube import Cube, Flags, Floats

EPSILON = 1e-6
MANY = 12
"""Cells that are worth being protected several at a time, though that may hide somewhat more."""
FEW = 4
"""Cells that are taken one by one at once."""
ROUNDS = 40
"""Attempts to find worlds for many cells at once before one is taken by itself."""


class Unprotectable(Exception):
    """What was published before makes it impossible to protect a cell."""


class Before(NamedTuple):
    """What earlier publications tell an outsider of the cells of a table.

    `known`: published with this very content; `unchanged`: the same as when it was last hidden. `worlds` are those of
    the last publication, a row each, as differences from the truth; what they say of changed cells is of no account.
    """

    known: Flags
    unchanged: Flags
    worlds: Floats


class Protected(NamedTuple):
    """Which cells are hidden, and the worlds that prove it: a row each, as differences from the truth."""

    hidden: Flags
    worlds: Floats


def nothing_before(cells: int) -> Before:
    """A table of which nothing was published yet."""
    return Before(np.zeros(cells, bool), np.zeros(cells, bool), np.zeros((0, cells)))


def protect(cube: Cube, unsafe: Flags, percent: float, before: Before | None = None, seed: int = 0) -> Protected:
    """Hide the unsafe cells and as few others as it takes. Deterministic. Raises Unprotectable."""
    work = _Work(cube, unsafe, percent, before or nothing_before(len(cube.keys)), np.random.default_rng(seed))
    work.keep_old_worlds()
    work.protect_all()
    return Protected(work.hidden, np.array(work.worlds).reshape(-1, len(cube.keys)))


class _Work:
    """A protection in the making."""

    def __init__(self, cube: Cube, unsafe: Flags, percent: float, before: Before, random: np.random.Generator) -> None:
        self.cube, self.before, self.random = cube, before, random
        self.size = len(cube.keys)
        self.unsafe = unsafe & ~before.known
        old = np.abs(before.worlds).max(axis=0, initial=0) > EPSILON
        self.hidden = self.unsafe | (before.unchanged & old)
        self.worlds: list[Floats] = []
        self.top, self.bottom = np.zeros(self.size), np.zeros(self.size)
        size = np.abs(cube.weight)
        self.need = np.maximum(percent / 100 * size, 1.0)
        self.down = np.full(self.size, np.inf) if (cube.weight < 0).any() else np.maximum(size, 0.0)
        self.equations = _equations(cube)
        self.cost = (1 + np.log1p(cube.undertakings)) * 3.0 ** (cube.depth.max(initial=0) - cube.depth)

    def keep_old_worlds(self) -> None:
        """Every world of the last publication must go on: what it protected then is protected by it for good."""
        for number, world in enumerate(self.before.worlds):
            if (np.abs(world[self.before.unchanged]) > EPSILON).any():
                share = np.zeros(len(self.before.worlds))
                share[number] = 1.0
                kept = self._keep(self._world([], None, spread=False, fixed=share)) or self._keep(
                    self._world([], None, spread=True, fixed=share)
                )
                if not kept:
                    raise Unprotectable("a cell hidden before would follow from what is asked to be published now")

    def protect_all(self) -> None:
        """Find worlds until every hidden cell is protected; hide more cells where there are none."""
        while (wanted := self._unmet()).size:
            if wanted.size > FEW and self._search(wanted):
                continue
            if self._settle_many():
                continue
            settled = [self._settle(int(one)) for one in self.random.permutation(self._unmet()) if self._lacks(one)]
            if not any(settled):
                raise Unprotectable("no world protects a cell")

    def _search(self, wanted: np.ndarray) -> bool:
        """Look for worlds with the cells hidden so far, for many cells at once; whether all are protected."""
        fruitless = 0
        for _ in range(ROUNDS):
            before = wanted.size
            self._keep(self._world(wanted, self._signs(wanted), spread=False))
            wanted = self._unmet()
            fruitless = fruitless + 1 if wanted.size == before else 0
            if not wanted.size or fruitless == 3:
                break
        return not wanted.size

    def _settle_many(self) -> bool:
        """Protect part of many cells together, where that is possible; whether it was tried and got on."""
        unmet = self._unmet()
        if unmet.size <= MANY:
            return False
        some = np.sort(self.random.choice(unmet, unmet.size // 8, replace=False))
        self._keep(self._world(some, self._signs(some), spread=True))
        return not self._lacks(some).all()

    def _settle(self, cell: int) -> bool:
        """Protect one cell, in the directions it lacks, by hiding what that takes."""
        before = self.top[cell] - self.bottom[cell]
        for sign in self._lacking(cell):
            self._keep(self._world([cell], np.array([sign]), spread=True))
            if not self._lacks(cell):
                break
        return bool(self.top[cell] - self.bottom[cell] > before)

    def _unmet(self) -> np.ndarray:
        return np.flatnonzero(self._lacks(np.arange(self.size)))

    def _lacks(self, cells: np.ndarray | int) -> np.ndarray:
        """An unsafe cell needs to be able to be higher and lower; another hidden one to be twice as far off one way."""
        up, low = self._targets(cells)
        unsafe = (self.top[cells] < up - EPSILON) | (-self.bottom[cells] < low - EPSILON)
        spread = np.minimum(2 * self.need[cells], self.cube.room[cells] + self.down[cells])
        other = self.top[cells] - self.bottom[cells] < spread - EPSILON
        found: np.ndarray = self.hidden[cells] & np.where(self.unsafe[cells], unsafe, other)
        return found

    def _targets(self, cells: np.ndarray | int) -> tuple[Floats, Floats]:
        """How much higher and lower a cell must be able to be."""
        need = self.need[cells]
        return np.minimum(need, self.cube.room[cells]), np.minimum(need, self.down[cells])

    def _lacking(self, cell: int) -> Iterator[float]:
        """The directions that a cell still lacks."""
        up, low = self._targets(cell)
        lacking = [sign for sign, lacks in ((1.0, self.top[cell] < up - EPSILON), (-1.0, -self.bottom[cell] < low - EPSILON))
                   if lacks]  # fmt: skip
        yield from lacking or (1.0, -1.0)

    def _signs(self, cells: np.ndarray) -> Floats:
        return np.array([self.random.choice(list(self._lacking(int(cell)))) for cell in cells])

    def _world(
        self, cells: object, signs: Floats | None, *, spread: bool, fixed: Floats | None = None
    ) -> Floats | None:
        """The world in which some cells are as far off as they need; with `spread` other cells may be hidden for it."""
        found = _solve(self, np.array(cells, dtype=int), signs, spread=spread, fixed=fixed)
        return found

    def _keep(self, world: Floats | None) -> bool:
        """Keep a world that protects something more, and hide what differs in it."""
        if world is None:
            return False
        lacking = self._lacks(np.arange(self.size))
        hides = (np.abs(world) > EPSILON) & ~self.hidden
        top, bottom = np.maximum(self.top, world), np.minimum(self.bottom, world)
        useful = bool(((top > self.top + EPSILON) | (bottom < self.bottom - EPSILON))[lacking].any() or hides.any())
        if useful or self._continues(world):
            self.worlds.append(world)
            self.top, self.bottom = top, bottom
            self.hidden |= hides
            return True
        return False

    def _continues(self, world: Floats) -> bool:
        return bool((np.abs(world[self.before.unchanged]) > EPSILON).any())


def _equations(cube: Cube) -> sparse.csr_matrix:
    """One row an equation: the sum less its parts."""
    rows = [n for n, (_, parts) in enumerate(cube.equations) for _ in range(1 + len(parts))]
    columns = [cell for whole, parts in cube.equations for cell in (whole, *parts)]
    values = [value for _, parts in cube.equations for value in (1.0, *([-1.0] * len(parts)))]
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(cube.equations), len(cube.keys)))


def _solve(
    work: _Work,
    cells: np.ndarray,
    signs: Floats | None,
    *,
    spread: bool,
    fixed: Floats | None,
) -> Floats | None:
    """The linear program. Columns: how much more each free cell is, how much less, how far each wanted cell gets, and
    the shares of the old worlds that the cells unchanged since are mixed of."""
    free = np.flatnonzero(~work.before.known & (work.hidden | spread))
    place = np.full(work.size, -1)
    place[free] = np.arange(free.size)
    cells, signs = cells[place[cells] >= 0], None if signs is None else signs[place[cells] >= 0]
    old, count, wanted = work.before.worlds, free.size, cells.size
    if not count or (fixed is None and not wanted):
        return None
    unchanged = free[work.before.unchanged[free]]
    shares = len(old)
    sums = work.equations[:, free]
    sums = sums[np.diff(sums.indptr) > 0]
    picked = sparse.csr_matrix((np.ones(unchanged.size), (np.arange(unchanged.size), place[unchanged])),
                               shape=(unchanged.size, count))  # fmt: skip
    blank = sparse.csr_matrix((sums.shape[0], wanted + shares))
    mixed = sparse.hstack([picked, -picked, sparse.csr_matrix((unchanged.size, wanted)),
                           sparse.csr_matrix(-old[:, unchanged].T) if shares else sparse.csr_matrix((unchanged.size, 0))])  # fmt: skip
    equal = sparse.vstack([sparse.hstack([sums, -sums, blank]), mixed]).tocsr()
    up, low = work._targets(cells) if wanted else (np.zeros(0), np.zeros(0))
    one_way = np.minimum(2 * work.need[cells], np.where((signs if signs is not None else np.zeros(0)) > 0,
                         work.cube.room[cells], work.down[cells]))  # fmt: skip
    goal = np.where(work.unsafe[cells], np.where(signs > 0, up, low), one_way) if signs is not None else np.zeros(0)
    scale = _scale(goal, work.need[free])
    reach = None
    if wanted and signs is not None:
        ways = sparse.csr_matrix((signs, (np.arange(wanted), place[cells])), shape=(wanted, count))
        reach = sparse.hstack([-ways, ways, sparse.diags(goal / scale), sparse.csr_matrix((wanted, shares))]).tocsr()
    dear = np.where(work.hidden[free], 0.0, work.cost[free])
    whole = spread and wanted == 1
    prize = (
        np.full(wanted, 1.0 if not spread else 10.0)
        * (goal / scale if spread else 1.0)
        * (work.cost.max() if spread else 1)
    )
    bounds = np.concatenate([
        np.column_stack([np.zeros(count), work.cube.room[free] / scale]),
        np.column_stack([np.zeros(count), work.down[free] / scale]),
        np.column_stack([np.full(wanted, 1.0 if whole else 0.0), np.ones(wanted)]),
        np.column_stack([fixed, fixed]) if fixed is not None else np.column_stack([np.zeros(shares), np.ones(shares)]),
    ])  # fmt: skip
    if shares and fixed is None:
        mixing = sparse.hstack([sparse.csr_matrix((1, 2 * count + wanted)), np.ones((1, shares))]).tocsr()
        reach = mixing if reach is None else sparse.vstack([reach, mixing]).tocsr()
    if shares:
        equal = (
            equal @ sparse.diags(np.concatenate([np.ones(2 * count + wanted), np.full(shares, 1 / scale)]))
        ).tocsr()
    at_most = None if reach is None else np.concatenate([np.zeros(wanted), np.ones(reach.shape[0] - wanted)])
    found = linprog(
        np.concatenate([dear + 1e-7, dear + 1e-7, -prize, np.zeros(shares)]),
        A_ub=reach, b_ub=at_most, A_eq=equal, b_eq=np.zeros(equal.shape[0]), bounds=bounds, method="highs",
    )  # fmt: skip
    if found.status != 0:
        return None
    world = np.zeros(work.size)
    world[free] = (found.x[:count] - found.x[count : 2 * count]) * scale
    world[np.abs(world) < EPSILON * max(1.0, scale)] = 0.0
    return world


def _scale(goal: Floats, need: Floats) -> float:
    """A unit in which the wanted differences are neither tiny nor huge."""
    sizes = goal[goal > 0] if (goal > 0).any() else need
    return float(max(1e-3, np.median(sizes)))
