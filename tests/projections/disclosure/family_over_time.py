"""Whoever keeps all that was ever published of a family, and knows which of its cells have not changed.

A cell of which nobody is another than before is one unknown, whatever publication tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse
from tests.projections.disclosure.family import RULE, SLACK, WORTH, Cell, Dossier, Outsider, Seen, Unknown

from projections.disclosure.publication import Publication

Whose = frozenset[tuple[int, float]]
"""Who counts in a cell, and for how much."""
Floats = npt.NDArray[np.float64]
OPTIONS: dict[str, bool | int | str] = {"output_flag": False, "threads": 1, "presolve": "off", "simplex_strategy": 4}
"""The primal simplex: where it was is a corner of what is asked next."""


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
        columns = [
            [self.place.setdefault((unknown, told[unknown]), len(self.place)) for unknown in outsider.place]
            for outsider, told in zip(self.outsiders, self.whose, strict=True)
        ]
        ends = np.concatenate([outsider.ends for outsider in self.outsiders])
        wide = (self._wide(one.rows.tocoo(), at) for one, at in zip(self.outsiders, columns, strict=True))
        self.known = _Known(sparse.vstack(list(wide)).tocsc(), ends)

    @property
    def moments(self) -> list[Moment]:
        """Each moment by itself."""
        return [Moment(self, number) for number in range(len(self.outsiders))]

    def bounds(self, *signed: tuple[int, Unknown, float]) -> tuple[float, float]:
        """Between what a sum of unknowns, each of a moment and with a sign, lies; where there is no cell is nobody."""
        wanted = np.zeros(len(self.place))
        for number, unknown, sign in signed:
            if unknown in self.whose[number]:
                wanted[self.place[unknown, self.whose[number][unknown]]] += sign
        return -self.known.most(-wanted), self.known.most(wanted)

    def told_changes(self, before: int, after: int) -> Iterator[tuple[Unknown, float, float, float]]:
        """The changes of one or two dossiers that cannot be p % more and p % less, or one more and one less."""
        for unknown in counts(self.outsiders[before]) | counts(self.outsiders[after]):
            old, new = (self.whose[number].get(unknown, frozenset()) for number in (before, after))
            if not 0 < len({who for who, _ in old ^ new}) < RULE.threshold:
                continue
            moved = sum(worth for _, worth in new) - sum(worth for _, worth in old)
            need = max(RULE.percent / 100 * abs(moved), 1.0)
            low, high = self.bounds((after, unknown, 1.0), (before, unknown, -1.0))
            if low > moved - need + SLACK or high < moved + need - SLACK:
                yield unknown, moved, low, high

    def _wide(self, matrix: sparse.coo_matrix, columns: Sequence[int]) -> sparse.coo_matrix:
        at = np.array(columns)[matrix.col]
        return sparse.coo_matrix((matrix.data, (matrix.row, at)), shape=(matrix.shape[0], len(self.place)))


class _Known:
    """What is known of unknowns, none of which is negative; asked again, it goes on from where it was."""

    def __init__(self, matrix: sparse.csc_matrix, ends: Floats) -> None:
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in OPTIONS.items():
            self.solver.setOptionValue(name, value)
        height, width = matrix.shape
        zero, all_ = np.zeros(width), np.full(width, np.inf)
        entries = matrix.indptr, matrix.indices, matrix.data
        way, sense = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize)
        least, most = ends[:, 0].copy(), ends[:, 1].copy()
        real = np.zeros(width, dtype=np.int32)
        self.columns = np.arange(width, dtype=np.int32)
        passed = self.solver.passModel(
            width, height, matrix.nnz, way, sense, 0.0, zero, zero, all_, least, most, *entries, real
        )
        assert passed == highspy.HighsStatus.kOk

    def most(self, wanted: Floats) -> float:
        """What a sum of unknowns comes to at most."""
        self.solver.changeColsCost(self.columns.size, self.columns, -wanted)
        self.solver.run()
        found = self.solver.getModelStatus()
        if found in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return np.inf
        assert found == highspy.HighsModelStatus.kOptimal, found
        return float(-self.solver.getInfo().objective_function_value)


def whose(dossiers: Sequence[Dossier], unknown: Unknown) -> Whose:
    """Who counts in an unknown: nobody who adds nothing to it."""
    what, cell = unknown
    kind, *at_opening = what.split()
    worth = ((who, float(WORTH[kind](one))) for who, one in enumerate(dossiers) if belongs(one, cell, at_opening))
    return frozenset((who, counted) for who, counted in worth if counted)


def belongs(one: Dossier, cell: Cell, at_opening: Sequence[str]) -> bool:
    """Whether a dossier is of a cell, by its phase today or at its opening."""
    told = one._asdict() | ({"phase": one.opened_in} if at_opening == ["True"] else {})
    return all(value in one.agencies if name == "agency" else told[name] == value for name, value in cell)


def counts(outsider: Outsider) -> set[Unknown]:
    """The counts of a moment."""
    return {one.value for one in outsider.seen if one.indicator in ("entrepreneurs-by-phase", "conversion")}
