"""Rows: a file line by line, whatever its format; only declared columns, and never held whole in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

from api.imports.encoding import encoding_of
from api.imports.headers import Columns, columns_of, delimiter_of
from api.imports.jsonlines import json_lines
from api.imports.mapping import AnyFile, CsvFile, Mapping, XlsxFile, listed
from api.imports.problems import FileRefused, Problem
from api.imports.records import records

LONGEST = 1 << 20
"""Characters of a line: one that is longer has a quote that is never closed, and must not fill the memory."""
HEADER_LINES = 20
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""What workbooks start with: one of today, and one of before 2007 or with a password."""
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[,;\s]*', re.IGNORECASE)
"""The first line of a file that tells Excel its delimiter: the header is the next. Where a mapping says on which line
the header is, it has counted this one."""


class Line(NamedTuple):
    """A line with its number in the file: its cells by the mapping's names, stripped; or why it has none."""

    number: int
    cells: dict[str, str]
    problem: Problem | None = None


class Rows(NamedTuple):
    """The lines of a file, and what it calls each column of the mapping."""

    headers: dict[str, str]
    lines: Iterator[Line]


Look = Callable[[], None]
"""Called at each row that is empty: there may be a million, and whoever reads may have to end. May raise."""


def onward() -> None:
    """Look at nothing."""


@contextmanager
def open_rows(path: Path, mapping: Mapping, look: Look = onward) -> Iterator[Rows]:
    """A file as its mapping declares it. Raises FileRefused."""
    with ExitStack() as stack:
        try:
            if path.stat().st_size == 0:
                raise FileRefused("file-empty")
            rows = _opened(path, mapping, stack, look)
        except OSError as error:
            raise FileRefused("file-unreadable", detail=error.strerror or type(error).__name__) from error
        yield rows


def _opened(path: Path, mapping: Mapping, stack: ExitStack, look: Look) -> Rows:
    form = mapping.file
    _refuse_workbook(path, form)
    if isinstance(form, CsvFile):
        text = stack.enter_context(path.open(encoding=encoding_of(path, form.declared), newline=""))
        return _csv(text, form, mapping, look)
    file = stack.enter_context(path.open("rb"))
    if isinstance(form, XlsxFile):
        return _xlsx(file, form, mapping, look)
    names = {name: listed(headers) for name, headers in mapping.headers()}
    lines = (Line(number, cells, problem) for number, cells, problem in json_lines(file, names, LONGEST))
    return Rows({name: headers[0] for name, headers in names.items()}, lines)


def _refuse_workbook(path: Path, form: AnyFile) -> None:
    """Refuse a workbook where the mapping reads text, and one that is locked away: no other message would say so."""
    with path.open("rb") as file:
        start = file.read(len(ZIP))
    if start == COMPOUND:
        raise FileRefused("workbook-closed")
    if start == ZIP and not isinstance(form, XlsxFile):
        raise FileRefused("workbook-unexpected", format=form.format)


def _csv(text: TextIO, form: CsvFile, mapping: Mapping, look: Look) -> Rows:
    line = form.header_line
    before = [text.readline(LONGEST) for _ in range(line - 1)]
    head = [text.readline(LONGEST)]
    said = SEPARATOR.fullmatch(head[0]) if line == 1 else None
    if said:
        before, head, line = head, [text.readline(LONGEST)], 2
    while "".join(head).count('"') % 2 and len(head) < HEADER_LINES:
        head.append(text.readline(LONGEST))  # a header with a line break in it goes on
    delimiter = form.delimiter or (said[1] if said else delimiter_of(head, mapping))
    lines = records(chain(before, head, _bounded(text)), delimiter, line)
    return _table(lines, mapping, line, look, padded=False)


def _bounded(text: TextIO) -> Iterator[str]:
    """Lines with their ends. Raises FileRefused at one that is too long: what follows could not be told apart."""
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise FileRefused("line-long", limit=LONGEST)
        yield line


def _xlsx(file: BinaryIO, form: XlsxFile, mapping: Mapping, look: Look) -> Rows:
    from api.imports.workbook import sheet_rows  # noqa: PLC0415 - most files are no workbook, and openpyxl is large

    lines = sheet_rows(file, form, serials=mapping.reads_serials())
    return _table(lines, mapping, form.header_line, look, padded=True)


def _table(lines: Iterator[Any], mapping: Mapping, header_line: int, look: Look, *, padded: bool) -> Rows:
    head: list[str] | Problem = []
    for number, cells in lines:
        if number >= header_line:
            head = cells
            break
    if isinstance(head, Problem) and head.code == "quote-unclosed":
        raise FileRefused(head.code, **dict(head.about))
    if isinstance(head, Problem) or not any(head):
        raise FileRefused("header-absent", line=header_line)
    found = columns_of(head, mapping)
    body = (_line(number, cells, found, padded=padded) for number, cells in _filled(lines, look))
    return Rows(found.headers, body)


def _filled(lines: Iterator[Any], look: Look) -> Iterator[Any]:
    for number, cells in lines:
        if isinstance(cells, Problem) or any(map(str.strip, cells)):
            yield number, cells
        else:
            look()


def _line(number: int, cells: list[str] | Problem, columns: Columns, *, padded: bool) -> Line:
    if isinstance(cells, Problem):
        return Line(number, {}, cells)
    width = columns.width
    if padded:  # a workbook has no ragged rows: what is not there is empty, and what is beside has no header
        cells = (cells + [""] * width)[:width] if not any(cells[width:]) else cells
    if len(cells) != width:
        return Line(number, {}, Problem("line-width", about=(("cells", str(len(cells))), ("width", str(width)))))
    return Line(number, {name: stripped(cells[place]) for name, place in columns.places.items()} | columns.absent)


def stripped(cell: str) -> str:
    """A cell without the spaces around it; one that a workbook typed has none, and stays typed."""
    return cell.strip() if type(cell) is str else cell
