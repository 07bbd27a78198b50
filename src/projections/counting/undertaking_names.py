"""Names of undertakings: enterprises that are one on a day, each with the lowest number among them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import date
from weakref import ReferenceType, ref

import pyarrow as pa
import pyarrow.compute as pc

_MADE: deque[tuple[ReferenceType[pa.Table], date | None, pa.Table]] = deque(maxlen=8)
"""Of which ties, on which day, and the names: every figure counted over the same facts asks for them."""


def undertaking_names(ties: pa.Table, day: date | None) -> pa.Table:
    """Enterprise -> undertaking, for those tied to another on the day; any other is an undertaking by itself."""
    for of, on, known in tuple(_MADE):
        if of() is ties and on == day:
            return known
    made = _names(_tied_on(ties, day))
    _MADE.append((ref(ties), day, made))
    return made


def _tied_on(ties: pa.Table, day: date | None) -> Iterable[tuple[str, str]]:
    """The enterprises that are tied on a day."""
    if day is None:
        return ()
    until = pc.fill_null(pc.greater(ties["until_on"], day), fill_value=True)
    held = ties.filter(pc.and_(pc.less_equal(ties["from_on"], day), until))
    return zip(held["enterprise"].to_pylist(), held["other"].to_pylist(), strict=True)


def _names(tied: Iterable[tuple[str, str]]) -> pa.Table:
    lowest: dict[str, str] = {}

    def root(number: str) -> str:
        path = [number]
        while (above := lowest.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(above)
        lowest.update(dict.fromkeys(path, path[-1]))
        return path[-1]

    for one, other in tied:
        first, second = sorted((root(one), root(other)))
        lowest[second] = first
    names = sorted(lowest)
    return pa.table({"enterprise": pa.array(names, pa.string()),
                     "undertaking": pa.array([root(name) for name in names], pa.string())})  # fmt: skip
