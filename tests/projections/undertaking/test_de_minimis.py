"""De minimis aid: the cases of tests/cases/rules, which a policy officer can read, under both regulations."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.projections.ruling import of_case
from tests.projections.undertaking.told import Case, money, number, undertaking

from projections.rulesets.ruleset import ruleset
from projections.undertaking import answer
from projections.undertaking.de_minimis import PUBLIC_BODIES, NoRegulation, Undertaking
from projections.undertaking.flags import doubts, exceeded
from projections.undertaking.gross_grant_equivalent import METHODS
from projections.undertaking.inheritance import holders
from projections.undertaking.law import law_of
from projections.undertaking.single_undertaking import members
from projections.undertaking.window import WINDOWS

FILES = ("de-minimis-2013", "de-minimis-2023", "undertaking")
CASES = [
    case
    for name in FILES
    for case in yaml.safe_load((Path(__file__).parents[2] / "cases" / "rules" / f"{name}.yaml").read_text())
]
SAID = {"room", "used", "allowed", "frees", "members", "breaches", "breaches_as_known"}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_aid_is_counted_as_the_law_says(case: Case) -> None:
    asked = undertaking(case)
    for day, room in case.get("room", {}).items():
        assert answer.position(asked, day)["room"] == money(room), day
    for day, used in case.get("used", {}).items():
        assert answer.position(asked, day)["used"] == money(used), day
    for question in case.get("allowed", []):
        told = answer.admission(asked, question["day"], round(question["amount"] * 100))
        earliest = str(question["earliest"]) if "earliest" in question else None
        assert (told["allowed"], told["earliest"]) == (question["answer"], earliest)
    for day, freed in case.get("frees", {}).items():
        assert answer.position(asked, day)["frees"] == [_freed(one) for one in freed], day
    for day, letters in case.get("members", {}).items():
        shown = answer.position(asked, day)["members"]
        assert [member["legal_identifier"] for member in shown] == [number(letter) for letter in letters]
    if "breaches" in case:
        assert _flagged(asked, date.max) == case["breaches"]
    for day, ids in case.get("breaches_as_known", {}).items():
        assert _flagged(asked, day) == ids, day


def _flagged(asked: Undertaking, known: date) -> list[str]:
    """The applications whose aid is a breach as known on a day."""
    return [flag["application_id"] for flag in exceeded(asked, "d", known)]


def _freed(one: Case) -> dict[str, str]:
    """What a case says of a day on which room frees, as an answer has it."""
    return {"on": str(one["day"])} | {name: money(amount) for name, amount in one.items() if name != "day"}


def test_every_case_claims_something() -> None:
    assert all(SAID & case.keys() for case in CASES)
    assert len({case["case"] for case in CASES}) == len(CASES)


def test_the_days_on_which_room_frees_are_told_with_how_much() -> None:
    case = {"grants": [{"day": "2021-03-10", "amount": 80000}, {"day": "2022-11-20", "amount": 60000}]}
    told = answer.position(undertaking(case), date(2024, 1, 2))
    assert told["frees"] == [
        {"on": "2024-03-11", "amount": "80000.00", "room": "240000.00"},
        {"on": "2025-11-21", "amount": "60000.00", "room": "300000.00"},
    ]
    assert [grant["counts_until"] for grant in told["grants"]] == ["2024-03-10", "2025-11-20"]


def test_room_frees_too_when_a_link_is_known_to_end() -> None:
    link = {"by": "A", "of": "B", "from": "2024-01-01", "to": "2025-01-01"}
    case = {"controls": [link], "grants": [{"to": "B", "day": "2024-02-01", "amount": 5000}]}
    told = answer.position(undertaking(case), date(2024, 6, 1))
    assert told["frees"] == [{"on": "2025-01-01", "amount": "5000.00", "room": "300000.00"}]
    assert told["members"][1]["because"]["link"] == "votes"


def test_an_answer_says_by_which_rules_and_positions() -> None:
    case = {
        "grants": [{"day": "2024-02-01", "amount": 1}, {"to": "B", "day": "2024-02-02", "amount": 1}],
        "controls": [{"by": "A", "of": "B", "from": "2024-01-01"}, {"by": "C", "of": "D", "from": "2024-01-01"}],
    }
    told = answer.position(undertaking(case), date(2024, 6, 1))["because"]
    assert told["positions"] == ["1", "2", "3"], "what it does not depend on is not named"
    assert told["rules"] == ["de-minimis.regulation", "de-minimis.ceiling", "de-minimis.window", "de-minimis.counts"]


@pytest.mark.parametrize("day", [date(2013, 12, 31), date(2031, 1, 1)])
def test_on_a_day_without_a_regulation_nothing_is_answered(day: date) -> None:
    with pytest.raises(NoRegulation):
        answer.position(undertaking({}), day)


def test_the_days_of_the_rules_are_those_of_the_formulas() -> None:
    values = ruleset().rules["de-minimis.window"]["values"]
    for dated, regulation in zip(values, ruleset().rules["de-minimis.regulation"]["values"], strict=False):
        assert dated["from"] == regulation["from"] == law_of(WINDOWS[dated["value"]["kind"]]).holds_from
        assert regulation["value"] in law_of(WINDOWS[dated["value"]["kind"]]).source


def test_every_formula_says_which_law_it_computes() -> None:
    formulas: list[Callable[..., Any]] = [*WINDOWS.values(), *METHODS.values(), members, holders]
    for formula in formulas:
        assert "Regulation (EU)" in law_of(formula).source


def test_a_convention_of_another_ruleset_is_followed() -> None:
    """The ruleset is a parameter: what is asked under one says nothing of another."""
    case = {"grants": [{"day": "2024-05-01", "amount": 100000}]}
    rooms = [
        answer.position(undertaking(case | {"rules": changed}), date(2024, 6, 1))["room"]
        for changed in ({}, {"de-minimis.ceiling": 500000})
    ]
    assert rooms == ["200000.00", "400000.00"]
    assert of_case({}).rules == ruleset().rules


def test_a_public_body_is_named_by_the_rule_that_keeps_its_holdings_apart_and_on_its_days_alone() -> None:
    controls = [{"by": "F", "of": of, "from": "2024-01-01"} for of in ("A", "B")]
    asked = undertaking({"controls": controls, "later": {"2025-01-01": {PUBLIC_BODIES: [number("F")]}}})
    before, after = (answer.position(asked, day) for day in (date(2024, 12, 31), date(2025, 1, 1)))
    assert [len(told["members"]) for told in (before, after)] == [3, 2]
    assert PUBLIC_BODIES not in before["because"]["rules"]
    assert PUBLIC_BODIES in after["because"]["rules"]


def test_an_undertaking_lives_no_longer_than_its_answer() -> None:
    """A service answers for months: whatever holds on to an undertaking holds all that was said of it."""
    asked = undertaking({"grants": [{"day": "2024-02-01", "amount": 1}]})
    answer.admission(asked, date(2024, 6, 1), 100)
    alive = weakref.ref(asked)
    del asked
    gc.collect()
    assert alive() is None


def test_the_day_from_which_a_regulation_heals_is_the_one_the_rules_say() -> None:
    asked = undertaking({"grants": [{"day": "2022-03-01", "amount": 150000}, {"day": "2022-06-01", "amount": 100000}]})
    rules = copy.deepcopy(asked.rules.rules)
    for name in ("de-minimis.regulation", "de-minimis.ceiling", "de-minimis.window"):
        rules[name]["values"][1]["from"] = "2024-07-01"
    moved = Undertaking(asked.enterprise, asked.said, asked.rules._replace(rules=rules))
    assert [_flagged(moved, day) for day in (date(2024, 6, 30), date(2024, 7, 1))] == [["a2"], []]


def test_a_doubt_says_by_which_rules_and_positions() -> None:
    equity = {"day": "2025-01-01", "amount": 400000, "instrument": "equity", "stated": 1}
    told = doubts(undertaking({"grants": [equity, {"day": "2025-01-02", "amount": 9, "instrument": "loan"}]}), "d")
    assert [flag["reason"] for flag in told] == ["capital-beyond-ceiling", "terms-missing"]
    assert [flag["because"] for flag in told] == [
        {"rules": ["de-minimis.counts", "de-minimis.ceiling"], "positions": ["1"]},
        {"rules": ["de-minimis.counts"], "positions": ["2"]},
    ]


def test_an_assumed_enterprise_says_because_of_which_grant() -> None:
    asked = undertaking({"grants": [{"day": "2025-01-01", "amount": 1}]})
    asked.said.grants[0] = asked.said.grants[0]._replace(enterprise_assumed=True)
    [told] = doubts(asked, "d")
    assert (told["flag"], told["because"]["positions"]) == ("enterprise-assumed", ["1"])
