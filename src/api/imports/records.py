"""Records: the lines of a CSV divided into cells, and the lines that a stray quote would make one of."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from api.imports.problems import Problem

Cells = tuple[int, list[str] | Problem]
BREAK = re.compile(r"\r\n|\r|\n")


def records(text: Iterable[str], delimiter: str, header_line: int) -> Iterator[Cells]:
    """The records of a CSV (RFC 4180) by the number of their first line; each of the lines that none can be made of."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    width = 0
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield from _unreadable(number, reader.line_num, str(error))
            continue
        if not width and number >= header_line:
            width = len(cells)
        if reader.line_num > number and swallows(cells, delimiter, width):
            yield from _unclosed(number, reader.line_num)
        else:
            yield number, cells


def swallows(cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is as many records, between a quote that was never closed and the next.

    Most of its lines, the first and the last among them, then have the delimiters of a whole line. What somebody wrote
    on several lines of one cell has not: of its first and its last line some are in it, and some beside.
    """
    text = delimiter.join(cell if "\n" in cell or "\r" in cell else "" for cell in cells)
    first, *between, last = BREAK.split(text)
    told = [line.count(delimiter) == width - 1 for line in (first, *filter(str.strip, between), last)]
    return told[0] and told[-1] and 2 * sum(told) > len(told)


def _unreadable(first: int, last: int, said: str) -> Iterator[Cells]:
    if last > first:
        yield from _unclosed(first, last)
    else:
        yield first, Problem("line-unreadable", about=(("detail", said),))


def _unclosed(first: int, last: int) -> Iterator[Cells]:
    """Every line on its own, so that what is counted is what the file has."""
    problem = Problem("quote-unclosed", about=(("first", str(first)), ("last", str(last))))
    return ((number, problem) for number in range(first, last + 1))
