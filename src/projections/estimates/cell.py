"""A cell of a figure: its dimensions, its value, how many contributed, and between which bounds the value lies."""

from __future__ import annotations

from typing import Any, NamedTuple


class Cell(NamedTuple):
    """One cell. The bounds are those of a 95 % interval; None where there is none."""

    dimensions: tuple[Any, ...]
    value: Any
    n: int
    low: float | None = None
    high: float | None = None
