"""Nesting: measures of which each counts some of those that the one before counts, so that it is never more."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from projections.counting.indicator import Indicator
from projections.disclosure.flows import CLOSE, Balance
from projections.disclosure.layout import MEASURE, Key


def nestings(
    indicator: Indicator, index: Mapping[Key, int], weight: npt.NDArray[np.float64], divided: Container[int]
) -> Iterator[Balance]:
    """What each measure leaves of the one before, in every cell: nothing at the least.

    Of cells that are `divided` it follows from their parts.
    """
    places: dict[Key, dict[str, int]] = {}
    for key, number in index.items() if indicator.nested else ():
        rest = tuple(part for part in key if part[0] != MEASURE)
        places.setdefault(rest, {})[str(dict(key)[MEASURE])] = number
    for cells in places.values():
        for outer, inner in pairwise([cells[name] for name in indicator.nested if name in cells]):
            room = float(weight[outer] - weight[inner])
            if room > -CLOSE and outer not in divided:
                yield Balance({outer: 1.0, inner: -1.0}, max(0.0, room))
