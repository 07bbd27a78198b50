"""Whoever keeps all that was ever published of a family, and knows which of its cells have not changed.

A cell of which nobody is another than before is one unknown, whatever publication tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from tests.projections.disclosure.family import RULE, SLACK, WORTH, Cell, Dossier, Outsider, Seen, Unknown

from projections.disclosure.publication import Publication

Whose = frozenset[tuple[int, float]]
"""Who counts in a cell, and for how much."""


class Moment(NamedTuple):
    """What was published at once, as whoever keeps all publications reads it."""

    keeper: Keeper
    number: int

    @property
    def seen(self) -> list[Seen]:
        """Every cell of it."""
        return self.keeper.outsiders[self.number].seen

    @property
    def value(self) -> dict[Unknown, float]:
        """What its unknowns are."""
        return self.keeper.outsiders[self.number].value

    def bounds(self, unknown: Unknown) -> tuple[float, float]:
        """Between what an unknown lies, by all publications."""
        return self.keeper.bounds((self.number, unknown, 1.0))


class Keeper:
    """Everything that follows from publications of several moments together."""

    def __init__(self, published: Sequence[tuple[Sequence[Publication], Sequence[Dossier]]]) -> None:
        self.outsiders = [Outsider(made, dossiers) for made, dossiers in published]
        self.whose = [
            {unknown: whose(dossiers, unknown) for unknown in outsider.place}
            for outsider, (_, dossiers) in zip(self.outsiders, published, strict=True)
        ]
        self.place: dict[tuple[Unknown, Whose], int] = {}
        self.columns = [
            [self.place.setdefault((unknown, told[unknown]), len(self.place)) for unknown in outsider.place]
            for outsider, told in zip(self.outsiders, self.whose, strict=True)
        ]
        self.right = np.concatenate([outsider.right for outsider in self.outsiders])
        self.matrix = sparse.vstack([
            self._wide(outsider.matrix.tocoo(), columns)
            for outsider, columns in zip(self.outsiders, self.columns, strict=True)
        ]).tocsc()  # fmt: skip

    @property
    def moments(self) -> list[Moment]:
        """Each moment by itself."""
        return [Moment(self, number) for number in range(len(self.outsiders))]

    def bounds(self, *signed: tuple[int, Unknown, float]) -> tuple[float, float]:
        """Between what a sum of unknowns, each of a moment and with a sign, lies."""
        wanted = np.zeros(len(self.place))
        for number, unknown, sign in signed:
            wanted[self.place[unknown, self.whose[number][unknown]]] += sign
        ends = []
        for sign in (1, -1):
            found = linprog(sign * wanted, A_ub=self.matrix, b_ub=self.right, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]

    def told_changes(self, before: int, after: int) -> Iterator[tuple[Unknown, float, float, float]]:
        """The changes of one or two dossiers that are known more closely than p %, or than by one."""
        old, new = (shown(self.outsiders[number]) for number in (before, after))
        for unknown in old.keys() & new.keys():
            changed = {who for who, _ in self.whose[before][unknown] ^ self.whose[after][unknown]}
            if not 0 < len(changed) < RULE.threshold:
                continue
            now = self.outsiders[after].value[unknown]
            moved = now - self.outsiders[before].value[unknown]
            need = max(RULE.percent / 100 * abs(moved), 1.0)
            low, high = self.bounds((after, unknown, 1.0), (before, unknown, -1.0))
            either = low <= moved - min(need, now) + SLACK and high >= moved + need - SLACK
            if not (either if old[unknown] else high - low >= 2 * need - SLACK):
                yield unknown, moved, low, high

    def _wide(self, matrix: sparse.coo_matrix, columns: Sequence[int]) -> sparse.coo_matrix:
        at = np.array(columns)[matrix.col]
        return sparse.coo_matrix((matrix.data, (matrix.row, at)), shape=(matrix.shape[0], len(self.place)))


def whose(dossiers: Sequence[Dossier], unknown: Unknown) -> Whose:
    """Who counts in an unknown: nobody who adds nothing to it."""
    what, cell = unknown
    kind, *at_opening = what.split()
    worth = ((who, float(WORTH[kind](one))) for who, one in enumerate(dossiers) if counts(one, cell, at_opening))
    return frozenset((who, counted) for who, counted in worth if counted)


def counts(one: Dossier, cell: Cell, at_opening: Sequence[str]) -> bool:
    """Whether a dossier is of a cell, by its phase today or at its opening."""
    told = one._asdict() | ({"phase": one.opened_in} if at_opening == ["True"] else {})
    return all(value in one.agencies if name == "agency" else told[name] == value for name, value in cell)


def shown(outsider: Outsider) -> dict[Unknown, bool]:
    """The counts of a moment, and whether any indicator shows them."""
    found: dict[Unknown, bool] = {}
    for one in outsider.seen:
        if one.indicator in ("entrepreneurs-by-phase", "conversion"):
            found[one.value] = found.get(one.value, False) or one.shown
    return found
