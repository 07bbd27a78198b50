"""Flows: what an outsider knows of a stock and of what comes to it and leaves it, from one year to the next.

Who was active in a year, with who entered in the next and without who left, is who is active in the next: three figures
tell the fourth, though they stand in different cells, years and measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from projections.counting.indicator import Flows, Indicator
from projections.disclosure.layout import MEASURE, Key

YEAR = "year"
CLOSE = 1e-3
"""Less than this is nothing: what is counted is whole."""
Floats = npt.NDArray[np.float64]
Cells = dict[str, int]
"""The cells of a place in one year, by their measures."""


class Balance(NamedTuple):
    """Cells that together come to nothing in every world, or that cannot come to less than nothing.

    `row`: how many times each is taken. `room`: how much less it can come to; none, where it is the same everywhere.
    """

    row: dict[int, float]
    room: float | None = None


def balances(indicator: Indicator, index: Mapping[Key, int], weight: Floats) -> list[Balance]:
    """Every balance between the cells of an indicator that declares flows. A cell that is not there is nothing."""
    if indicator.flows is None:
        return []
    places: dict[Key, dict[int | None, Cells]] = {}
    for key, number in index.items():
        told, rest = dict(key), tuple(part for part in key if part[0] not in (MEASURE, YEAR))
        year = told.get(YEAR)
        places.setdefault(rest, {}).setdefault(int(year) if year else None, {})[str(told[MEASURE])] = number
    last = max((year for years in places.values() for year in years if year), default=0)
    return [
        balance
        for place, years in places.items()
        for balance in _Place(indicator.flows, years, weight).balances(last, alone=indicator.flows.of in dict(place))
    ]


class _Place(NamedTuple):
    """The cells of a place in all years; of no year, those of all years together."""

    flows: Flows
    years: dict[int | None, Cells]
    weight: Floats

    def balances(self, last: int, *, alone: bool) -> Iterator[Balance]:
        """Those of each year and of years in turn; `alone`: where nobody can come or leave and stay at once."""
        stock, entries, exits = self.flows.stock, self.flows.entries, self.flows.exits
        for cells in self.years.values():
            for name in (*entries, *exits):
                yield from self._no_less(_row(cells, {stock: 1, name: -1}))
        yield from self._no_less(_row(self.years.get(None, {}), dict.fromkeys(entries, 1) | {stock: -1}))
        told = {year for year in self.years if year}
        for year in sorted({*told, *(year - 1 for year in told)} - {last}):
            now, then = (self.years.get(at, {}) for at in (year, year + 1))
            came = _row(now, {stock: 1}) | _row(then, dict.fromkeys(entries, 1) | {stock: -1})
            left = _row(now, dict.fromkeys(exits, 1) | {stock: -1}) | _row(then, {stock: 1})
            whole = came | _row(now, dict.fromkeys(exits, -1))
            if alone and whole and abs(self._comes_to(whole)) < CLOSE:
                yield Balance(whole)
            else:
                yield from self._no_less(came)
                yield from self._no_less(left)

    def _no_less(self, row: dict[int, float]) -> Iterator[Balance]:
        """Where it is so: a dossier that moves from one place to another comes and leaves without a measure."""
        room = self._comes_to(row)
        if room > -CLOSE and min(row.values(), default=0) < 0:
            yield Balance(row, max(0.0, room))

    def _comes_to(self, row: dict[int, float]) -> float:
        return sum(times * float(self.weight[cell]) for cell, times in row.items())


def _row(cells: Cells, times: Mapping[str, float]) -> dict[int, float]:
    return {cells[name]: number for name, number in times.items() if name in cells}
