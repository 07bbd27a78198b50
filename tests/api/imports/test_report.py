"""A report reads well to a clerk, and to a program."""

import csv
import io
import json

import pytest

from api.imports.report import Fault, Quarantined, Report

BOUND = Fault("amount-bound", "a bound, not an amount", "Bedrag", "< 500,000")
TERM = Fault("term-unknown", "no common term for “Tax”", "Type", "Tax")


@pytest.fixture
def report() -> Report:
    rows = [Quarantined(2, (BOUND, TERM)), Quarantined(5, (TERM,)), Quarantined(9, (TERM,))]
    return Report("a.csv", "tam", rows=10, accepted=6, duplicate=1, opened=4, registered=["x"], quarantined=rows)


def test_the_text_counts_and_gives_examples(report: Report) -> None:
    assert report.text(limit=2).splitlines() == [
        "a.csv, as mapping tam reads it: 10 rows",
        "       6 accepted (dossiers opened: 4; agencies registered: 1)",
        "       1 duplicate, the log has them",
        "       3 quarantined",
        "Quarantined rows by reason; a row may have several:",
        "       3 Type: no common term for “Tax”",
        "         line 2, 5 and 1 more",
        "       1 Bedrag: a bound, not an amount",
        "         line 2 [< 500,000]",
    ]


def test_a_dry_run_says_so(report: Report) -> None:
    report.dry_run = True
    assert "6 would be accepted (dossiers to open: 4; agencies to register: 1)" in report.text()
    assert report.text().endswith("Dry run: nothing was written.")


def test_the_table_has_a_line_for_each_fault(report: Report) -> None:
    table = list(csv.reader(io.StringIO(report.csv())))
    assert table[0] == ["line", "code", "reason", "field", "value"]
    assert table[1] == ["2", "amount-bound", "a bound, not an amount", "Bedrag", "< 500,000"]
    assert [line[0] for line in table[1:]] == ["2", "2", "5", "9"]


def test_the_document_has_everything(report: Report) -> None:
    whole = json.loads(report.json())
    assert (whole["rows"], whole["accepted"], whole["registered"]) == (10, 6, ["x"])
    assert whole["quarantined"][1] == {"line": 5, "faults": [TERM._asdict()]}


def test_a_row_counts_once_for_each_reason(report: Report) -> None:
    assert report.codes() == {"term-unknown": 3, "amount-bound": 1}
