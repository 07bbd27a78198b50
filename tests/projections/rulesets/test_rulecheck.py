"""Checking rules: an author is told each fault, where it stands and what to do."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from projections.rulesets.nace import DIVISIONS, beginnings
from projections.rulesets.rulecheck import UNSHOWN, check, dropped, merged, read_folder, written
from projections.rulesets.ruleset import RELEASED, Ruleset, ruleset
from projections.rulesets.shapes import SHAPES

SECTOR = """\
sector.ict.2025:
  label:
    fr: Secteur
    nl: Sector
    en: Sector
  unit: code prefixes
  values:
    - from: "2025-01-01"
      value: ["61", "62"]
      source: A text
"""
FAULTY: list[tuple[str, str, int, str]] = [
    ("    nl: Sector\n", "", 2, "the translation into nl is missing"),
    ("unit: code prefixes", "unit: EUR", 6, "the unit of this rule is `code prefixes`"),
    ('"2025-01-01"', "2025-01-01", 8, 'the first day it holds, in quotes: "2026-01-01"'),
    ('"2025-01-01"', "2025-13-01", 8, "a value is no date, number or word as it is written (month must be in 1..12): "
     "write text in quotes"),
    ('"2025-01-01"', '"2025-13-01"', 8, 'the first day it holds, in quotes: "2026-01-01"'),
    ('"2025-01-01"', '"2025-W01-3"', 8, 'the first day it holds, in quotes: "2026-01-01"'),
    ('"2025-01-01"', '"2026-01-01"', 8, "a gap: nothing would hold from 2025-01-01, where the rule began"),
    ('["61", "62"]', "[61]", 9, "Input should be a valid string"),
    ('["61", "62"]', '["61", "45"]', 9, "Value error, NACE-BEL 2025 has no division 45"),
    ('["61", "62"]', '["61", "6299"]', 9, "Value error, NACE-BEL 2025 has no code that begins with 6299"),
    ('["61", "62"]', '["61", "611"]', 9, "Value error, 611 stands under 61 already"),
    ("source: A text", "source: 1407", 10, "this is read as 1407, not as text: write it in quotes"),
    ("en: Sector", "en: No", 5, "this is read as False, not as text: write it in quotes"),
    ("source: A text", "sauce: A text", 10, "unknown member: remove it"),
    ("      source: A text\n", "", 8, "the source is missing: the text this value comes from"),
    ("      source: A text\n", "      source: |\n        A text\n        of two lines\n", 10, UNSHOWN),
    ("      source: A text\n", "      source: >\n        A text\n", 10, UNSHOWN),
    ("fr: Secteur", 'fr: "Sec\\tteur"', 3, UNSHOWN),
    ("sector.ict.2025", "sector.ict.2199", 1, "unknown rule: nothing reads it; there are " + ", ".join(SHAPES)),
    ("unit: code prefixes", "unit: code prefixes\n  unit: code prefixes", 7, "written twice: also on line 6"),
    ("      source: A text\n", '      source: A text\n    - {from: "2025-01-01", value: ["62"], source: B}\n', 11,
     "overlaps the value before: both hold from 2025-01-01; write values from the oldest day to the newest"),
]  # fmt: skip


def told(text: str) -> list[tuple[int, str]]:
    found = written(text)
    faults = [*found.faults, *check(found.rules, ruleset().rules)]
    return [(found.line(fault.pointer), fault.detail) for fault in faults]


def test_rules_without_a_fault_are_taken() -> None:
    assert told(SECTOR) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "detail"), FAULTY, ids=[f"{new[:20]} {detail[:40]}" for _, new, _, detail in FAULTY]
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, detail: str) -> None:
    assert old in SECTOR
    assert (line, detail) in told(SECTOR.replace(old, new, 1))


def test_a_rule_written_twice_is_told_once_with_the_line_of_the_first() -> None:
    again = SECTOR.count("\n") + 1
    assert told(SECTOR + SECTOR) == [(again, "written twice: also on line 1")]


def test_a_value_of_the_base_that_is_dropped_is_no_fault_and_is_told() -> None:
    ceiling = copy.deepcopy(ruleset().rules["de-minimis.ceiling"])
    assert dropped({"de-minimis.ceiling": ceiling}, ruleset().rules) == []
    lost = ceiling["values"].pop()["from"]
    ceiling["values"].append(ceiling["values"][-1] | {"from": "2027-01-01"})
    rules = {"de-minimis.ceiling": ceiling}
    assert check(rules, ruleset().rules) == []
    [note] = dropped(rules, ruleset().rules)
    assert note.pointer == "/de-minimis.ceiling/values"
    assert f"the value from {lost} is dropped" in note.detail
    assert dropped({"de-minimis.public-bodies": ceiling}, ruleset().rules) == [], "a rule the base has not"


@pytest.mark.parametrize("text", ["a: [", "- a", "", "a: b: c"])
def test_what_holds_no_rules_is_told(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize("name", RELEASED)
def test_the_rules_of_the_program_have_no_fault(name: str) -> None:
    assert check(ruleset(name).rules) == []


ADVICE = """\
eligibility.advice-grant-2024:
  label: {fr: Prime, nl: Premie, en: Grant}
  unit: conditions
  values:
    - from: "2024-03-26"
      source: A text
      value: {agency: bee, activities: {"2025": ["62"]}, topics: [grants], services: [grants-desk]}
