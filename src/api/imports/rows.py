"""Rows: a file line by line, whatever its format; only declared columns, and never held whole in memory."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from api.imports.mapping import CsvFile, Headers, Mapping, XlsxFile
from api.imports.problems import FileRefused, Problem

CODECS = {"utf-8": "utf-8-sig"}


class Line(NamedTuple):
    """A line with its number in the file: its cells by the mapping's names, stripped; or why it has none."""

    number: int
    cells: dict[str, str]
    problem: Problem | None = None


class Rows(NamedTuple):
    """The lines of a file, and what it calls each column of the mapping."""

    headers: dict[str, str]
    lines: Iterator[Line]


@contextmanager
def open_rows(path: Path, mapping: Mapping) -> Iterator[Rows]:
    """A file as its mapping declares it. Raises FileRefused."""
    with ExitStack() as stack:
        try:
            rows = _opened(path, mapping, stack)
        except (OSError, BadZipFile, InvalidFileException) as error:
            raise FileRefused(f"{path.name} cannot be read: {error}") from error
        yield rows


def _opened(path: Path, mapping: Mapping, stack: ExitStack) -> Rows:
    form = mapping.file
    if isinstance(form, CsvFile):
        text = stack.enter_context(path.open(encoding=encoding_of(path, form.encodings), newline=""))
        return _table(_csv(text, form), mapping, form.header_line)
    file = stack.enter_context(path.open("rb"))
    if isinstance(form, XlsxFile):
        return _table(_xlsx(file, form), mapping, form.header_line)
    names = {name: _listed(headers) for name, headers in _all(mapping)}
    return Rows({name: headers[0] for name, headers in names.items()}, _ndjson(file, names))


def encoding_of(path: Path, encodings: Sequence[str]) -> str:
    """The first of these encodings that every byte of the file fits; UTF-8 may start with a mark."""
    for name in encodings:
        decoder = codecs.getincrementaldecoder(CODECS.get(name, name))()
        try:
            with path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return CODECS.get(name, name)
        except UnicodeError:
            continue
    raise FileRefused(f"{path.name} is not in {' or '.join(encodings)}: name its encoding under `file.encodings`")


def _csv(file: Iterable[str], form: CsvFile) -> Iterator[tuple[int, list[str] | Problem]]:
    reader = csv.reader(file, delimiter=form.delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Problem("line-unreadable", f"not CSV from here: {error}")


def _xlsx(file: Any, form: XlsxFile) -> Iterator[tuple[int, list[str] | Problem]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        if form.sheet is not None and form.sheet not in book.sheetnames:
            raise FileRefused(f"no sheet {form.sheet!r}; the workbook has: {', '.join(book.sheetnames)}")
        sheet = book[form.sheet] if form.sheet else book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(value) for value in row]
    finally:
        book.close()


def _table(lines: Iterator[tuple[int, list[str] | Problem]], mapping: Mapping, header_line: int) -> Rows:
    head: list[str] | Problem = []
    for number, cells in lines:
        if number >= header_line:
            head = cells
            break
    if isinstance(head, Problem) or not head:
        raise FileRefused(f"there is no header in line {header_line}: see `file.header_line`")
    width = len(head)
    places: dict[str, int] = {}
    for name, headers in _all(mapping):
        found = [place for place, header in enumerate(head) if _same(header) in map(_same, _listed(headers))]
        if len(found) > 1:
            raise FileRefused(f"column `{name}`: several headers fit it: {', '.join(head[place] for place in found)}")
        if not found and name in mapping.columns:
            wanted = " or ".join(_listed(headers))
            raise FileRefused(f"column `{name}`: no header {wanted}; the file has: {', '.join(head)}")
        if found:
            places[name] = found[0]
    missing = dict.fromkeys(mapping.optional_columns.keys() - places.keys(), "")
    body = (
        _line(number, cells, width, places, missing)
        for number, cells in lines
        if isinstance(cells, Problem) or any(cells)
    )
    return Rows({name: head[place] for name, place in places.items()}, body)


def _line(number: int, cells: list[str] | Problem, width: int, places: dict[str, int], missing: dict[str, str]) -> Line:
    if isinstance(cells, Problem):
        return Line(number, {}, cells)
    if len(cells) != width:
        return Line(number, {}, Problem("line-unreadable", f"{len(cells)} cells where the header has {width}"))
    return Line(number, {name: cells[place].strip() for name, place in places.items()} | missing)


def _ndjson(file: Iterable[bytes], names: dict[str, list[str]]) -> Iterator[Line]:
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            given = json.loads(text.decode("utf-8-sig"), parse_float=str, parse_int=str)
        except ValueError as error:
            yield Line(number, {}, Problem("line-unreadable", f"not JSON: {error}"))
            continue
        if not isinstance(given, dict):
            yield Line(number, {}, Problem("line-unreadable", "not a JSON object"))
            continue
        flat = dict(_flat(given, ""))
        yield Line(number, {name: next((flat[k] for k in keys if k in flat), "") for name, keys in names.items()})


def _flat(given: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, _text(value).strip()


def _text(value: Any) -> str:
    """A value of a workbook or of JSON as the text a clerk would write; days in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def _all(mapping: Mapping) -> Iterator[tuple[str, Headers]]:
    yield from mapping.columns.items()
    yield from mapping.optional_columns.items()


def _listed(headers: Headers) -> list[str]:
    return [headers] if isinstance(headers, str) else headers


def _same(header: str) -> str:
    return " ".join(header.split()).casefold()
