"""Two publications of one indicator say more than each alone: what has changed between them follows, by difference.

So a cell is shown again only when as many undertakings have changed in it, since any earlier publication that showed
it, as a cell needs at all; and a cell hidden before stays as uncertain as it was. An outsider is taken to know which
cells have not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from projections.counting.engine import fresh
from projections.counting.indicator import Indicator
from projections.disclosure.cells import dominated
from projections.disclosure.cube import Cube, Flags, Floats
from projections.disclosure.layers import Layer
from projections.disclosure.layout import Grouping, Key, fixed, groupings
from projections.disclosure.moves import Move
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import Before, Unprotectable
from projections.disclosure.publication import Publication


class Part(NamedTuple):
    """What has changed of a part of a cell: by how much in all, and the largest of the undertakings."""

    total: float | None
    largest: Sequence[float] | None

    def dominated(self, rule: Parameters) -> bool:
        """Whether one undertaking makes too much of it; not where none has changed."""
        return bool(self.total) and dominated(self.total or 0.0, self.largest or (), rule)


class Change(NamedTuple):
    """What has changed in a cell: of how many undertakings; in the whole of it, and in those treated and not.

    `adds`: whether anything has that adds up, and not only who adds nothing.
    """

    undertakings: int
    adds: bool
    whole: Part
    treated: Part
    untreated: Part

    def tells(self, rule: Parameters, indicator: Indicator) -> bool:
        """Whether the difference says too much of one undertaking."""
        if self.undertakings < rule.threshold:
            return True
        if indicator.value == "difference-in-differences":
            return self.treated.dominated(rule) or self.untreated.dominated(rule)
        return indicator.value in ("sum", "by-measure") and self.whole.dominated(rule)

    def moved(self, indicator: Indicator) -> float:
        """How much has changed in all, also where some rise as others fall."""
        return (self.whole.total or 0.0) if indicator.value in ("sum", "mean", "by-measure") else self.undertakings


def changes(
    indicator: Indicator, tables: Sequence[Grouping], before: pa.Table, after: pa.Table, rule: Parameters
) -> dict[Key, Change]:
    """Every cell whose cases are others than they were."""
    found: dict[Key, Change] = {}
    once = "DISTINCT " if indicator.value == "distinct" else ""  # who counts once is no other for one row more
    with fresh() as database:
        database.register("before", before)
        database.register("after", after)
        for grouping in groupings(tables):
            names = sorted({*grouping, *fixed(indicator)})
            own = "".join(f'"{name}", ' for name in names)
            part = f"SELECT {once}{own} undertaking, amount, counted, treated"  # declared names
            parts = "".join(
                f", sum(abs({name})), max(abs({name}), {max(2, rule.largest)})" for name in ("moved", "arm", "other")
            )
            statement = (
                f"SELECT {own} count(*), bool_or(adds){parts} FROM ("  # noqa: S608
                f"SELECT {own} undertaking, bool_or(amount <> 0) AS adds, sum(amount * number) AS moved, "
                "sum(amount * number) FILTER (treated) AS arm, sum(amount * number) FILTER (NOT treated) AS other "
                f"FROM (SELECT {own} undertaking, amount, treated, sum(sign) AS number FROM "
                f"({part}, 1 AS sign FROM after UNION ALL {part}, -1 AS sign FROM before) "
                f"GROUP BY {own} undertaking, amount, counted, treated HAVING sum(sign) <> 0"
                f") GROUP BY {own} undertaking) {f'GROUP BY {own[:-2]}' if names else ''} HAVING count(*) > 0"
            )
            for row in database.execute(statement).fetchall():
                undertakings, adds, *told = row[len(names) :]
                key = tuple(zip(names, row, strict=False))
                found[key] = Change(undertakings, adds, Part(*told[:2]), Part(*told[2:4]), Part(*told[4:]))
    return found


def since(
    layer: Layer, now: pa.Table, cube: Cube, published: Sequence[Publication], rule: Parameters
) -> tuple[Before, Flags]:
    """What earlier publications tell of the cells of a new one, and which of these their difference would give away.

    Raises Unprotectable when what was hidden long ago is back as it was: no world is kept for that.
    """
    size = len(cube.keys)
    known, unchanged, telling = np.zeros(size, bool), np.zeros(size, bool), np.zeros(size, bool)
    moves: list[Move] = []
    moving = True
    for publication, mixed in traced(published):
        changed = changes(layer.indicator, layer.tables, layer.cases(publication.contributions), now, rule)
        still = np.zeros(size, bool)
        for place, key in enumerate(cube.keys):
            old = publication.index.get(layer.key(key))
            if old is None:
                continue
            change, hid = changed.get(key), bool(publication.hidden[old])
            if change is None or not (change.adds or layer.alone):
                known[place] |= not hid
                still[place] = hid
            elif change.tells(rule, layer.indicator):
                gap = abs(cube.weight[place] - publication.weight[old])
                telling[place] |= not hid or publication.spread[old] < 2 * rule.percent / 100 * gap
                if hid and mixed is not None:
                    by = max(gap, change.moved(layer.indicator))
                    moves.append(Move(place, by, mixed @ publication.worlds[:, old]))
        if moving:
            unchanged, moving = still, False
        elif (still & ~unchanged & ~known).any():
            raise Unprotectable("a cell is again as it was when it was hidden")
    unchanged &= ~known
    worlds = np.where(unchanged, _placed(layer, cube, published), 0.0)  # of changed cells they say nothing
    return Before(known, unchanged, worlds, moves), telling & ~known


def traced(published: Sequence[Publication]) -> Iterator[tuple[Publication, Floats | None]]:
    """Publications, the newest first, each with what mixture of its worlds each world of the newest goes with.

    None where that is not known: older programs did not keep it.
    """
    mixed: Floats | None = np.eye(len(published[-1].worlds)) if published else None
    for publication in reversed(published):
        number, shares = len(publication.worlds), publication.shares
        if mixed is not None and mixed.shape[1] != number:
            mixed = None  # nothing that any program wrote: an audit tells of it, and goes on
        yield publication, mixed
        mixed = None if mixed is None or shares is None or len(shares) != number else mixed @ shares


def _placed(layer: Layer, cube: Cube, published: Sequence[Publication]) -> Floats:
    """The worlds of the last publication, over the cells of the new one."""
    if not published:
        return np.zeros((0, len(cube.keys)))
    last = published[-1]
    worlds = np.zeros((len(last.worlds), len(cube.keys)))
    for place, key in enumerate(cube.keys):
        if (old := last.index.get(layer.key(key))) is not None:
            worlds[:, place] = last.worlds[:, old]
    return worlds
