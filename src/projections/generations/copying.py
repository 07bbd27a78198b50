"""Rows as PostgreSQL's COPY reads them, in its text format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.facts.columns import Row

Keyed = tuple[str, Sequence[Row]]
"""What the rows of a dossier begin with, as COPY reads it, and the rows; none is empty."""
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
NOTHING = "\0"
"""No value, until it is written as COPY reads that: a character that no text of PostgreSQL holds."""


def copied(told: Sequence[Keyed]) -> bytes:
    """Rows of one table, in one go where no value needs more than its own text."""
    if type(told[0][1][0][-1]) is bytes:
        return b"".join([document(start, row) for start, rows in told for row in rows])
    lines = [
        start + "\t".join([v if type(v) is str else NOTHING if v is None else str(v) for v in row]) + "\n"
        for start, rows in told
        for row in rows
    ]
    text = "".join(lines)
    tabs = (told[0][0].count("\t") + len(told[0][1][0]) - 1) * len(lines)
    if "\\" in text or "\r" in text or text.count("\n") > len(lines) or text.count("\t") > tabs:
        return b"".join([line(start, row) for start, rows in told for row in rows])
    return text.replace(NOTHING, "\\N").encode()


def line(start: str, row: Row) -> bytes:
    """One row by itself."""
    return (start + "\t".join([field(value) for value in row]) + "\n").encode()


def document(start: str, row: Row) -> bytes:
    """One row that ends with a document, which is bytes of JSON."""
    text = (start + "\t".join([field(value) for value in row[:-1]]) + "\t").encode()
    return b"%b%b\n" % (text, row[-1].replace(b"\\", b"\\\\") if b"\\" in row[-1] else row[-1])


def field(value: Any) -> str:
    """One value."""
    if value is None:
        return "\\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)
