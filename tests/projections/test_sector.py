"""The sector rule by the NACE version given with the code; and the rulesets it stands in."""

import hashlib
from typing import Any

import pytest
import rfc8785
import yaml

from projections.ruleset import ACTIVE, RELEASED, Ruleset, RulesetUnknown, ruleset
from projections.sector import is_ict, sector

ICT = {
    "2003": ["30.01", "32.10", "64.20", "72.10", "72", "5184"],
    "2008": ["26.10", "26.80", "46.51", "58.21", "61", "62.01", "62010", "62.010", "63.11", "63.12", "95.11"],
    "2025": ["26.10", "26.70", "58.29", "61.10", "62.10", "63.10", "63.91", "95.10"],
}
OTHER = {
    "2003": ["22.11", "51.83", "64.11", "73", "3"],
    "2008": ["26.70", "58.11", "60", "63.91", "63.99", "47.41", "J", "6", "01.62", "26"],
    "2025": ["26.80", "58.11", "60.10", "63.92", "01.62"],
}


@pytest.mark.parametrize(("version", "code"), [(v, code) for v, codes in ICT.items() for code in codes])
def test_a_code_of_the_list_is_ict(version: str, code: str) -> None:
    assert is_ict(version, code, ruleset())


@pytest.mark.parametrize(("version", "code"), [(v, code) for v, codes in OTHER.items() for code in codes])
def test_any_other_code_is_not(version: str, code: str) -> None:
    assert not is_ict(version, code, ruleset())


def test_one_code_means_another_thing_in_another_version() -> None:
    """6391 is news agencies in NACE-BEL 2008, and web search portals in 2025."""
    assert [is_ict(version, "63.91", ruleset()) for version in ("2008", "2025")] == [False, True]


def test_a_sector_says_by_which_rule_and_position() -> None:
    shown = sector({"version": "2025", "code": "63.91"}, 7, ruleset())
    assert shown == {
        "nace": {"version": "2025", "code": "63.91"},
        "ict": True,
        "because": {"rule": "sector.ict.2025", "positions": ["7"]},
    }
    assert sector(None, 7, ruleset()) is None


def test_the_digest_is_that_of_the_canonical_rules() -> None:
    found = ruleset()
    assert found.digest == "sha256:" + hashlib.sha256(rfc8785.dumps(found.rules)).hexdigest()
    assert len(found.digest) == len("sha256:") + 64


def test_the_digest_does_not_depend_on_the_order_of_what_is_written() -> None:
    turned: dict[str, Any] = yaml.safe_load(yaml.safe_dump(ruleset().rules, sort_keys=True))
    assert "sha256:" + hashlib.sha256(rfc8785.dumps(turned)).hexdigest() == ruleset().digest


def test_a_released_ruleset_never_changes() -> None:
    """Figures are certified by this digest: once it is released, a changed rule is a new ruleset."""
    assert {name: ruleset(name).digest for name in RELEASED} == {
        "2026.1": "sha256:f4ed5e629907287f60603e2a8fab1edc4ce833dab0c5c673aa6fd0c7526ccd92",
    }
    assert ruleset() == ruleset(ACTIVE)


def test_an_unknown_ruleset_is_told() -> None:
    with pytest.raises(RulesetUnknown, match=r"no ruleset 1999: it knows 2026\.1"):
        ruleset("1999")


@pytest.mark.parametrize("rule", ruleset().rules)
def test_a_rule_is_dated_sourced_and_labelled(rule: str) -> None:
    said = ruleset().rules[rule]
    assert {"fr", "nl", "en"} == set(said["label"])
    assert all(value["source"] and value["from"] for value in said["values"])
    days = [value["from"] for value in said["values"]]
    assert days == sorted(set(days))


def test_the_newest_value_of_a_rule_is_taken() -> None:
    dated = [{"from": "2020-01-01", "value": "then"}, {"from": "2025-01-01", "value": "now"}]
    assert Ruleset("x", {"rule": {"values": dated}}, "").latest("rule") == "now"


def test_a_rule_says_what_held_on_the_day() -> None:
    dated = [{"from": "2014-01-01", "value": 200000}, {"from": "2024-01-01", "value": 300000}]
    rules = Ruleset("r", {"ceiling": {"values": dated}}, "sha256:0")
    days = ("2014-01-01", "2023-12-31", "2024-01-01", "2030-06-01")
    assert [rules.value("ceiling", day) for day in days] == [200000, 200000, 300000, 300000]
    with pytest.raises(LookupError, match="2013-12-31"):
        rules.value("ceiling", "2013-12-31")
