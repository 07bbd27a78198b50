"""Layers: what of an indicator is protected; its values, and the numbers behind them where others count the same.

A layer has cells like a table of its own. Those of several indicators that count the same dossiers are tied: what one
shows, another does not hide.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from projections.counting.indicator import Counted, Indicator, catalogue
from projections.disclosure.layout import NUMBER, Grouping, Key, cases, tables


class Layer(NamedTuple):
    """An indicator, as the values of this layer are made, and which of them count dossiers as others do."""

    indicator: Indicator
    counted: tuple[Counted, ...]
    number: bool = False
    each: str | None = None
    """The dimension of which its values count every value."""
    alone: bool = True
    """Whether no layer of numbers stands beside its values: who adds nothing to those is counted there."""

    @property
    def tables(self) -> list[Grouping]:
        """The cross tables that are published of it."""
        return tables(self.indicator)

    @property
    def narrow(self) -> int:
        """How many conditions stand between what it counts and all dossiers."""
        return min(
            (
                len(one.where) + len(one.of) + len(one.apart) + one.number + (one.but is not None)
                for one in self.counted
            ),
            default=0,
        )

    def cases(self, rows: pa.Table) -> pa.Table:
        """What its cells are made of."""
        found = cases(self.indicator, rows)
        if not self.number:
            return found
        once = pa.array(np.ones(found.num_rows))
        return found.set_column(found.column_names.index("amount"), "amount", once)

    def key(self, cell: Key) -> Key:
        """How a publication names a cell of this layer."""
        return (*cell, NUMBER) if self.number else cell

    def common(self, cell: Key) -> tuple[Key, Counted] | None:
        """The dossiers that a cell counts, by what they are today, and how that is declared; None where it does not."""
        told = dict(cell)
        for one in self.counted:
            if told.keys().isdisjoint(one.apart) and all(told.get(name) == value for name, value in one.where.items()):
                kept = {name: value for name, value in told.items() if name not in one.where}
                return tuple(sorted((kept | one.of).items())), one
        return None


def layers(indicator: Indicator) -> list[Layer]:
    """The layers of an indicator: its values, and its numbers where it declares what they count."""
    each = next((one.each for one in indicator.counts if one.each), None)
    cells = [one for one in indicator.counts if not one.each]
    values, numbers = ([one for one in cells if one.number is number] for number in (False, True))
    found = [Layer(indicator, tuple(values), each=each, alone=not numbers)]
    if numbers:
        rows = indicator.model_copy(update={"value": "count"})
        found.append(Layer(rows, tuple(numbers), number=True))
    return found


def family(indicator: Indicator) -> list[Indicator]:
    """The indicators that are published together with this one, by name: all that count dossiers, or this one alone."""
    if not indicator.counts:
        return [indicator]
    return [one for one in catalogue().values() if one.counts]
