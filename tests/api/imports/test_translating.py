"""A line becomes the events its mapping declares, or tells everything that is wrong with it."""

import unicodedata
from typing import Literal

import pytest

from api.imports.authorities import slug
from api.imports.cells import Failed, Uncalculated
from api.imports.loading import read_mapping
from api.imports.problems import Problem
from api.imports.rows import Line
from api.imports.translating import Row, Translator

MAPPING = read_mapping(
    """
version: 1
name: contacts
about: contacts and plans of a desk
file: {format: csv}
columns: {ref: Ref, number: Number, month: Month, how: How, about: About, code: Code}
agency: {id: desk, names: {fr: D, nl: D, en: D}, source_prefix: "urn:desk"}
dossier: {enterprise: [about, number], opened_at: {date: month, formats: [yyyy-mm]}}
tables: {channels: {Tel.: phone, Téléphone: phone, Other: ~}}
quarantine: [{column: ref, is: [T1, T2], reason: a test}]
events:
  - type: contact-made
    id: "{ref}/contact"
    time: {date: month, formats: [yyyy-mm]}
    when_filled: [how]
    data: {channel: {lookup: how, table: channels}, topic: {text: code, longest: 5, optional: true}}
  - type: project-described
    id: "{ref}/project"
    time: {date: month, formats: [yyyy-mm]}
    when_filled: [code]
    data: {nace: {object: {version: {constant: "2025"}, code: {text: code}}}}
""",
    "contacts.yaml",
)
CELLS = {"ref": "7", "number": "424.632.940", "month": "2026-03", "how": "tel.", "about": "", "code": "62.010"}


def translated(**cells: str) -> Row | list[Problem]:
    return Translator(MAPPING).translate(Line(2, CELLS | cells))


def row(**cells: str) -> Row:
    made = translated(**cells)
    assert isinstance(made, Row)
    return made


def test_a_line_becomes_its_events() -> None:
    made = row()
    assert (made.enterprise, made.enterprise_as_supplied) == ("0424632940", "424.632.940")
    assert [(event.name, event.id, event.data) for event in made.events] == [
        ("contact-made", "7/contact", {"channel": "phone", "topic": "62.0…"}),
        ("project-described", "7/project", {"nace": {"version": "2025", "code": "62.010"}}),
    ]


def test_a_month_stays_a_month() -> None:
    sent = row().events[0].cloudevent("urn:desk/imports/contacts", "0424632940")
    assert (sent["time"], sent["timeprecision"]) == ("2026-03-01T00:00:00+01:00", "month")


def test_an_event_is_left_out_where_what_it_is_of_is_empty() -> None:
    assert [event.name for event in row(how="").events] == ["project-described"]
    assert [event.data for event in row(code="").events] == [{"channel": "phone"}]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_term_is_looked_up_however_its_accents_are_encoded(form: Literal["NFC", "NFD"]) -> None:
    assert row(how=unicodedata.normalize(form, "téléphone")).events[0].data["channel"] == "phone"


def test_a_term_without_a_common_one_leaves_its_field_out() -> None:
    assert "channel" not in row(how="Other").events[0].data


def test_a_line_tells_everything_that_is_wrong_with_it() -> None:
    made = translated(ref="", number="KvK 1", month="March", how="Fax")
    assert isinstance(made, list)
    assert {(problem.code, problem.column) for problem in made} == {
        ("empty", "ref"),
        ("number-foreign", "number"),
        ("date-unreadable", "month"),
        ("term-unknown", "how"),
    }
    assert len(made) == 4


def test_a_line_may_be_left_out_by_rule() -> None:
    assert translated(ref="T2") == [Problem("rule", "ref", "T2", (("reason", "a test"),))]


def test_a_line_that_makes_no_event_is_not_taken_silently() -> None:
    made = translated(how="", code="")
    assert isinstance(made, list)
    assert made[0].code == "no-event"


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("SPW - DG Energie", "spw-dg-energie"),
        ("Société d’Études", "societe-d-etudes"),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_an_agency_id_is_made_of_a_name(name: str, made: str) -> None:
    assert slug(name) == made


def test_a_null_in_a_cell_is_told_without_the_cell() -> None:
    assert translated(ref="a\0", month="\0") == [Problem("null-character", "ref")]


def test_a_cell_that_a_workbook_has_no_value_for_is_told_whatever_it_feeds() -> None:
    made = translated(how=Failed("#N/A"), code=Uncalculated("=A1"), about=Failed("#REF!"), month="March")
    assert isinstance(made, list)
    assert [(problem.code, problem.column) for problem in made] == [
        ("cell-error", "how"),
        ("cell-error", "about"),
        ("formula-uncalculated", "code"),
        ("date-unreadable", "month"),
    ]


def test_a_time_before_the_clock_of_brussels_is_told_in_utc() -> None:
    sent = row(month="1850-05").events[0].cloudevent("urn:desk", "0")
    assert (sent["time"], sent["timeprecision"]) == ("1850-04-30T23:42:30+00:00", "month")
