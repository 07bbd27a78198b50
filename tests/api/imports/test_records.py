"""A quote that is never closed takes no line with it silently; text on several lines of one cell is taken."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.imports.test_rows import lines

from api.imports.problems import FileRefused, Problem
from api.imports.records import Cells, records

HEAD = "ref;kbo;day;amount;name;remark;kind\n"
ROWS = [f"R{n};0403.449.823;05/06/2024;{n},00;Name {n};;Premie\n" for n in range(1, 1001)]


def read(text: str, delimiter: str = ";") -> list[Cells]:
    return list(records(io.StringIO(text, newline=""), delimiter, 1))[1:]


def told(text: str, delimiter: str = ";") -> dict[int, tuple[str, ...]]:
    """The lines that are told of: the problem, and the span it names."""
    found = read(text, delimiter)
    return {n: (p.code, *(said for _, said in p.about)) for n, p in found if isinstance(p, Problem)}


def spoilt(**cells: str) -> str:
    """A thousand lines, of which some (`l2`) have another text in place of an empty remark and a kind."""
    rows = [cells.get(f"l{n}", row) for n, row in enumerate(ROWS, 2)]
    return HEAD + "".join(rows)


OPENED = ROWS[0].replace(";;Premie", ';"see mail;Premie')
CLOSED = ROWS[3].replace(";;Premie", ';screen 15";Lening')
STRAY = [
    ("in one column", spoilt(l2=OPENED, l5=CLOSED), range(2, 6)),
    ("closed in another column", spoilt(l2=OPENED, l5=ROWS[3].replace("Name 4", 'Name 4"')), range(2, 6)),
    ("closed in the next line", spoilt(l2=OPENED, l3=CLOSED), range(2, 4)),
    ("beside one that is an error", spoilt(l2=OPENED, l5=ROWS[3].replace("Name 4", '"Name" 4')), range(2, 6)),
    ("far away", spoilt(l2=OPENED, l502=CLOSED), range(2, 503)),
    ("in the first cell", spoilt(l2='"' + ROWS[0], l5='R4"' + ROWS[3][2:]), range(2, 6)),
    ("in the last cell", spoilt(l2=ROWS[0].replace("Premie", '"Premie'), l5=CLOSED.replace('15";L', '15;L"')),
     range(2, 6)),
    ("about an empty line", spoilt(l2=OPENED, l3="\n", l5=CLOSED), range(2, 6)),
    ("never closed", spoilt(l999=OPENED), range(999, 1002)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span"), [pytest.param(*case[1:], id=case[0]) for case in STRAY])
def test_every_line_between_a_stray_quote_and_the_next_is_told_with_the_span(text: str, span: range) -> None:
    assert told(text) == {line: ("quote-unclosed", str(span[0]), str(span[-1])) for line in span}
    assert len(read(text)) == len(ROWS), "each line is counted once"


def test_one_record_between_two_stray_quotes_and_two_more_is_none(tmp_path: Path) -> None:
    third = ROWS[1].replace("Name 2", 'Name 2"').replace(";;Premie", ';"see;Premie')
    assert told(spoilt(l2=OPENED, l3=third, l4=CLOSED)).keys() == {2, 3, 4}
    found = lines(_written(tmp_path, 'name;granted on;amount.value\na;"b;1\nc;d";2\ne;f;3\n'), format="csv")
    assert [(line.number, line.problem and line.problem.code) for line in found] == [
        (2, "quote-unclosed"),
        (3, "quote-unclosed"),
        (4, None),
    ]


def test_what_follows_a_field_without_an_end_is_read(tmp_path: Path) -> None:
    long = [row.replace("Name", "Name" + "e" * 200) for row in ROWS]
    text = HEAD + OPENED + "".join(long)
    found = read(text)
    assert [n for n, _ in found] == list(range(2, 1003))
    spans = {(p.code, *p.about) for _, p in found if isinstance(p, Problem)}
    assert len(spans) == 1
    assert isinstance(found[-1][1], list)
    assert len(lines(_written(tmp_path, "name;granted on\n" + 'a;"b\n' * 3), format="csv")) == 3


def _written(directory: Path, text: str) -> Path:
    path = directory / "file.csv"
    path.write_text(text)
    return path


def test_a_header_that_a_stray_quote_makes_of_rows_is_refused(tmp_path: Path) -> None:
    file = _written(tmp_path, 'name;granted on;"remark\na;b;c\nd;e;15"\nf;g;h\n')
    with pytest.raises(FileRefused, match="lines 1 to 3 would be one record") as refused:
        lines(file, format="csv")
    assert refused.value.code == "quote-unclosed"


MEANT = [
    "Dear all,\nthe file, with its annexes, is whole, but, as said, not signed\nRegards, Jan",
    "a; b; c\nd; e; f; g; h; i; j; k",
    "\n\n; ; ; ; ; ;\n\n",
    "first line\r\nsecond line",
]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("column", range(7))
@pytest.mark.parametrize("text", MEANT)
def test_text_of_several_lines_in_one_cell_is_taken(text: str, column: int, delimiter: str) -> None:
    row = ["R1", "0403.449.823", "05/06/2024", "1", "Name", "", "Premie"]
    row[column] = text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([HEAD.strip().split(";"), row, row])
    assert [cells for _, cells in read(out.getvalue(), delimiter)] == [row, row]


@given(st.lists(st.text("ab\n\r ", max_size=6), min_size=3, max_size=3))
def test_whatever_a_cell_has_on_its_lines_without_delimiters_is_taken(row: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["x", "y", "z"], row])
    assert [cells for _, cells in read(out.getvalue(), ",")] == [row]
