"""Files of each format become the same lines, numbered as the file numbers them."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from api.imports.cells import Moment, Number
from api.imports.loading import read_mapping
from api.imports.mapping import Mapping
from api.imports.problems import FileRefused
from api.imports.rows import LONGEST, Line, open_rows

DECLARED = """
version: 1
name: rows
about: the columns of these tests
file: {file}
columns: {{name: [name, Nom], day: granted on}}
optional_columns: {{amount: amount.value}}
agency: {{id: a, names: {{fr: A, nl: A, en: A}}, source_prefix: "urn:a"}}
dossier: {{enterprise: name, opened_at: {{date: day}}}}
events: [{{type: contact-made, id: "{{name}}", time: {{date: day}}, data: {{channel: {{text: name}}}}}}]
"""


def mapping(**file: Any) -> Mapping:
    return read_mapping(DECLARED.format(file=json.dumps(file)), "rows.yaml")


def lines(path: Path, **file: Any) -> list[Line]:
    with open_rows(path, mapping(**file)) as rows:
        return list(rows.lines)


def cells(name: str, day: str, amount: str = "") -> dict[str, str]:
    return {"name": name, "day": day, "amount": amount}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_in_the_first_encoding_it_fits(file: Path, encoding: str) -> None:
    file.write_bytes("Nom;granted on\r\nÉtoile;2020-01-05\r\n".encode(encoding))
    assert lines(file, format="csv", delimiter=";", encodings=["utf-8", "cp1252"]) == [
        Line(2, cells("Étoile", "2020-01-05"))
    ]


@pytest.mark.parametrize(("first", "between"), [("sep=;", ";"), ('"sep=,"', ","), ("SEP=\t", "\t"), ("sep=;;", ";")])
def test_a_csv_may_begin_with_its_delimiter_as_excel_has_it(file: Path, first: str, between: str) -> None:
    head, line = between.join(["Nom", "granted on"]), between.join(["Étoile", "2020-01-05"])
    file.write_bytes(f"{first}\r\n{head}\r\n{line}\r\n".encode("utf-8-sig"))
    assert lines(file, format="csv") == [Line(3, cells("Étoile", "2020-01-05"))]
    assert lines(file, format="csv", header_line=2) == [Line(3, cells("Étoile", "2020-01-05"))]


def test_csv_in_no_declared_encoding_is_refused(file: Path) -> None:
    file.write_bytes("name,granted on\nÉtoile,x\n".encode("cp1252"))
    with pytest.raises(FileRefused, match="is not in utf-8"):
        lines(file, format="csv", encoding="utf-8")


def test_a_line_is_numbered_by_where_it_starts(file: Path) -> None:
    file.write_text('name,granted on\n"two\nlines",x\n\nb,y\n')
    assert [(line.number, line.cells["name"]) for line in lines(file, format="csv")] == [
        (2, "two\nlines"),
        (5, "b"),
    ]


def test_a_line_that_is_not_csv_spoils_no_other(file: Path) -> None:
    file.write_text('name,granted on\n"a"b,x\nc\nd,y\n')
    found = lines(file, format="csv")
    assert [(line.number, line.problem and line.problem.code) for line in found] == [
        (2, "line-unreadable"),
        (3, "line-width"),
        (4, None),
    ]
    assert found[1].problem
    assert found[1].problem.about == (("cells", "1"), ("width", "2"))


def test_a_header_may_stand_lower(file: Path) -> None:
    file.write_text("Report of 2020\n\nname,granted on\na,x\n")
    assert lines(file, format="csv", header_line=3) == [Line(4, cells("a", "x"))]


def test_a_missing_column_names_what_there_is(file: Path) -> None:
    file.write_text("naam,granted on\na,x\n")
    with pytest.raises(FileRefused, match="column `name`: no header name / Nom; the file has: naam, granted on"):
        lines(file, format="csv")


@pytest.mark.parametrize(
    "first", ["Zoé Vandenabeele,3 March 2020", "Zoé Vandenabeele;3 March 2020", "Zoé Vandenabeele"]
)
def test_a_line_that_may_be_a_row_is_not_repeated(file: Path, first: str) -> None:
    """Why a file was refused is kept with the record of its import, where an erasure does not find it."""
    file.write_text(f"{first}\nb,x\n")
    with pytest.raises(FileRefused, match="no header name / Nom; the file has: …") as refused:
        lines(file, format="csv")
    assert "Vandenabeele" not in str(refused.value.about)


def test_two_headers_for_one_column_are_refused(file: Path) -> None:
    file.write_text("name,NOM,granted on\na,b,x\n")
    with pytest.raises(FileRefused, match="several headers fit it: name, NOM"):
        lines(file, format="csv")


@pytest.mark.parametrize("form", ["csv", "xlsx", "ndjson"])
def test_a_file_that_is_not_there_is_refused(file: Path, form: str) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        lines(file, format=form)


def workbook(path: Path, *rows: list[object]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Awards")
    for row in rows:
        sheet.append(row)
    book.save(path)


def test_a_workbook_is_read_as_a_clerk_would_write_it(file: Path) -> None:
    first, second = datetime(2020, 1, 5), date(2020, 1, 6)  # noqa: DTZ001 - a workbook knows no time zone
    workbook(file, ["name", "granted on", "amount.value"], ["a", first, 521149], [None] * 3, [7, second, 0.5])
    assert lines(file, format="xlsx", sheet="Awards") == [
        Line(2, cells("a", "2020-01-05", "521149")),
        Line(4, cells("7", "2020-01-06", "0.5")),
    ]


HEADERS = [
    ("Référence", "REFERENCE"),
    ("Référence", "  référence "),
    ("Numéro d'entreprise", "numero\u00a0d'entreprise"),
    ("Date d'octroi", "Date\nd'octroi"),
    ("Beslist op", "BESLIST  OP"),
]


@pytest.mark.parametrize(("declared", "present"), HEADERS)
def test_a_header_fits_whatever_its_capitals_accents_and_spaces(file: Path, declared: str, present: str) -> None:
    file.write_text(f'"{present}";granted on\na;x\n')
    found = mapping(format="csv").model_copy(update={"columns": {"name": declared, "day": "granted on"}})
    with open_rows(file, found) as rows:
        assert [line.cells["name"] for line in rows.lines] == ["a"]
        assert rows.headers["name"] == present.strip()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("declared", [True, False])
def test_the_delimiter_is_the_one_by_which_the_header_has_the_columns(
    file: Path, delimiter: str, declared: bool
) -> None:
    other = ";" if delimiter == "," else ","
    file.write_text(f'name{delimiter}"a{other}b"{delimiter}granted on\n"x{delimiter}y"{delimiter}{delimiter}z\n')
    found = lines(file, format="csv", **({"delimiter": delimiter} if declared else {}))
    assert found == [Line(2, cells(f"x{delimiter}y", "z"))]


def test_a_header_that_no_delimiter_parts_says_what_is_missing(file: Path) -> None:
    file.write_text("name:granted on\na:b\n")
    with pytest.raises(FileRefused) as refused:
        lines(file, format="csv")
    assert refused.value.code == "header-missing"


def test_an_empty_file_is_refused(file: Path) -> None:
    file.touch()
    with pytest.raises(FileRefused) as refused:
        lines(file, format="csv")
    assert refused.value.code == "file-empty"


def test_a_line_that_never_ends_does_not_fill_the_memory(file: Path) -> None:
    file.write_text("name,granted on\n" + "x" * (LONGEST + 1))
    with pytest.raises(FileRefused) as refused:
        lines(file, format="csv")
    assert refused.value.code == "line-long"
    file.write_text('{"name": "' + "x" * LONGEST + '"}\n{"name": "b", "granted on": "y"}\n')
    found = lines(file, format="ndjson")
    assert [(line.number, line.problem and line.problem.code) for line in found] == [(1, "line-long"), (2, None)]


def test_what_a_workbook_typed_stays_typed_and_text_stays_text(file: Path) -> None:
    workbook(file, ["name", "granted on", "amount.value"], ["403449823", datetime(2024, 12, 31), 1234.5])  # noqa: DTZ001
    [line] = lines(file, format="xlsx", sheet="Awards")
    assert [type(line.cells[name]) for name in ("name", "day", "amount")] == [str, Moment, Number]


def test_merged_and_ragged_rows_of_a_workbook_leave_cells_empty(file: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["name", "granted on", "amount.value", None], ["2024"], [None], ["a", "x", 5], ["b", "y", 6, None]):
        sheet.append(row)
    sheet.merge_cells("A2:C2")
    sheet.merge_cells("B4:B5")
    book.save(file)
    assert lines(file, format="xlsx") == [
        Line(2, cells("2024", "")),
        Line(4, cells("a", "x", "5")),
        Line(5, cells("b", "", "6")),
    ]


def test_a_workbook_cell_beside_the_table_is_told(file: Path) -> None:
    workbook(file, ["name", "granted on"], ["a", "x", "beside"])
    [line] = lines(file, format="xlsx", sheet="Awards")
    assert line.problem
    assert line.problem.code == "line-width"


def test_a_workbook_that_counts_from_1904_gives_no_serial_numbers(file: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["name", "granted on"])
    book.save(file)
    assert lines(file, format="xlsx") == []
    serial = DECLARED.replace("{{date: day}}", '{{date: day, formats: ["excel-serial"]}}')
    declared = read_mapping(serial.format(file=json.dumps({"format": "xlsx"})), "rows.yaml")
    with pytest.raises(FileRefused) as refused, open_rows(file, declared):
        pass
    assert refused.value.code == "date-other-calendar"


def test_a_workbook_made_to_fill_a_memory_is_refused(file: Path) -> None:
    workbook(file, ["name", "granted on"])
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b" " * (1 << 20) * 1025)
    assert file.stat().st_size < 2 << 20
    with pytest.raises(FileRefused) as refused:
        lines(file, format="xlsx")
    assert refused.value.code == "file-large"


def test_a_sheet_that_is_not_there_names_those_that_are(file: Path) -> None:
    workbook(file, ["name"])
    with pytest.raises(FileRefused, match="no sheet Aids; the workbook has: Notes, Awards"):
        lines(file, format="xlsx", sheet="Aids")


def test_what_is_no_workbook_is_refused(file: Path) -> None:
    file.write_text("name,granted on\n")
    with pytest.raises(FileRefused, match="cannot be read"):
        lines(file, format="xlsx")


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_workbook_where_text_is_read_is_told_for_what_it_is(file: Path, form: str) -> None:
    openpyxl.Workbook().save(file)
    with pytest.raises(FileRefused) as refused:
        lines(file, format=form)
    assert refused.value.code == "workbook-unexpected"


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
def test_an_old_workbook_or_one_with_a_password_is_told_for_what_it_is(file: Path, form: str) -> None:
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    with pytest.raises(FileRefused) as refused:
        lines(file, format=form)
    assert refused.value.code == "workbook-closed"


def test_json_lines_keep_numbers_exact_and_reach_into_objects(file: Path) -> None:
    file.write_text('{"name": "a", "granted on": "x", "amount": {"value": 0.10}}\n\n{"Nom": null}\n[1]\n{"name\n')
    found = lines(file, format="ndjson")
    assert found[:2] == [Line(1, cells("a", "x", "0.10")), Line(3, cells("", ""))]
    assert [(line.number, line.problem and line.problem.code) for line in found[2:]] == [
        (4, "line-unreadable"),
        (5, "line-unreadable"),
    ]
