"""A mapping that cannot be meant is refused before any row is read, by its path and with what to do."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.imports.loading import load_mapping, read_mapping
from api.imports.problems import MappingRefused
from api.imports.shipped import shipped_mappings

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/mapping.md"
GOOD = """
version: 1
name: grants
about: Grants of an agency
file: {format: csv}
columns: {ref: Reference, number: Number, day: Day, kind: Kind, money: Amount}
optional_columns: {note: Note}
agency: {id: grants, names: {fr: G, nl: G, en: G}, source_prefix: "urn:grants"}
dossier: {enterprise: number, opened_at: {date: day}}
tables: {kinds: {Subsidy: grant}}
quarantine: [{column: kind, is: [test], reason: a test}]
events:
  - type: aid-applied
    id: "{ref}/applied"
    time: {date: day}
    data: {application_id: {text: ref}, instrument: {lookup: kind, table: kinds}}
"""
APPLIED = "events[0].data"
FAULTS: list[tuple[str, Any, str, str]] = [
    ("version", 2, "version", "Input should be 1"),
    ("name", None, "name", "is needed"),
    ("colour", "red", "colour", "not known here"),
    ("file", {"format": "pdf"}, "file", "'csv', 'xlsx', 'ndjson'"),
    ("file", {"format": "csv", "sheet": "A"}, "file.sheet", "not known here"),
    ("file", {"format": "csv", "encodings": []}, "file.encodings", "at least 1 item"),
    ("agency", {"id": "A B"}, "agency.id", "should match pattern"),
    ("agency", {"column": "kind", "source_prefix": "urn:x"}, "agency.source_prefix", "put {id} in it"),
    (
        "agency",
        {"column": "who", "source_prefix": "urn:{id}"},
        "agency.column",
        "no column `who` is declared",
    ),
    ("optional_columns", {"ref": "R"}, "optional_columns.ref", "stands under `columns` too"),
    ("tables", {"kinds": {2008: "grant"}}, "tables.kinds.2008", "write it in quotes"),
    ("tables", {"kinds": {"a": 5}}, "tables.kinds.a", 'write it in quotes, "5"'),
    ("tables", {"kinds": {"a": "gift"}}, f"{APPLIED}.instrument", "`gift` is none of grant, loan"),
    ("tables", {"kinds": {"A b": "grant", "a  B": "loan"}}, "tables.kinds.a  B", "stands here twice"),
    ("tables", {}, f"{APPLIED}.instrument.table", "no table `kinds`"),
    ("quarantine", [{"column": "kind", "reason": "r"}], "quarantine[0]", "either `is` or `matches`"),
    (
        "quarantine",
        [{"column": "kind", "matches": "(", "reason": "r"}],
        "quarantine[0].matches",
        "not a regular",
    ),
    ("dossier", {"enterprise": "nr", "opened_at": {"date": "day"}}, "dossier.enterprise", "no column `nr`"),
    ("events", [], "events", "at least 1 item"),
]
FIELD_FAULTS: list[tuple[str, Any, str]] = [
    ("instrument", {"constant": "gift"}, "`gift` is none of grant, loan, guarantee, equity, voucher"),
    ("instrument", {"txt": "kind"}, "exactly one converter is needed: amount, constant, date"),
    ("instrument", {"text": "kind", "amount": "money"}, "exactly one converter is needed"),
    ("instrument", None, "exactly one converter is needed"),
    ("amount", {"amount": "money", "decimal": ";"}, "Input should be '.', ',' or 'either'"),
    ("amount", {"amount": "mony"}, "no column `mony` is declared under `columns`: day, kind"),
    ("colour", {"text": "kind"}, "aid-applied has no such field; it has: amount, application_id"),
    ("legal_basis", {"date": "day", "formats": ["yyyy"]}, "a month or a year cannot be a day"),
]


def faults(text: str) -> dict[str, str]:
    with pytest.raises(MappingRefused) as refused:
        read_mapping(text, "grants.yaml")
    return dict(refused.value.faults)


def changed(**parts: Any) -> str:
    given = yaml.safe_load(GOOD) | parts
    return yaml.safe_dump({name: part for name, part in given.items() if part is not None})


def test_a_good_mapping_is_taken() -> None:
    assert read_mapping(GOOD, "grants.yaml").name == "grants"


@pytest.mark.parametrize(("part", "value", "path", "said"), FAULTS)
def test_a_fault_is_told_by_its_path(part: str, value: Any, path: str, said: str) -> None:
    found = faults(changed(**{part: value}))
    assert said in found[path]


@pytest.mark.parametrize(("name", "field", "said"), FIELD_FAULTS)
def test_a_fault_in_a_field_is_told_by_its_path(name: str, field: Any, said: str) -> None:
    events = yaml.safe_load(GOOD)["events"]
    events[0]["data"][name] = field
    found = faults(changed(events=events))
    assert any(path.startswith(f"{APPLIED}.{name}") and said in told for path, told in found.items()), found


def test_an_event_needs_what_the_catalogue_needs() -> None:
    event = {"type": "aid-applied", "id": "{ref}", "time": {"date": "day"}, "data": {}}
    assert faults(changed(events=[event])) == {
        f"{APPLIED}.application_id": "aid-applied needs this field",
        f"{APPLIED}.instrument": "aid-applied needs this field",
    }


def test_an_event_of_no_catalogue_names_those_there_are() -> None:
    event = {"type": "aid-granted", "id": "{ref}", "time": {"date": "day"}, "data": {}}
    assert "it has: aid-applied, aid-decided" in faults(changed(events=[event]))["events[0].type"]


def test_a_template_is_text_and_columns_only() -> None:
    event = yaml.safe_load(GOOD)["events"][0] | {"id": "{ref.__class__}"}
    assert "write {column}, nothing more" in faults(changed(events=[event]))["events"]


def test_yaml_that_cannot_be_read_says_where() -> None:
    assert faults("version: 1\nname: [") == {"line 2, column 8": "expected the node content, but found '<stream end>'"}


def test_a_key_given_twice_is_refused() -> None:
    assert faults("version: 1\nname: a\nname: b\n") == {"line 3, column 1": "`name` stands here twice"}


def with_ids(*events: tuple[str, list[str]]) -> str:
    made = [yaml.safe_load(GOOD)["events"][0] | {"id": id_, "when_filled": filled} for id_, filled in events]
    return changed(events=made)


@pytest.mark.parametrize(
    ("events", "path", "said"),
    [
        ([("applied", [])], "events[0].id", "every line would have this id"),
        ([("{ref}", []), ("{ref}", [])], "events[1].id", "events[0] has this id too"),
        ([("{ref}", []), ("{ref}/d", []), ("{ref}", ["note"])], "events[2].id", "events[0] has this id too"),
    ],
)
def test_an_id_of_several_events_is_a_fault(events: list[tuple[str, list[str]]], path: str, said: str) -> None:
    found = faults(with_ids(*events))
    assert list(found) == [path]
    assert said in found[path]


def test_two_events_that_are_never_of_one_line_may_have_one_id() -> None:
    assert read_mapping(with_ids(("{ref}", ["note"]), ("{ref}", ["money"])), "m.yaml")


@pytest.mark.parametrize("text", ["", "a list", "- 1"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert "a mapping is needed" in faults(text)[""]


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefused, match=r"absent\.yaml: cannot be read"):
        load_mapping(tmp_path / "absent.yaml")


def test_every_shipped_mapping_is_sound() -> None:
    assert {name: load_mapping(file).name for name, file in shipped_mappings().items()} == {
        "cordis": "cordis",
        "tam": "tam",
    }


def test_the_mapping_of_the_reference_page_is_sound() -> None:
    example = PAGE.read_text().split("```yaml\n")[1].split("```")[0]
    assert read_mapping(example, "mapping.md").name == "subsidies"
