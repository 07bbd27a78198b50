"""The sector rule by the NACE version given with the code; and the rulesets it stands in."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import yaml
from tests.projections.ruling import of_case

from projections.rulesets.ruleset import ACTIVE, RELEASED, Ruleset, RulesetUnknown, ruleset
from projections.state.sector import is_ict, sector

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "rules" / "ict.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_code_is_ict_by_the_list_of_its_version(case: dict[str, Any]) -> None:
    codes = [*case.get("ict", ()), *case.get("other", ())]
    rules, on = of_case(case), case.get("seen", "2026-01-01")
    assert [code for code in codes if is_ict(case["version"], code, rules, on)] == case.get("ict", [])
    assert codes


def test_a_sector_says_by_which_rule_and_position() -> None:
    shown = sector({"version": "2025", "code": "63.91"}, 7, ruleset(), "2026-01-01")
    assert shown == {
        "nace": {"version": "2025", "code": "63.91"},
        "ict": True,
        "because": {"rule": "sector.ict.2025", "positions": ["7"]},
    }
    assert sector(None, 7, ruleset(), "2026-01-01") is None


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


def test_a_rule_says_what_held_on_the_day() -> None:
    dated = [{"from": "2014-01-01", "value": 200000}, {"from": "2024-01-01", "value": 300000}]
    rules = Ruleset("r", {"ceiling": {"values": dated}}, "sha256:0")
    days = ("2014-01-01", "2023-12-31", "2024-01-01", "2030-06-01")
    assert [rules.value("ceiling", day) for day in days] == [200000, 200000, 300000, 300000]
    with pytest.raises(LookupError, match="2013-12-31"):
        rules.value("ceiling", "2013-12-31")
