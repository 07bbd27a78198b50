"""The parameters of disclosure control, by the day a figure speaks of."""

from __future__ import annotations

from tests.projections.ruling import of_case

from projections.disclosure.parameters import Parameters, parameters
from projections.rulesets.ruleset import Ruleset

LATER = {
    "disclosure.threshold": 10,
    "disclosure.p-percent": 20,
    "disclosure.dominance": {"largest": 2, "percent": 85},
}


def test_a_figure_is_controlled_by_the_rules_of_its_day() -> None:
    rules = of_case({"later": {"2027-01-01": LATER}})
    assert parameters(rules, "2026-12-31") == Parameters(3, 10, 1, 100)
    assert parameters(rules, "2027-01-01") == Parameters(10, 20, 2, 85)


def test_a_figure_of_no_day_is_controlled_by_the_first() -> None:
    assert parameters(of_case({"later": {"2027-01-01": LATER}}), None) == Parameters(3, 10, 1, 100)


def test_a_ruleset_older_than_disclosure_control_says_what_is_usual() -> None:
    assert parameters(Ruleset("old", {}, ""), "2027-01-01") == Parameters()
