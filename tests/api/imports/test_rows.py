"""Files of each format become the same lines, numbered as the file numbers them."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.imports.loading import read_mapping
from api.imports.mapping import Mapping
from api.imports.problems import FileRefused
from api.imports.rows import Line, open_rows

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


def test_a_sheet_that_is_not_there_names_those_that_are(file: Path) -> None:
    workbook(file, ["name"])
    with pytest.raises(FileRefused, match="no sheet Aids; the workbook has: Notes, Awards"):
        lines(file, format="xlsx", sheet="Aids")


def test_what_is_no_workbook_is_refused(file: Path) -> None:
    file.write_text("name,granted on\n")
    with pytest.raises(FileRefused, match="cannot be read"):
        lines(file, format="xlsx")


def test_json_lines_keep_numbers_exact_and_reach_into_objects(file: Path) -> None:
    file.write_text('{"name": "a", "granted on": "x", "amount": {"value": 0.10}}\n\n{"Nom": null}\n[1]\n{"name\n')
    found = lines(file, format="ndjson")
    assert found[:2] == [Line(1, cells("a", "x", "0.10")), Line(3, cells("", ""))]
    assert [(line.number, line.problem and line.problem.code) for line in found[2:]] == [
        (4, "line-unreadable"),
        (5, "line-unreadable"),
    ]
