"""Workbooks: the rows of an XLSX sheet, each padded to the width of the header; what is typed stays typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900
from openpyxl.utils.exceptions import InvalidFileException

from api.imports.cells import cell
from api.imports.mapping import XlsxFile
from api.imports.problems import FileRefused

UNPACKED = 1 << 30
"""Bytes a workbook may unpack to: beyond, it is made to fill a memory, or belongs in another format."""
SHARED_TEXT = 1 << 27
"""Bytes of the texts that cells share, which are held in memory."""


def sheet_rows(file: BinaryIO, form: XlsxFile, *, serials: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet with their numbers. `serials`: days are read from numbers. Raises FileRefused."""
    _refuse_bomb(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise FileRefused("file-unreadable", detail=type(error).__name__) from error
    try:
        if serials and book.epoch != CALENDAR_WINDOWS_1900:
            raise FileRefused("date-other-calendar")
        sheet = _sheet(book, form)
        sheet.reset_dimensions()  # some programs write them wrong, and rows would be cut short
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [cell(value) for value in row]
    finally:
        book.close()


def _sheet(book: Any, form: XlsxFile) -> Any:
    names = book.sheetnames
    if form.sheet is None:
        return book.worksheets[0]
    if form.sheet not in names:
        raise FileRefused("sheet-missing", sheet=form.sheet, present=", ".join(names))
    return book[form.sheet]


def _refuse_bomb(file: BinaryIO) -> None:
    """Refuse what would not fit: a zip says how large its parts are, and gives no more than it says."""
    try:
        with ZipFile(file) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
    except BadZipFile as error:
        raise FileRefused("file-unreadable", detail="no workbook") from error
    if sum(sizes.values()) > UNPACKED:
        raise FileRefused("file-large", limit=UNPACKED)
    if sizes.get("xl/sharedStrings.xml", 0) > SHARED_TEXT:
        raise FileRefused("file-large", limit=SHARED_TEXT)
    file.seek(0)