"""


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("[grants]", "[subsidies]", "Value error, the vocabulary has no such term: it has business-plan, "),
        ("[grants]", "[unmapped]", "Value error, the vocabulary has no such term: it has business-plan, "),
        ("grants-desk", "desk", "Value error, the vocabulary has no such term: it has coaching, "),
        ("bee", "Brussels Economy", "String should match pattern"),
        ('["62"]', '["45"]', "Value error, NACE-BEL 2025 has no division 45"),
    ],
)
def test_conditions_name_what_there_is(old: str, new: str, detail: str) -> None:
    assert told(ADVICE) == []
    [(line, said)] = told(ADVICE.replace(old, new))
    assert line == 7
    assert said.startswith(detail)


CLASSES = """\
size.classes:
  label: {fr: Tailles, nl: Groottes, en: Sizes}
  unit: fte and EUR
  values:
    - from: "2005-01-01"
      source: A text
      value:
        - {class: micro, headcount_below: 10, turnover: 2000000, balance_total: 2000000}
        - {class: small, headcount_below: 50, turnover: 10000000, balance_total: 10000000}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "detail"),
    [
        ("below: 10,", "below: -5,", 8, "Input should be greater than or equal to 1"),
        ("below: 10,", "below: 0,", 8, "Input should be greater than or equal to 1"),
        ("below: 10,", "below: 50,", 7, "Value error, classes stand from the smallest headcount to the largest"),
        ("class: small", "class: micro", 7, "Value error, classes stand in the order micro, small, medium, each once"),
        ("class: micro", "class: medium", 7, "Value error, classes stand in the order micro, small, medium, each once"),
    ],
)
def test_a_size_class_stands_once_and_holds_somebody(old: str, new: str, line: int, detail: str) -> None:
    assert told(CLASSES) == []
    assert told(CLASSES.replace(old, new)) == [(line, detail)]


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sector.yaml"
    file.write_bytes(SECTOR.replace("A text", "Un règlement").encode("latin-1"))
    [(path, found)] = read_folder(tmp_path).items()
    assert path == str(file)
    assert [(found.line(fault.pointer), fault.detail) for fault in found.faults] == [
        (10, "this is not UTF-8: save the file in that encoding")
    ]


@pytest.mark.parametrize("version", sorted(DIVISIONS))
def test_the_divisions_are_those_of_the_list_of_codes(version: str) -> None:
    assert {code for code in beginnings(version) if len(code) == 2} >= DIVISIONS[version]


@pytest.mark.parametrize(("number", "said"), [("0400.000.185", "write the ten digits: 0400000185"), ("0400000186", "")])
def test_a_public_body_is_an_enterprise_that_can_be(number: str, said: str) -> None:
    text = SECTOR.replace("sector.ict.2025", "de-minimis.public-bodies").replace("code prefixes", "enterprise numbers")
    assert told(text.replace('["61", "62"]', '["0400000185"]')) == []
    [(line, detail)] = told(text.replace('["61", "62"]', f'["{number}"]'))
    assert line == 9
    assert said in detail


def test_a_file_counts_by_either_ending_of_yaml_and_no_other(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yml", "c.YML", "d.txt", "e.yaml~"):
        (tmp_path / name).write_text(SECTOR)
    assert [Path(file).name for file in read_folder(tmp_path)] == ["a.yaml", "b.yml", "c.YML"]


DAYS = """\
referral.answer-days:
  label: {fr: Jours, nl: Dagen, en: Days}
  unit: days
  values:
    - {from: "1990-01-01", value: 14, source: A text}
"""


@pytest.mark.parametrize("number", ["014", "0x14", "1:30", "0b11"])
def test_a_number_that_yaml_reads_otherwise_than_it_is_written_is_told(number: str) -> None:
    assert told(DAYS) == []
    assert told(DAYS.replace("value: 14", f"value: {number}")) == [
        (5, f"YAML reads another number in `{number}`: write it in plain digits")
    ]


def test_what_means_billions_of_values_is_told_at_once() -> None:
    levels = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 64))]
    assert told("\n".join(levels)) == [(2, "this is no YAML: aliases are not taken: write it out")]


def test_a_rule_that_stands_in_two_files_is_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("# first\n" + SECTOR)
    rules, twice = merged(read_folder(tmp_path))
    assert list(rules) == ["sector.ict.2025"]
    assert twice == [(str(tmp_path / "b.yaml"), 2, "sector.ict.2025 is written twice")]


@given(
    st.sampled_from(sorted(ruleset().rules)),
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists),
)
def test_no_value_of_another_shape_is_taken(rule: str, value: Any) -> None:
    changed = copy.deepcopy(ruleset().rules[rule])
    changed["values"][-1]["value"] = value
    assert check({rule: changed}) != []


SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
ANYTHING = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)


@given(ANYTHING)
def test_whatever_is_given_is_told_and_breaks_nothing(rules: Any) -> None:
    assert check(rules) != [] or rules == {}
    assert isinstance(written(yaml.safe_dump(rules)).faults, list)


@given(st.sampled_from(sorted(ruleset().rules)), st.dates(), st.dates())
def test_a_rule_changed_from_a_day_on_says_before_it_what_it_said(rule: str, since: Any, asked: Any) -> None:
    first = ruleset().rules[rule]
    kept = [dated for dated in first["values"] if dated["from"] < since.isoformat()]
    changed = first | {"values": [*kept, {"from": since.isoformat(), "value": "new", "source": "x"}]}
    before, after = ruleset(), Ruleset("after", ruleset().rules | {rule: changed}, "")
    on = asked.isoformat()

    def said(rules: Ruleset) -> Any:
        try:
            return rules.value(rule, on)
        except LookupError:
            return None

    assert said(after) == (said(before) if asked < since else "new")


@pytest.mark.parametrize("text", ["a: 2025-13-45", "a: !!float", "a: !!bool x", "a: " + "[" * 900, "? [b]\n: c"])
def test_yaml_that_means_nothing_is_a_fault_of_the_rules_as_well(text: str) -> None:
    [fault] = written(text).faults
    assert fault.pointer == ""
    assert "YAML" in fault.detail or "write" in fault.detail
