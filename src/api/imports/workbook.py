"""Workbooks: the rows of an XLSX sheet, each padded to the width of the header; what is typed stays typed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import count
from lzma import LZMAError
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900
from openpyxl.utils.exceptions import InvalidFileException

from api.imports.cells import cell
from api.imports.mapping import XlsxFile
from api.imports.problems import FileRefused
from api.imports.sheet import cells_by_row

UNPACKED = 1 << 30
"""Bytes a workbook may unpack to: beyond, it is made to fill a memory, or belongs in another format."""
SHARED_TEXT = 1 << 27
"""Bytes of the texts that cells share, which are held in memory."""
ROWS = 1_048_576
"""The last row a sheet has: a number beyond is no spreadsheet's, and would have every row before it made up."""
DAMAGED = (
    BadZipFile, InvalidFileException, LZMAError, zlib.error, struct.error, OSError, SyntaxError, LookupError,
    ValueError, TypeError, AttributeError, EOFError, OverflowError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises, at its start or far into a sheet, where a part is cut, altered or not what it should be."""


def sheet_rows(file: BinaryIO, form: XlsxFile, *, serials: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet with their numbers. `serials`: days are read from numbers. Raises FileRefused."""
    _refuse_bomb(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except DAMAGED as error:
        raise FileRefused("file-unreadable", detail=type(error).__name__) from error
    try:
        if serials and book.epoch != CALENDAR_WINDOWS_1900:
            raise FileRefused("date-other-calendar")
        rows = cells_by_row(_sheet(book, form))
        for number in count(1):
            row = _next(rows, number)
            if row is None:
                break
            yield number, [] if row.count(None) == len(row) else [cell(value) for value in row]
    finally:
        book.close()


def _next(rows: Iterator[list[Any]], number: int) -> list[Any] | None:
    """The next row, None after the last. Raises FileRefused: damage shows only where it is read."""
    try:
        row = next(rows, None)
    except DAMAGED as error:
        raise FileRefused("file-unreadable", detail=f"{type(error).__name__}, row {number}") from error
    if row is not None and number > ROWS:
        raise FileRefused("file-unreadable", detail=f"row > {ROWS}")
    return row


def _sheet(book: Any, form: XlsxFile) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        raise FileRefused("file-unreadable", detail="no sheet")
    if form.sheet is None:
        return book.worksheets[0]
    if form.sheet in {chart.title for chart in book.chartsheets}:
        raise FileRefused("sheet-chart", sheet=form.sheet, present=", ".join(sheets))
    if form.sheet not in sheets:
        raise FileRefused("sheet-missing", sheet=form.sheet, present=", ".join(book.sheetnames))
    return sheets[form.sheet]


def _refuse_bomb(file: BinaryIO) -> None:
    """Refuse what would not fit: a zip says how large its parts are, and gives no more than it says."""
    try:
        with ZipFile(file) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except DAMAGED as error:
        raise FileRefused("file-unreadable", detail="no workbook") from error
    if sum(sizes.values()) > UNPACKED:
        raise FileRefused("file-large", limit=UNPACKED)
    if sizes.get("xl/sharedStrings.xml", 0) > SHARED_TEXT:
        raise FileRefused("file-large", limit=SHARED_TEXT)
    file.seek(0)
