"""What is wished of a world: known without the library that finds one."""

from __future__ import annotations

from typing import NamedTuple

from projections.disclosure.cube import Flags, Floats, Ints

EPSILON = 1e-6


class World(NamedTuple):
    """The differences of a world from the truth, and which mixture of old worlds it goes with."""

    differences: Floats
    shares: Floats


class Wish(NamedTuple):
    """Cells that are to be higher (sign 1) or lower (-1) by a goal each; `must`: or there is no world at all."""

    cells: Ints
    signs: Floats
    goals: Floats
    must: bool = False

    def among(self, free: Flags) -> Wish:
        """What of it concerns cells that may differ."""
        able = free[self.cells]
        return Wish(self.cells[able], self.signs[able], self.goals[able], self.must)
