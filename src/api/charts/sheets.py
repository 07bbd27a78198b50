"""Sheets: a tall picture in parts that fit a printed page each, none of its panels cut in two."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from api.charts.page import Page, height, row_height
from api.charts.plan import Panel, Plan

SHEET = 860
"""Pixels that panels may take of an A4 page as wide as a picture, beside the notes below them."""
HEAD = 260
"""What the heading of a chapter and the title of its picture take of the first page."""
AROUND = 75
"""What a panel takes beside its bars or lines: its title, its axis, and the names of its colours."""


class Sheet(NamedTuple):
    """One part of a picture: the plan of its panels, and which part of how many it is."""

    plan: Plan
    number: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether it ends the picture: what is said below it stands there once."""
        return self.number == self.of


def whole(plan: Plan) -> Sheet:
    """A picture that nobody prints: all of it."""
    return Sheet(plan, 1, 1)


def sheets(plan: Plan, page: Page) -> list[Sheet]:
    """The parts of a picture, one for each printed page it takes."""
    parts: list[list[Panel]] = [[]]
    room = SHEET - HEAD
    for panel in (one for one in plan.panels if one.marks):  # nothing is drawn of the others
        high = _height(plan, panel, page)
        if parts[-1] and high > room:
            parts.append([])
            room = SHEET
        parts[-1].append(panel)
        room -= high
    return [
        Sheet(replace(plan, panels=tuple(panels)), number, len(parts)) for number, panels in enumerate(parts, start=1)
    ]


def _height(plan: Plan, panel: Panel, page: Page) -> int:
    if plan.kind == "bars":
        return row_height(panel, page) * len(panel.rows) + AROUND
    return height(plan) + AROUND
