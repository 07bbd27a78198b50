"""Spreadsheets: what they would run of a CSV that others have a word in."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula: such a cell is given an apostrophe, which it hides."""


def inert(value: str) -> str:
    """A cell no spreadsheet runs as a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value
