"""A row of the results: what was measured, and beside what."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """Medians of at least three runs. `goal` says what the ratio, or ours where it says so, should be."""

    name: str
    ours: float
    baseline: float
    ratio: float
    unit: str
    goal: str
    met: bool
    runs: int
    note: str = ""
    spread: Sequence[float] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """The row as the contract has it."""
        return asdict(self)


def row(
    name: str,
    ours: Sequence[float],
    baseline: Sequence[float],
    unit: str,
    goal: str,
    met: Callable[[float, float], bool],
    note: str = "",
) -> Row:
    """Medians of what was measured; `met` is told the median of ours and the ratio of the medians."""  # fmt: skip
    mine, theirs = statistics.median(ours), statistics.median(baseline)
    ratio = mine / theirs if theirs else 0.0
    spread = (round(min(ours), 3), round(max(ours), 3))
    return Row(
        name, round(mine, 3), round(theirs, 3), round(ratio, 3), unit, goal, met(mine, ratio), len(ours), note, spread
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
