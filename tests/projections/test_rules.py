"""Phase, size class and high growth: the cases of tests/cases/rules, which a policy officer can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.projections.telling import Told, history

from projections.growth import growth
from projections.phase import phase
from projections.reading import Reading, read
from projections.ruleset import Ruleset, ruleset
from projections.size import size_class

FOLDER = Path(__file__).parents[1] / "cases" / "rules"
OWN, LINKED = "0472909840", "0403170701"


def cases(name: str) -> pytest.MarkDecorator:
    found = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return pytest.mark.parametrize("case", found, ids=[case["case"] for case in found])


def reported(number: str, years: dict[int, Any]) -> list[Told]:
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


@cases("phase")
def test_an_entrepreneur_stands_where_the_facts_say(case: dict[str, Any]) -> None:
    shown = phase(read(history(case["given"])), ruleset())
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


@cases("high-growth")
def test_an_enterprise_grows_fast_or_not(case: dict[str, Any]) -> None:
    shown = growth(reading(reported(OWN, case["years"])), changed(case.get("rule", {})))
    assert (shown["high"] if shown else None) == case["high"]


def changed(rule: dict[str, Any]) -> Ruleset:
    """The ruleset of the program, with one part of the rule on high growth changed."""
    shipped = ruleset()
    value = shipped.latest("growth.high") | rule
    return shipped._replace(rules=shipped.rules | {"growth.high": {"values": [{"from": "2000-01-01", "value": value}]}})
