"""The page of a chart: how wide it is, in which letters, and how long a text is in them."""

from __future__ import annotations

import textwrap
from typing import Literal, NamedTuple

from api.charts.plan import Panel, Plan

Size = Literal["wide", "narrow"]
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Liberation Sans comes with the renderer; Arial and Helvetica, of the same widths, with most readers' systems."""
EM = 0.53
"""The width of a usual letter of that font, in parts of its size."""
SIDE = 56
"""Pixels that an axis of numbers takes, with its title."""
HEIGHT = 260
LOW = 210
"""The height of a panel over time; of each of many, that have to be seen together."""
GAP = 17
"""The size of the sign that stands for a hidden value: it must be seen."""


class Page(NamedTuple):
    """How large a chart is: its whole width and the sizes of its letters in pixels, the letters of a row's name, and
    how many columns a legend has at the most."""

    width: int
    title: int
    text: int
    label: int
    columns: int


PAGES: dict[Size, Page] = {"wide": Page(680, 17, 13, 26, 4), "narrow": Page(350, 16, 13, 16, 2)}


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A text in lines that fit a width in pixels; a word longer than a line is not broken."""
    return textwrap.wrap(text, max(8, int(width / (size * EM))), break_long_words=False) or [""]


def height(plan: Plan) -> int:
    """How high a panel over time is, in pixels."""
    return LOW if plan.is_many else HEIGHT


def name_lines(name: str, page: Page) -> list[str]:
    """The name of a row in lines; a long word keeps its line to itself, and is not broken."""
    return textwrap.wrap(name, page.label, break_long_words=False) or [""]


def row_height(panel: Panel, page: Page) -> int:
    """How many pixels of the height of a chart of bars each name takes."""
    lines = max((len(name_lines(row, page)) for row in panel.rows), default=1)
    return max(lines * (page.text + 3) + 8, 19 * len(panel.series) + 8 if len(panel.series) > 1 else 26)


def margin(plan: Plan, page: Page) -> float:
    """How far the names of rows, or the numbers of an axis, reach to the left of a picture."""
    if plan.kind == "number":
        return 0
    if plan.kind != "bars":
        return SIDE - 8
    names = [line for panel in plan.panels for row in panel.rows for line in name_lines(row, page)]
    return max(map(len, names), default=0) * page.text * EM + 8
