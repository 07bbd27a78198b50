"""An outsider with a linear program: what follows for each hidden cell from all that was published, and nothing else.

Written without the code it attacks: unknowns are the finest cells of each publication; what is shown gives equations;
a finest cell whose contributions have not changed since the publication before is the same unknown (an outsider is
taken to know that much); nothing is negative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

Contribution = tuple[tuple[str, ...], str, float]
"""(the values of all dimensions, the undertaking, the amount)."""
Cell = tuple[tuple[str, str | None], ...]


class Shown(NamedTuple):
    """A publication as an outsider has it: the cells shown, with their values; and what is behind it, for the judge."""

    values: dict[Cell, float]
    hidden: set[Cell]
    contributions: Sequence[Contribution]


class Attack:
    """All publications of one indicator together."""

    def __init__(self, dimensions: Sequence[str], publications: Sequence[Shown]) -> None:
        self.dimensions, self.publications = dimensions, publications
        self.unknowns = 0
        self.finest: list[dict[tuple[str, ...], int]] = []
        before: dict[tuple[str, ...], object] = {}
        for shown in publications:
            now = _content(shown.contributions)
            last = self.finest[-1] if self.finest else {}
            self.finest.append({at: last[at] if before.get(at) == now[at] else self._new() for at in now})
            before = now
        self.rows, self.right = self._equations()

    def _new(self) -> int:
        self.unknowns += 1
        return self.unknowns - 1

    def _parts(self, number: int, cell: Cell) -> list[int]:
        wanted = dict(cell)
        return [
            unknown
            for at, unknown in self.finest[number].items()
            if all(wanted.get(name, value) == value for name, value in zip(self.dimensions, at, strict=True))
        ]

    def _equations(self) -> tuple[sparse.csr_matrix, list[float]]:
        places: list[tuple[int, int]] = []
        right: list[float] = []
        for number, shown in enumerate(self.publications):
            for cell, value in shown.values.items():
                places += [(len(right), part) for part in self._parts(number, cell)]
                right.append(value)
        rows, columns = zip(*places, strict=True) if places else ((), ())
        ones = np.ones(len(places))
        return sparse.csr_matrix((ones, (rows, columns)), shape=(len(right), self.unknowns)), right

    def bounds(self, *signed: tuple[int, Cell, float]) -> tuple[float, float]:
        """Between which values a sum of (publication, cell, sign) must lie."""
        wanted = np.zeros(self.unknowns)
        for number, cell, sign in signed:
            for part in self._parts(number, cell):
                wanted[part] += sign
        if not wanted.any():
            return 0.0, 0.0
        ends = []
        for sign in (1, -1):
            given = {"A_eq": self.rows, "b_eq": self.right} if self.right else {}
            found = linprog(sign * wanted, bounds=(0, None), method="highs", **given)
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]


def _content(contributions: Iterable[Contribution]) -> dict[tuple[str, ...], object]:
    """Finest cell -> what each undertaking adds to it."""
    found: dict[tuple[str, ...], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for at, undertaking, amount in contributions:
        found[at][undertaking].append(amount)
    return {at: {who: sorted(amounts) for who, amounts in by.items()} for at, by in found.items()}


def cells(dimensions: Sequence[str], contributions: Iterable[Contribution]) -> dict[Cell, dict[str, float]]:
    """Every cell of the cross table and its margins: what each undertaking adds to it."""
    found: dict[Cell, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for at, undertaking, amount in contributions:
        named: list[tuple[str, str | None]] = list(zip(dimensions, at, strict=True))
        for size in range(len(named) + 1):
            for part in combinations(named, size):
                found[tuple(sorted(part))][undertaking] += amount
    return found
