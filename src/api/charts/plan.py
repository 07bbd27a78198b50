"""The plan of a chart: which kind of picture it is, and what stands where in each of its panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from api.charts.telling import Cell

Kind = Literal["number", "bars", "columns", "lines", "steps"]
TIMES = ("horizon", "year", "cohort")
"""The dimensions of time."""


@dataclass(frozen=True)
class Mark:
    """A cell in its place: the name of its row, its colour's name, and where it stands in time."""

    cell: Cell
    row: str
    series: str
    at: int | None


@dataclass(frozen=True)
class Panel:
    """One picture of one unit. `rows` and `series` are in the order in which they are drawn; `marks` are drawn.

    What is said of it is said of `all` its values, also of those that found no place.
    """

    title: str | None
    unit: str
    marks: tuple[Mark, ...]
    rows: tuple[str, ...]
    series: tuple[str, ...]
    all: tuple[Mark, ...]


@dataclass(frozen=True)
class Plan:
    """What is drawn; `left_out` cells are in the table alone. Of `is_many` panels each is lower."""

    kind: Kind
    panels: tuple[Panel, ...]
    time: str | None
    left_out: int
    is_many: bool = False
