"""Patterns: regular expressions of a mapping, matched in time that grows with the cell alone.

Whoever sends a mapping writes its expressions, so they run on RE2 (as Apache Arrow has it), which never backtracks;
what needs that, like a back-reference, is no expression here.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

LONGEST = 1_000


class NoPattern(ValueError):
    """It is not a regular expression that can be matched safely."""


class Pattern:
    """One expression. Raises NoPattern."""

    def __init__(self, expression: str) -> None:
        if len(expression) > LONGEST:
            raise NoPattern(f"longer than {LONGEST} characters")
        self._whole = rf"\A(?:{expression})\z"
        for text in (expression, self._whole):
            try:
                pc.match_substring_regex(pa.array([""]), text)
            except pa.ArrowInvalid as error:
                raise NoPattern(str(error).removeprefix("Invalid regular expression: ")) from None

    def matches(self, cell: str) -> bool:
        """Whether the whole cell is what the expression says."""
        return bool(pc.match_substring_regex(pa.array([cell]), self._whole)[0].as_py())
