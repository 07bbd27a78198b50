"""Two publications of one indicator say more than each alone: what has changed between them follows, by difference.

So a cell is shown again only when as many undertakings have changed in it, since any earlier publication that showed
it, as a cell needs at all; and a cell hidden before stays as uncertain as it was. An outsider is taken to know which
cells have not changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from projections.disclosure.cube import Cube, Flags, Floats, dominated
from projections.disclosure.layout import Grouping, Key, cases, fixed, groupings
from projections.disclosure.parameters import Parameters
from projections.disclosure.protection import Before, Unprotectable
from projections.disclosure.publication import Publication
from projections.indicator import Indicator


class Change(NamedTuple):
    """What has changed in a cell: of how many undertakings, by how much in all, and the largest of them."""

    undertakings: int
    total: float
    largest: Sequence[float]

    def tells(self, rule: Parameters, *, sums: bool) -> bool:
        """Whether the difference says too much of one undertaking."""
        return self.undertakings < rule.threshold or (sums and dominated(self.total, self.largest, rule))


def changes(
    indicator: Indicator, tables: Sequence[Grouping], before: pa.Table, after: pa.Table, rule: Parameters
) -> dict[Key, Change]:
    """Every cell whose cases are others than they were."""
    found: dict[Key, Change] = {}
    with duckdb.connect() as database:
        database.register("before", before)
        database.register("after", after)
        for grouping in groupings(tables):
            names = sorted({*grouping, *fixed(indicator)})
            own = "".join(f'"{name}", ' for name in names)
            part = f"SELECT {own} undertaking, amount, counted, treated"  # declared names
            statement = (
                f"SELECT {own} count(*), sum(abs(moved)), max(abs(moved), {max(2, rule.largest)}) FROM ("  # noqa: S608
                f"SELECT {own} undertaking, sum(amount * number) AS moved FROM ("
                f"SELECT {own} undertaking, amount, sum(sign) AS number FROM "
                f"({part}, 1 AS sign FROM after UNION ALL {part}, -1 AS sign FROM before) "
                f"GROUP BY {own} undertaking, amount, counted, treated HAVING sum(sign) <> 0"
                f") GROUP BY {own} undertaking) {f'GROUP BY {own[:-2]}' if names else ''} HAVING count(*) > 0"
            )
            for *values, undertakings, total, largest in database.execute(statement).fetchall():
                found[tuple(zip(names, values, strict=True))] = Change(undertakings, total, largest)
    return found


def since(
    indicator: Indicator,
    tables: Sequence[Grouping],
    now: pa.Table,
    cube: Cube,
    published: Sequence[Publication],
    rule: Parameters,
) -> tuple[Before, Flags]:  # fmt: skip
    """What earlier publications tell of the cells of a new one, and which of these their difference would give away.

    Raises Unprotectable when what was hidden long ago is back as it was: no world is kept for that.
    """
    size = len(cube.keys)
    known, unchanged, telling = np.zeros(size, bool), np.zeros(size, bool), np.zeros(size, bool)
    moving = True
    for publication in reversed(published):
        changed = changes(indicator, tables, cases(indicator, publication.contributions), now, rule)
        still = np.zeros(size, bool)
        for place, key in enumerate(cube.keys):
            old = publication.index.get(key)
            if old is None:
                continue
            change, hid = changed.get(key), bool(publication.hidden[old])
            if change is None:
                known[place] |= not hid
                still[place] = hid
            elif change.tells(rule, sums=indicator.value in ("sum", "by-measure")):
                gap = abs(cube.weight[place] - publication.weight[old])
                telling[place] |= not hid or publication.spread[old] < 2 * rule.percent / 100 * gap
        if moving:
            unchanged, moving = still, False
        elif (still & ~unchanged & ~known).any():
            raise Unprotectable("a cell is again as it was when it was hidden")
    return Before(known, unchanged & ~known, _placed(cube, published)), telling & ~known


def _placed(cube: Cube, published: Sequence[Publication]) -> Floats:
    """The worlds of the last publication, over the cells of the new one."""
    if not published:
        return np.zeros((0, len(cube.keys)))
    last = published[-1]
    worlds = np.zeros((len(last.worlds), len(cube.keys)))
    for place, key in enumerate(cube.keys):
        if key in last.index:
            worlds[:, place] = last.worlds[:, last.index[key]]
    return worlds
