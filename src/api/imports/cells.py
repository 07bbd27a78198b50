"""Cells that a workbook or JSON typed: text like any other, but not in the file's own spelling of numbers or dates."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson

LONGEST = 30
"""Digits a number may have; more is no amount, and only costs memory."""


class Number(str):
    """A number with a decimal point and without marks of thousands, whatever the mapping says of text."""

    __slots__ = ()


class Moment(str):
    """A day, or a day with its time, in ISO form, whatever the mapping says of text."""

    __slots__ = ()


class Failed(str):
    """An error that a workbook has in place of a value, as it shows it: `#DIV/0!`."""

    __slots__ = ()


class Uncalculated(str):
    """A formula of which a workbook does not have the value: whoever wrote it did not calculate."""

    __slots__ = ()


def cell(value: Any) -> str:
    """A value of a workbook or of JSON as a cell."""
    match value:
        case None:
            made = ""
        case Number() | Moment() | Failed() | Uncalculated():
            made = value
        case bool():
            made = str(value).lower()
        case float():
            made = number(f"{value:.15g}")  # what a spreadsheet shows; the digits after are noise of binary fractions
        case int():
            made = Number(value)
        case datetime():
            whole = value.time() == time.min
            made = Moment(value.date().isoformat() if whole else value.isoformat(timespec="seconds"))
        case date():
            made = Moment(value.isoformat())
        case list():
            made = orjson.dumps(value).decode()
        case _:
            made = str(value).strip()
    return made


def number(text: str) -> str:
    """A number as JSON or a workbook writes it (`1e3` too) -> plain digits; left as it is where it has too many."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > LONGEST or len(text) > 2 * LONGEST:
        return text
    return Number(format(value, "f"))
