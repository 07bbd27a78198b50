"""The cube: every published cell of an indicator with all its margins, and what one undertaking adds to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from projections.counting.indicator import Indicator
from projections.disclosure.cells import Cells
from projections.disclosure.flows import Balance, balances
from projections.disclosure.layout import MEASURE, Grouping, Key, added_up, fixed, groupings
from projections.disclosure.nesting import nestings
from projections.disclosure.parameters import Parameters

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
ADDING = ("count", "sum", "mean")
"""Values of which parts share nothing, whatever the whole is divided by."""


class Sum(NamedTuple):
    """A cell and those it is the sum of, but for what several of them count: none, where they share nothing.

    `further`: by another dimension than the first, from which it would follow if nothing were shared anywhere.
    """

    whole: int
    parts: list[int]
    shared: float = 0.0
    further: bool = False


@dataclass(frozen=True)
class Cube:
    """Cells with what adds up in them, the sums between them, and what their years tell of each other.

    `weight` is what adds up: the amount of sums and means, the number of rows or undertakings of the others. `room` and
    `down` are how far an outsider knows it could be higher, and lower. Cells of one `group` are hidden together.
    """

    keys: list[Key]
    weight: Floats
    room: Floats
    down: Floats
    undertakings: Ints
    unsafe: Flags
    sums: list[Sum]
    group: Ints
    index: dict[Key, int] = field(repr=False)
    balances: list[Balance] = field(default_factory=list, repr=False)

    @property
    def depth(self) -> Floats:
        """How many dimensions each cell has."""
        return np.array([len(key) for key in self.keys], dtype=float)


def cube(indicator: Indicator, tables: Sequence[Grouping], cases: pa.Table, rule: Parameters) -> Cube:
    """The cells of cross tables and their margins, counted from an indicator's cases; always in the same order."""
    return cube_of(Cells(indicator, cases, rule), tables)


def cube_of(cells: Cells, tables: Sequence[Grouping]) -> Cube:
    """The same, of cells that may have been counted before."""
    indicator, found = cells.indicator, cells.of(groupings(tables))
    keys = [cell.key for cell in found]
    index = {key: number for number, key in enumerate(keys)}
    weight = np.array([cell.weight for cell in found], dtype=float)
    sums = [*_margins(indicator, tables, keys, weight, index), *_identities(keys, weight, index)]
    return Cube(
        keys,
        weight,
        np.array([cell.room for cell in found], dtype=float),
        np.full(len(keys), np.inf) if (weight < 0).any() else np.abs(weight),
        np.array([cell.undertakings for cell in found], dtype=np.int64),
        np.array([cell.unsafe for cell in found], dtype=bool),
        sums,
        _groups(indicator, keys),
        index,
        [*balances(indicator, index, weight), *nestings(indicator, index, weight, divided(sums))],
    )


def divided(sums: Iterable[Sum]) -> set[int]:
    """The cells that their parts add up to: what holds of each part holds of them."""
    return {one.whole for one in sums if not one.shared}


def _margins(
    indicator: Indicator, tables: Sequence[Grouping], keys: Sequence[Key], weight: Floats, index: dict[Key, int]
) -> list[Sum]:
    """Each margin as the sum of the cells one dimension finer, in each table it belongs to.

    By one dimension, where the other sums follow from it; by each, where parts may share something.
    """
    always = set(fixed(indicator)) - set(added_up(indicator))
    names = [tuple(dimension for dimension, _ in key if dimension not in always) for key in keys]
    by = _divided(tables)
    parts: dict[tuple[int, str], list[int]] = {}
    for number, key in enumerate(keys):
        for name in names[number]:
            further = by.get((tuple(one for one in names[number] if one != name), name))
            if further is False or (further and indicator.value not in ADDING):
                parent = index[tuple(part for part in key if part[0] != name)]
                parts.setdefault((parent, name), []).append(number)
    return [
        Sum(whole, own, _shared(weight, whole, own), by[names[whole], name]) for (whole, name), own in parts.items()
    ]


def _divided(tables: Sequence[Grouping]) -> dict[tuple[Grouping, str], bool]:
    """By which dimensions each margin is divided in some table; whether only by further ones than the first there."""
    found: dict[tuple[Grouping, str], bool] = {}
    for table in tables:
        for part in groupings([table]):
            for place, name in enumerate(name for name in table if name not in part):
                found[part, name] = found.get((part, name), True) and place > 0
    return found


def _shared(weight: Floats, whole: int, parts: list[int]) -> float:
    """What is counted in several parts, such as a dossier that several agencies support."""
    gap = float(weight[parts].sum() - weight[whole])
    return gap if gap > 1e-6 * max(1.0, abs(float(weight[whole]))) else 0.0


def _identities(keys: Sequence[Key], weight: Floats, index: dict[Key, int]) -> list[Sum]:
    """Measures of which one is the sum of two others in every cell, like after = before + change."""
    by_cell: dict[Key, dict[str, int]] = {}
    for number, key in enumerate(keys):
        measure = dict(key).get(MEASURE)
        if measure is not None:
            by_cell.setdefault(tuple(part for part in key if part[0] != MEASURE), {})[measure] = number
    names = sorted({name for cells in by_cell.values() for name in cells})
    found: list[Sum] = []
    for first, second in combinations(names, 2):
        for whole in sorted(set(names) - {first, second}):
            equal = [(c[whole], [c[first], c[second]]) for c in by_cell.values() if {whole, first, second} <= c.keys()]
            if len(equal) > 1 and all(np.isclose(weight[w], weight[own].sum()) for w, own in equal):
                found += [Sum(w, own) for w, own in equal]
    return found


def _groups(indicator: Indicator, keys: Sequence[Key]) -> Ints:
    """Sums of several measures are hidden together: of what is used and what is left, one tells the other."""
    together = indicator.value == "sum"
    numbers: dict[Key, int] = {}
    return np.array(
        [numbers.setdefault(tuple(p for p in key if not together or p[0] != MEASURE), len(numbers)) for key in keys],
        dtype=np.int64,
    )
