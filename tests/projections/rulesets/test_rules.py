"""Phase, size class, growth and the clocks of referrals: tests/cases/rules, which a policy officer can read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.projections.ruling import of_case
from tests.projections.telling import Told, history

from projections.history.gathering import read
from projections.history.reading import Reading
from projections.rulesets.ruleset import ruleset
from projections.state.growth import growth, spans
from projections.state.phase import phase
from projections.state.referrals import answer_due, completion_due, open_referrals
from projections.state.sector import is_ict
from projections.state.size import size_class
from projections.undertaking.law import law_of

FOLDER = Path(__file__).parents[2] / "cases" / "rules"
HIGH = ruleset().value("growth.high", "2026-01-01")
OWN, LINKED = "0472909840", "0403170701"


def cases(name: str) -> pytest.MarkDecorator:
    found = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return pytest.mark.parametrize("case", found, ids=[case["case"] for case in found])


def reported(number: str, years: dict[int | str, Any]) -> list[Told]:
    """Headcount, turnover and balance total of years."""
    names = ("headcount_fte", "turnover", "balance_total")
    told: list[Told] = []
    for year, figures in years.items():
        values = dict(zip(names, figures if isinstance(figures, list) else [figures], strict=False))
        said = {name: value if name == "headcount_fte" else str(value) for name, value in values.items()}
        told.append({"figures-reported": {"legal_identifier": number, "period": str(year), **said}})
    return told


def reading(told: list[Told]) -> Reading:
    return read(history([{"enterprise-created": {"legal_identifier": OWN}, "at": "2018-01-01"}, *told]))


FORMULAS: list[tuple[Callable[..., Any], str, str]] = [
    (phase, "phase.without-declaration", "hub.brussels"),
    (size_class, "size.classes", "Recommendation 2003/361/EC"),
    (size_class, "size.periods", "Recommendation 2003/361/EC"),
    (spans, "growth.high", "Implementing Regulation (EU) No 439/2014"),
    (is_ict, "sector.ict.2003", "OECD (2002)"),
    (answer_due, "referral.answer-days", "Convention of this service"),
    (completion_due, "referral.completion-days", "Convention of this service"),
]


@pytest.mark.parametrize(("formula", "rule", "source"), FORMULAS, ids=[rule for _, rule, _ in FORMULAS])
def test_a_formula_says_its_source_and_holds_from_the_day_of_its_rule(
    formula: Callable[..., Any], rule: str, source: str
) -> None:
    first, law = ruleset().rules[rule]["values"][0], law_of(formula)
    assert law.holds_from == first["from"]
    assert source in law.source
    assert source in first["source"]


@cases("phase")
def test_an_entrepreneur_stands_where_the_facts_say(case: dict[str, Any]) -> None:
    told = history(case["given"])
    shown = phase(read(told), of_case(case), case.get("seen", told.day))
    assert {name: shown[name] for name in case["then"]} == case["then"]


@cases("size")
def test_an_enterprise_has_the_class_of_the_recommendation(case: dict[str, Any]) -> None:
    told = reported(OWN, case["years"])
    if "linked" in case:
        link = {"controller": OWN, "controlled": LINKED, "ground": "votes", "from": str(case["linked"]["from"])}
        told += [{"enterprise-controlled": link}, *reported(LINKED, case["linked"]["years"])]
    shown = size_class(reading(told), ruleset())
    assert shown is not None
    assert shown["value"] == case["class"]


def test_a_class_says_by_which_figures_it_was_reached() -> None:
    shown = size_class(reading(reported(OWN, {2022: 9, 2023: 12, 2024: 11})), ruleset())
    assert shown == {"value": "small", "period": "2024", "because": {"rule": "size.classes", "positions": ["3", "4"]}}


def test_sums_in_another_currency_move_no_class() -> None:
    figures = {"headcount_fte": 5, "turnover": "9000000", "balance_total": "9000000", "currency": "USD"}
    told = [{"figures-reported": {"legal_identifier": OWN, "period": "2023", **figures}}]
    shown = size_class(reading(told), ruleset())
    assert shown is not None
    assert shown["value"] == "micro"


@cases("referral")
def test_a_referral_is_due_when_the_rules_say(case: dict[str, Any]) -> None:
    told = [{"referral-made": {"referral_id": "r", "to_agency": "finance"}, "at": str(case["made"])}]
    if "accepted" in case:
        due = {"due": str(case["due"])} if "due" in case else {}
        told.append({"referral-accepted": {"referral_id": "r", **due}, "at": str(case["accepted"]), "by": "finance"})
    said = read(history(told))
    [shown] = open_referrals(said, of_case(case))
    for clock in ("answer_due", "completion_due"):
        assert shown[clock] == (str(case[clock]) if case[clock] else None), clock


@cases("high-growth")
def test_an_enterprise_grows_fast_or_not(case: dict[str, Any]) -> None:
    rule = HIGH | case.get("rule", {})
    shown = growth(reading(reported(OWN, case["years"])), of_case({"rules": {"growth.high": rule}}))
    assert (shown["high"] if shown else None) == case["high"]
