"""Protection: hiding enough cells that no hidden one can be computed closely from those that are shown.

A *world* is another table an outsider cannot tell from the true one: it has the same shown cells, its sums hold,
nothing in it is negative. A hidden cell is protected when there are worlds in which it is enough higher and enough
lower. Worlds are found by linear programs, and kept: they are the proof, and what later publications must leave
standing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from projections.disclosure.cube import Cube, Flags, Floats, Ints
from projections.disclosure.moves import Move, Moves
from projections.disclosure.wish import EPSILON, Wish, World

MANY = 12
"""Cells that are worth being protected several at a time, though that may hide somewhat more."""
VERY_MANY = 300
"""Cells that are not taken one by one as long as several at a time get on in any way."""
FEW = 4
"""Cells that are taken one by one at once."""
ROUNDS = 40
"""Attempts to find worlds for many cells at once before more is hidden."""
NOTHING = Wish(np.array([], dtype=int), np.array([]), np.array([]))


class Unprotectable(Exception):
    """What was published before makes it impossible to protect a cell."""


class TooMuch(Unprotectable):
    """It would take more effort than was allowed."""


class Before(NamedTuple):
    """What earlier publications tell an outsider of the cells of a table.

    `known`: published with this very content; `unchanged`: the same as when it was last hidden. `worlds` are those of
    the last publication, a row each, as differences from the truth; what they say of changed cells is of no account.
    `moves`: the changes of hidden cells that would tell too much.
    """

    known: Flags
    unchanged: Flags
    worlds: Floats
    moves: Sequence[Move] = ()


class Protected(NamedTuple):
    """Which cells are hidden, and the worlds that prove it: a row each, as differences from the truth.

    `shares`: which mixture of the last publication's worlds each goes with.
    """

    hidden: Flags
    worlds: Floats
    shares: Floats


def nothing_before(cells: int) -> Before:
    """A table of which nothing was published yet."""
    return Before(np.zeros(cells, bool), np.zeros(cells, bool), np.zeros((0, cells)))


def protect(
    cube: Cube,
    unsafe: Flags,
    percent: float,
    before: Before | None = None,
    *,
    also: Flags | None = None,
    effort: float = np.inf,
) -> Protected:
    """Hide the unsafe cells, those that are hidden `also`, and as few others as it takes.

    Deterministic; `effort` is how many cells all programs together may have. Raises Unprotectable; TooMuch beyond that.
    """
    work = _Work(cube, unsafe, percent, before or nothing_before(len(cube.keys)), also)
    work.effort = effort
    work.keep_old_worlds()
    work.protect_all()
    return work.protected


class _Work:
    """A protection in the making: what is hidden so far, and how far each cell goes in the worlds found so far.

    Behind the cells stand the moves, unsafe and hidden from the start. The program knows of those `within` it alone.
    """

    def __init__(self, cube: Cube, unsafe: Flags, percent: float, before: Before, also: Flags | None) -> None:
        from projections.disclosure.ties import reach  # noqa: PLC0415 - what it needs takes long to import

        self.before, self.cube, self.cells = before, cube, len(cube.keys)
        self.moves = Moves(before.moves, len(before.worlds))
        self.random = np.random.default_rng(0)
        self.effort = np.inf
        self.unsafe = self._whole(unsafe & ~before.known, True)
        lasting = before.unchanged & (np.abs(before.worlds).max(axis=0, initial=0) > EPSILON)
        hidden = self.unsafe[: self.cells] | lasting | (False if also is None else also)
        self.hidden = self._whole(self._together(hidden), True)
        self.asked = self._whole(np.ones(self.cells, bool), False)
        self.worlds: list[World] = []
        self.top, self.bottom = np.zeros(self.hidden.size), np.zeros(self.hidden.size)
        room, down = reach(cube, before.known)
        beyond = self.moves.reach(*(np.where(before.known, 0.0, far) for far in (room, down)))
        self.reach = np.concatenate([room, beyond[0]]), np.concatenate([down, beyond[1]])
        self._know_of(np.arange(0))
        need = np.maximum(percent / 100 * np.concatenate([np.abs(cube.weight), self.moves.by]), 1.0)
        room, down = self.reach
        self.up, self.low = np.minimum(need, room), np.minimum(need, down)
        self.span = np.minimum(2 * need, room + down)
        self.one_way = np.minimum(2 * need, room), np.minimum(2 * need, down)

    @property
    def protected(self) -> Protected:
        """What was found."""
        number, olds = len(self.worlds), len(self.before.worlds)
        worlds = np.array([one.differences for one in self.worlds]).reshape(number, self.cells)
        shares = np.array([one.shares for one in self.worlds]).reshape(number, olds)
        return Protected(self.hidden[: self.cells], worlds, shares)

    def _know_of(self, moves: Ints) -> None:
        """Have the program know of some moves: it takes the longer, the more there are."""
        from projections.disclosure.program import Program  # noqa: PLC0415 - what solves it takes long to import
        from projections.disclosure.ties import Ties  # noqa: PLC0415

        cube, before = self.cube, self.before
        ties = Ties(cube, before.unchanged, before.known, before.worlds, [before.moves[one] for one in moves])
        cost = (1 + np.log1p(cube.undertakings)) * 3.0 ** (cube.depth.max(initial=0) - cube.depth)
        self.within = np.concatenate([np.arange(self.cells), self.cells + moves])
        room, down = (far[self.within] for far in self.reach)
        self.program = Program(ties, room, down, np.concatenate([cost, np.zeros(moves.size)]))

    def keep_old_worlds(self) -> None:
        """Every world of the last publication must go on: what it protected then is protected by it for good."""
        for number, world in enumerate(self.before.worlds):
            if self._goes_on(world):
                mixture = np.eye(len(self.before.worlds))[number]
                if not any(self._keep(self._world(NOTHING, spread=more, mixture=mixture)) for more in (False, True)):
                    raise Unprotectable("a cell hidden before would follow from what is to be published now")

    def protect_all(self) -> None:
        """Protect the cells, and then the moves: the worlds of those leave few of these to be protected."""
        self._protect()
        self.asked[:] = True
        self._know_of(self._unmet() - self.cells)
        self._protect()

    def _protect(self) -> None:
        """Find worlds until every hidden cell is protected; hide more cells where there are none."""
        while (wanted := self._unmet()).size:
            if wanted.size > FEW and self._search():
                continue
            if self._settle_many():
                continue
            settled = [self._settle(int(one)) for one in self.random.permutation(self._unmet()) if self._lacks()[one]]
            if not any(settled):
                raise Unprotectable("no world protects a cell")

    def _search(self) -> bool:
        """Look for worlds with the cells hidden so far, for many cells at once; whether all are protected."""
        fruitless = 0
        for _ in range(ROUNDS):
            wanted = self._unmet()
            if not wanted.size or fruitless == 3:
                break
            self._keep(self._world(self._wish(wanted, self._signs(wanted)), spread=False))
            fruitless = fruitless + 1 if self._unmet().size == wanted.size else 0
        return not self._unmet().size

    def _settle_many(self) -> bool:
        """Protect part of many cells together, where that is possible; whether it was tried and got on.

        Of very many cells it gets on where any is wider, or more is hidden: one by one would take hours.
        """
        unmet = self._unmet()
        if unmet.size <= MANY:
            return False
        some = np.sort(self.random.choice(unmet, unmet.size // 8, replace=False))
        hidden, wide = self.hidden.sum(), self.top - self.bottom
        self._keep(self._world(self._wish(some, self._signs(some)), spread=True))
        if unmet.size > VERY_MANY:
            return bool(self.hidden.sum() > hidden or (self.top - self.bottom > wide + EPSILON)[unmet].any())
        return bool(some.size and not self._lacks()[some].all())

    def _settle(self, cell: int) -> bool:
        """Protect one cell, in the directions it lacks, by hiding what that takes; whether it got on."""
        before = self.top[cell] - self.bottom[cell]
        for sign in self._lacking(cell):
            wish = self._wish(np.array([cell]), np.array([sign]))._replace(must=True)
            self._keep(self._world(wish, spread=True))
            if not self._lacks()[cell]:
                break
        return bool(self.top[cell] - self.bottom[cell] > before)

    def _unmet(self) -> Ints:
        return np.flatnonzero(self._lacks())

    def _lacks(self) -> Flags:
        """An unsafe cell needs to be able to be higher and lower; another hidden one, to lie in as wide a span."""
        unsafe = (self.top < self.up - EPSILON) | (-self.bottom < self.low - EPSILON)
        other = self.top - self.bottom < self.span - EPSILON
        return self.hidden & self.asked & np.where(self.unsafe, unsafe, other)

    def _lacking(self, cell: int) -> list[float]:
        """The directions that a cell still lacks; both, where it lacks but width."""
        ways = zip((1.0, -1.0), self._ways(cell), strict=True)
        return [sign for sign, lacks in ways if lacks] or [1.0, -1.0]

    def _ways(self, cells: Ints | int) -> tuple[Flags, Flags]:
        """Whether cells still need to be higher, and lower."""
        higher: Flags = self.top[cells] < self.up[cells] - EPSILON
        lower: Flags = -self.bottom[cells] < self.low[cells] - EPSILON
        return higher, lower

    def _signs(self, cells: Ints) -> Floats:
        """One direction for each cell, by lot: worlds in which all go the same way are rare."""
        higher, lower = self._ways(cells)
        return np.where(higher == lower, self.random.choice([1.0, -1.0], cells.size), np.where(higher, 1.0, -1.0))

    def _wish(self, cells: Ints, signs: Floats) -> Wish:
        higher, lower = self.one_way
        unsafe = np.where(signs > 0, self.up[cells], self.low[cells])
        goals = np.where(self.unsafe[cells], unsafe, np.where(signs > 0, higher[cells], lower[cells]))
        return Wish(cells, signs, goals)

    def _world(self, wish: Wish, *, spread: bool, mixture: Floats | None = None) -> World | None:
        """The world of a wish, among hidden cells; with `spread` others may be hidden for it."""
        free = self._whole(~self.before.known, True)[self.within] & (self.hidden[self.within] | spread)
        self.effort -= int(free.sum())
        if self.effort < 0:
            raise TooMuch("it takes too long to find worlds")
        wish = wish._replace(cells=np.searchsorted(self.within, wish.cells))
        found = self.program.world(free, self.hidden[self.within], wish, mixture)
        return None if found is None else found._replace(differences=found.differences[: self.cells])

    def _keep(self, world: World | None) -> bool:
        """Keep a world that protects something more, and hide what differs in it; whether it was kept."""
        if world is None:
            return False
        differences = world.differences
        off = np.concatenate([differences, self.moves.off(world)])
        hides = (np.abs(differences) > EPSILON) & ~self.hidden[: self.cells]
        top, bottom = np.maximum(self.top, off), np.minimum(self.bottom, off)
        farther = (top > self.top + EPSILON) | (bottom < self.bottom - EPSILON)
        if not (farther[self._lacks()].any() or hides.any() or self._goes_on(differences)):
            return False
        self.worlds.append(world)
        self.top, self.bottom = top, bottom
        self.hidden[: self.cells] = self._together(self.hidden[: self.cells] | hides)
        return True

    def _whole(self, told: Flags, of_moves: bool) -> Flags:
        """What is told of each cell, and of all moves behind them."""
        return np.concatenate([told, np.full(len(self.moves), of_moves)])

    def _together(self, hidden: Flags) -> Flags:
        """What is hidden, with the rest of each group; what is known already cannot be hidden."""
        group = self.cube.group
        found: Flags = np.isin(group, group[hidden]) & ~self.before.known
        return found

    def _goes_on(self, world: Floats) -> bool:
        """Whether a world differs in a cell that has not changed since it was hidden."""
        return bool((np.abs(world[self.before.unchanged]) > EPSILON).any())
