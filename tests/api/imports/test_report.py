"""A report reads well to a clerk, in three languages, and to a program."""

from __future__ import annotations

import csv
import io
import json
import re
from importlib.resources import files
from typing import Any

import pytest

from api.imports import saying
from api.imports.report import HEADER, Fault, Quarantined, Report
from api.imports.saying import LANGUAGES, Lang, messages, said
from api.words.words import catalogue
from dossier.refusals import KINDS

BOUND = Fault("amount-bound", "Bedrag", "< 500,000")
TERM = Fault("term-unknown", "Type", "Tax", (("term", "Tax"), ("table", "kinds")))
CODES = {
    code
    for path in (files("api") / "imports").rglob("*.py")  # type: ignore[attr-defined]  # a folder of files
    for code in re.findall(
        r'(?:Problem|Unconvertible|FileRefused|Fault|problem)\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8")
    )
}


@pytest.fixture
def report() -> Report:
    rows = [Quarantined(2, (BOUND, TERM)), Quarantined(5, (TERM,)), Quarantined(9, (TERM,))]
    return Report("a.csv", "tam", rows=10, accepted=6, duplicate=1, opened=4, registered=["x"], quarantined=rows)


def test_the_text_counts_gives_examples_and_says_what_to_do(report: Report) -> None:
    assert report.text(limit=2).splitlines() == [
        "a.csv, as mapping tam reads it: 10 rows",
        "       6 accepted (dossiers opened: 4; agencies registered: 1)",
        "       1 duplicate, the log has them",
        "       3 quarantined",
        "Quarantined rows by reason; a row may have several:",
        "       3 Type: no common term for “Tax” in table kinds",
        "         line 2, 5 and 1 more",
        "         -> Check its spelling, or add it to that table of the mapping.",
        "       1 Bedrag: a bound, not an amount",
        "         line 2 [< 500,000]",
        "         -> Put the exact amount in its place.",
    ]


def test_a_dry_run_says_so(report: Report) -> None:
    report.dry_run = True
    assert "6 would be accepted (dossiers to open: 4; agencies to register: 1)" in report.text()
    assert report.text().endswith("Dry run: nothing was written.")
    assert report.text("nl").endswith("Proefronde: er is niets geschreven.")


def test_the_table_has_a_line_for_each_fault(report: Report) -> None:
    table = list(csv.reader(io.StringIO(report.csv("fr"))))
    assert tuple(table[0]) == HEADER
    assert table[1] == ["2", "Bedrag", "< 500,000", "amount-bound", *said("amount-bound", (), "fr")]
    assert [line[0] for line in table[1:]] == ["2", "2", "5", "9"]


@pytest.mark.parametrize("value", ["=1+1", "+32 2", "-5", "@SUM(A1)", "\tx"])
def test_no_cell_of_the_table_is_a_formula(value: str) -> None:
    report = Report("a.csv", "tam", quarantined=[Quarantined(2, (Fault("empty", value, value),))])
    [_, line] = csv.reader(io.StringIO(report.csv()))
    assert (line[1], line[2]) == (f"'{value}", f"'{value}")


def test_the_document_has_everything(report: Report) -> None:
    whole = json.loads(report.json())
    assert (whole["rows"], whole["accepted"], whole["registered"]) == (10, 6, ["x"])
    assert whole["quarantined"][1] == {"line": 5, "faults": [TERM.described("en")]}


def test_a_row_counts_once_for_each_reason(report: Report) -> None:
    assert report.codes() == {"term-unknown": 3, "amount-bound": 1}


def worded(lang: Lang) -> dict[str, Any]:
    return {code: words for code, words in messages(lang).items() if code != "report"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_words_in_every_language(lang: Lang) -> None:
    assert len(CODES) > 20
    assert CODES - worded(lang).keys() == set()
    assert worded(lang).keys() - CODES == set(), "no words are left over"
    assert messages(lang)["report"].keys() == messages("en")["report"].keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_fill_in_the_same_in_every_language(lang: Lang) -> None:
    for code, words in worded(lang).items():
        assert words.keys() == {"problem", "remedy"}
        for part in words:
            filled = [set(re.findall(r"{(\w+)}", text[code][part])) for text in (worded(lang), worded("en"))]
            assert filled[0] >= filled[1] or code == "number-wrong", (code, part)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", KINDS)
def test_every_refusal_of_the_log_has_words(lang: Lang, slug: str) -> None:
    told = said(f"refused-{slug}", (("event", "aid-applied"), ("field", "amount"), ("detail", "d")), lang)
    assert told.problem
    assert told.remedy


def test_the_words_of_refusals_are_read_once_for_a_whole_report(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reading(lang: Lang) -> dict[str, Any]:
        read.append(lang)
        return catalogue(lang)

    monkeypatch.setattr(saying, "catalogue", reading)
    saying.refusals.cache_clear()
    lines = [Quarantined(line, (Fault("refused-invalid", "Type", "x"),)) for line in range(2, 12)]
    assert len(Report("a.csv", "tam", quarantined=lines).csv("fr").splitlines()) == 11
    assert read == ["fr"]


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_a_wrong_enterprise_number_is_told_in_one_language(lang: Lang) -> None:
    english = (("detail", "the check digits of this enterprise number are wrong"),)
    assert "check digits" not in said("number-wrong", english, lang).problem
