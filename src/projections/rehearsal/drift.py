"""Drift: how far the moves of figures have gone from those that were approved, and how far they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from projections.counting.indicator import catalogue
from projections.rehearsal.difference import Moved

TOLERANCE = 0.05
"""By which share of an approved move it may be another one when the ruleset is activated."""
LEAST = 1.0
"""How far any move may drift, in the indicator's unit: a log that goes on counts one dossier more."""
LEAST_OF_MEANS = 0.005
"""The same, where values are means or shares."""
MEANS = ("mean", "kaplan-meier", "cumulative-incidence", "difference-in-differences")
ROUNDING = 1e-9
Cell = tuple[str, bytes, str, str]
"""An indicator, its row as JSON, and what is counted there: `value`, or how many cells are now `hidden` or `shown`, and
by the rules of which day."""


class Strayed(NamedTuple):
    """A cell that moves otherwise than was approved, by more than is tolerated; 0 where it does not move."""

    indicator: str
    row: dict[str, Any]
    what: str
    approved: float
    now: float
    on: str | None = None

    def __str__(self) -> str:
        row = orjson.dumps(self.row).decode()
        what = f"{self.what} on {self.on}" if self.on else self.what
        return f"{self.indicator} {row} ({what}) moves by {self.now:g}, approved was {self.approved:g}"


def strayed(approved: Iterable[Moved], now: Iterable[Moved], tolerance: float) -> list[Strayed]:
    """The cells that moved away from what was approved by more than a share of it, the furthest first.

    A cell that begins or ceases to differ is measured alike: its approved move, or its move now, is 0.
    """
    before, after = _moves(approved), _moves(now)
    found: list[tuple[float, Strayed]] = []
    for cell in sorted(before.keys() | after.keys()):
        indicator, row, what, on = cell
        was, now_is = before.get(cell, 0.0), after.get(cell, 0.0)
        far = abs(now_is - was) / max(tolerance * abs(was), _least(indicator, what))
        if far > 1 + ROUNDING:
            moves = round(was, 4), round(now_is, 4)
            found.append((far, Strayed(indicator, orjson.loads(row), what, *moves, on or None)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def tally(found: Sequence[Strayed]) -> dict[str, int]:
    """How many of the cells began to differ, ceased to, or differ by more or less."""
    added = sum(not one.approved for one in found)
    removed = sum(not one.now for one in found)
    return {"added": added, "removed": removed, "changed": len(found) - added - removed}


def _moves(cells: Iterable[Moved]) -> dict[Cell, float]:
    """By how much each cell moves; of cells hidden or shown how many: which protect others changes with the log."""
    moves: dict[Cell, float] = defaultdict(float)
    for cell in cells:
        if cell.hidden is None:
            moves[cell.indicator, orjson.dumps(cell.row), "value", ""] = _number(cell.after) - _number(cell.before)
        else:
            moves[cell.indicator, b"{}", "hidden" if cell.hidden[1] else "shown", cell.on or ""] += 1
    return moves


def _number(value: Any) -> float:
    return 0.0 if value is None else float(value)


def _least(indicator: str, what: str) -> float:
    return LEAST_OF_MEANS if what == "value" and catalogue()[indicator].value in MEANS else LEAST
