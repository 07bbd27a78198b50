"""Levels: one answer protected from the coarse to the fine, so that every answer hides the same of each margin.

What is hidden of a margin is decided by that margin and coarser ones alone; a finer table takes it as it is, and hides
more of its own cells until nothing follows that does not from its margins. So two answers at one position agree
wherever they overlap, whatever each was asked by, and an answer takes as long as its own table does. A cell that is
decided before its parts must be large enough to shelter them: see `sheltering`.

Source: P.-P. de Wolf, "HiTaS: a heuristic approach to cell suppression in hierarchical tables", Inference Control in
Statistical Databases, LNCS 2316 (2002).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np

from projections.disclosure.cube import Cube, Flags
from projections.disclosure.layout import Grouping, Key, groupings
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import Before, Unprotectable, protect

EFFORT = 25_000
"""Cells of all programs of a level together: a few seconds. What is divided more finely is hidden whole."""


DEEPEST = 4
"""Dimensions of a table that is protected; one of more has hardly a cell of three undertakings, and is hidden whole."""


def sheltering(rule: Parameters) -> Parameters:
    """The rule for cells whose parts are decided after them."""
    return rule._replace(sheltering=True)


class Everything:
    """Every cell."""

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[Key]:
        return iter(())

    def __len__(self) -> int:
        return 1


def hidden_by_levels(make: Callable[[Grouping], Cube], own: Grouping, percent: float) -> Collection[Key]:
    """Which cells of one cross table and its margins to hide; `make` gives the cube of a table and its margins."""
    if len(own) > DEEPEST:
        return Everything()
    known: dict[Key, bool] = {}
    for part in groupings([own]):
        level = make(part)
        known |= dict(zip(level.keys, _hidden(level, known, percent).tolist(), strict=True))
    return frozenset(key for key, hides in known.items() if hides)


def _hidden(level: Cube, known: dict[Key, bool], percent: float) -> Flags:
    """The cells to hide where those of coarser levels are known; all of the finest where nothing less would do."""
    size = len(level.keys)
    hidden = np.array([known.get(key, False) for key in level.keys], dtype=bool)
    shown = np.array([not known.get(key, True) for key in level.keys], dtype=bool)
    before = Before(shown, np.zeros(size, bool), np.zeros((0, size)))
    try:
        return protect(level, level.unsafe, percent, before, also=hidden, effort=EFFORT).hidden
    except Unprotectable:
        return ~shown
