"""A workbook that no spreadsheet would write, or that arrived damaged, is refused as a file: never a fault of ours."""

import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from api.imports.mapping import XlsxFile
from api.imports.problems import FileRefused
from api.imports.workbook import sheet_rows

SHEET = "xl/worksheets/sheet1.xml"
ROW = b'<row r="%s"><c r="%s" t="inlineStr"><is><t>%s</t></is></c></row>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def numbers(file: Path) -> list[int]:
    """The numbers of the rows that hold something."""
    with file.open("rb") as opened:
        return [number for number, cells in sheet_rows(opened, XlsxFile(format="xlsx"), serials=False) if any(cells)]


def altered(file: Path, rows: bytes, end: bytes = b"</sheetData></worksheet>") -> None:
    """A workbook of one sheet, its rows written as no spreadsheet would."""
    whole = file.with_suffix(".xlsx")
    openpyxl.Workbook().save(whole)
    kept = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    header = b'<row r="1"><c r="A1" t="str"><v>name</v></c><c r="B1" t="str"><v>granted on</v></c></row>'
    with ZipFile(whole) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, kept + header + rows + end if part == SHEET else old.read(part))


UNREADABLE = [
    ("beyond the last row", ROW % (b"1048577000", b"A1", b"a"), b"</sheetData></worksheet>"),
    ("beyond it by one", ROW % (b"1048577", b"A1", b"a"), b"</sheetData></worksheet>"),
    ("cut short", ROW % (b"2", b"A2", b"a"), b"<ro"),
    ("no row number", ROW % (b"??", b"A2", b"a"), b"</sheetData></worksheet>"),
    ("an endless row number", ROW % (b"1e999", b"A2", b"a"), b"</sheetData></worksheet>"),
    ("no such cell", ROW % (b"2", b"AAAAA2", b"a"), b"</sheetData></worksheet>"),
    ("no number", b'<row r="2"><c r="A2"><v>1.1.1</v></c></row>', b"</sheetData></worksheet>"),
    ("no such shared text", b'<row r="2"><c r="A2" t="s"><v>7</v></c></row>', b"</sheetData></worksheet>"),
]


@pytest.mark.parametrize(("rows", "end"), [pytest.param(*case[1:], id=case[0]) for case in UNREADABLE])
def test_a_workbook_damaged_within_is_refused_as_one_that_cannot_be_read(file: Path, rows: bytes, end: bytes) -> None:
    altered(file, rows, end)
    with pytest.raises(FileRefused) as refused:
        numbers(file)
    assert refused.value.code == "file-unreadable"


def test_a_workbook_whose_packed_data_is_damaged_is_refused(file: Path) -> None:
    altered(file, b"".join(ROW % (b"%d" % n, b"A%d" % n, b"%d" % (n * n)) for n in range(2, 5_000)))
    with ZipFile(file) as archive:
        at = archive.getinfo(SHEET).header_offset
    packed = bytearray(file.read_bytes())
    packed[at + 20_000 : at + 20_100] = b"\xff" * 100
    file.write_bytes(packed)
    with pytest.raises(FileRefused) as refused:
        numbers(file)
    assert refused.value.code == "file-unreadable"


def test_a_sheet_of_a_million_empty_rows_is_passed_over_in_seconds(file: Path) -> None:
    altered(file, ROW % (b"1048576", b"A1048576", b"a"))
    began = time.process_time()
    assert numbers(file) == [1, 1_048_576]
    assert time.process_time() - began < 20
