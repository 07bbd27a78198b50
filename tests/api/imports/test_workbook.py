"""A workbook that no spreadsheet would write, or that arrived damaged, is refused as a file: never a fault of ours."""

import time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.chart import BarChart

from api.imports.cells import Failed, Moment, Number, Uncalculated
from api.imports.dates import FORMATS, date
from api.imports.mapping import XlsxFile
from api.imports.problems import FileRefused, Unconvertible
from api.imports.workbook import sheet_rows

SHEET = "xl/worksheets/sheet1.xml"
ROW = b'<row r="%s"><c r="%s" t="inlineStr"><is><t>%s</t></is></c></row>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def rows(file: Path, sheet: str | None = None) -> list[list[str]]:
    """The rows that hold something."""
    form = XlsxFile(format="xlsx", sheet=sheet)
    with file.open("rb") as opened:
        return [cells for _, cells in sheet_rows(opened, form, serials=False) if any(cells)]


def numbers(file: Path) -> list[int]:
    """The numbers of the rows that hold something."""
    with file.open("rb") as opened:
        return [number for number, cells in sheet_rows(opened, XlsxFile(format="xlsx"), serials=False) if any(cells)]


def altered(file: Path, rows: bytes, end: bytes = b"</sheetData></worksheet>") -> None:
    """A workbook of one sheet, its rows written as no spreadsheet would."""
    whole = file.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    book.active["A1"].number_format = "dd/mm/yyyy"  # style 1
    book.save(whole)
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


VALUES = [
    ("an error", b't="e"><f>1/0</f><v>#DIV/0!</v>', Failed("#DIV/0!")),
    ("an error without its name", b't="e"><v></v>', Failed("#")),
    ("an error that somebody typed as text", b't="str"><v>#N/A</v>', "#N/A"),
    ("a formula", b"><f>10+5</f><v>15</v>", Number("15")),
    ("a formula that gives an empty text", b't="str"><f>IF(1,"")</f><v></v>', ""),
    ("a formula nobody calculated", b"><f>10+5</f>", Uncalculated("=10+5")),
    ("a formula nobody calculated, of text", b't="str"><f>A1</f>', Uncalculated("=A1")),
    ("one with an empty value", b"><f>10+5</f><v/>", Uncalculated("=10+5")),
    ("one that is shared", b'><f t="shared" si="0"/>', Uncalculated("=")),
    ("nothing", b't="n">', ""),
    ("the first day", b's="1"><v>1</v>', Moment("1900-01-01")),
    ("the last day of February 1900", b's="1"><v>59</v>', Moment("1900-02-28")),
    ("a day that never was", b's="1"><v>60</v>', Moment("1900-02-29")),
    ("an hour of it", b's="1"><v>60.5</v>', Moment("1900-02-29")),
    ("the day after", b's="1"><v>61</v>', Moment("1900-03-01")),
    ("before all days", b's="1"><v>-1</v>', "-1"),
    ("after all days", b's="1"><v>2958466</v>', "2958466"),
    ("the last day", b's="1"><v>2958465</v>', Moment("9999-12-31")),
    ("60 that is no day", b"><v>60</v>", Number("60")),
]


@pytest.mark.parametrize(("cell", "value"), [pytest.param(*case[1:], id=case[0]) for case in VALUES])
def test_a_cell_has_its_value_or_is_told_to_have_none(file: Path, cell: bytes, value: str) -> None:
    altered(file, b'<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2" %s</c></row>' % cell)
    [_, row] = rows(file)
    assert [(type(told), told) for told in row] == [(str, "a"), (type(value), value)]


@pytest.mark.parametrize("text", [Moment("1900-02-29"), "-1", "2958466"])
def test_a_number_that_is_no_day_is_not_read_as_one(text: str) -> None:
    with pytest.raises(Unconvertible):
        date(text, [*FORMATS])


def test_a_formula_of_a_sheet_saved_by_no_spreadsheet_is_told(file: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "granted on"])
    book.active.append(["a", "=A1"])
    book.save(file)
    assert type(rows(file)[1][1]) is Uncalculated


def test_a_sheet_that_is_a_chart_is_refused_by_what_it_is_and_passed_over_where_none_is_named(file: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "granted on"])
    book.create_chartsheet("Curve", 0).add_chart(BarChart())
    book.save(file)
    assert rows(file) == rows(file, "Sheet") == [["name", "granted on"]]
    with pytest.raises(FileRefused, match=r"sheet Curve is a chart and has no rows.*: Sheet") as refused:
        rows(file, "Curve")
    assert refused.value.code == "sheet-chart"


def test_a_sheet_of_a_million_empty_rows_is_passed_over_in_seconds(file: Path) -> None:
    altered(file, ROW % (b"1048576", b"A1048576", b"a"))
    began = time.process_time()
    assert numbers(file) == [1, 1_048_576]
    assert time.process_time() - began < 20
