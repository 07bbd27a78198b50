"""Applications for aid as rows of facts: exact amounts, and what they are worth against the ceiling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.projections.facts.journey import JOURNEY, rows
from tests.projections.telling import Told, log
from tests.strategies import DOSSIER

from projections.project import project
from projections.rulesets.ruleset import ruleset
from projections.undertaking.statement import Grant, parsed


def test_an_application_is_one_row_with_exact_amounts() -> None:
    [aid] = rows(JOURNEY)["fact_aid"]
    assert (aid["agency"], aid["enterprise"], aid["outcome"]) == ("innoviris", "0472909840", "granted")
    assert (aid["applied_on"], aid["decided_on"], aid["conferred_on"]) == ("2024-02-10", "2024-03-07", "2024-03-05")
    assert [aid[name] for name in ("asked", "amount", "paid", "repaid")] == [
        Decimal(n) for n in ("9.50", "9", "4.10", "0")
    ]


@pytest.mark.parametrize(
    ("decision", "worth"),
    [
        ({"amount": "9", "legal_basis": "de-minimis"}, "9.00"),
        ({"amount": "9", "legal_basis": "gber"}, None),
        ({"amount": "9", "legal_basis": "de-minimis", "gross_grant_equivalent": "4"}, "4.00"),
        ({"amount": "9", "legal_basis": "de-minimis", "currency": "USD"}, None),
        ({"amount": "9", "legal_basis": "de-minimis", "outcome": "withdrawn"}, None),
    ],
)
def test_de_minimis_aid_has_a_gross_grant_equivalent(decision: dict[str, Any], worth: str | None) -> None:
    told: list[Told] = [
        {"aid-applied": {"application_id": "a", "instrument": "loan"}, "at": "2024-02-01"},
        {"aid-decided": {"application_id": "a", "outcome": "granted"} | decision, "at": "2024-03-01"},
    ]
    [aid] = rows(told)["fact_aid"]
    assert aid["equivalent"] == (None if worth is None else Decimal(worth))
    assert aid["recorded_on"] == "2026-03-09"


def test_a_sum_beyond_what_a_table_holds_is_set_aside() -> None:
    told: list[Told] = [
        {"aid-applied": {"application_id": "a", "instrument": "grant"}},
        {"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}, "at": "2024-04-01"},
        {"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}, "at": "2024-05-01"},
        {"phase-declared": {"phase": "creation"}, "at": "2024-06-01"},
    ]
    made = project(DOSSIER, log(told), ruleset())
    assert made.set_aside == {3: "OverflowError in brussels.dossier.aid-paid.v1"}
    assert made.rows["current"][0][:3] == (4, 4, "creation")


def test_what_is_paid_back_in_another_currency_is_neither_added_nor_deducted() -> None:
    told: list[Told] = [
        {"enterprise-created": {"legal_identifier": "0472909840"}, "at": "2024-01-01"},
        {"aid-applied": {"application_id": "a", "instrument": "grant"}, "at": "2024-02-01"},
        {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": "9"}, "at": "2024-03-01"},
        {"aid-paid": {"application_id": "a", "amount": "4", "currency": "JPY"}, "at": "2024-04-01"},
        {"aid-repaid": {"application_id": "a", "amount": "3", "currency": "JPY"}, "at": "2024-05-01"},
        {"aid-repaid": {"application_id": "a", "amount": "2"}, "at": "2024-06-01"},
    ]
    [aid] = rows(told)["fact_aid"]
    assert [aid[name] for name in ("paid", "repaid")] == [Decimal(0), Decimal(2)]
    [(_, said)] = project(DOSSIER, log(told), ruleset()).rows["statement"]
    [grant] = [one for one in parsed(said) if isinstance(one, Grant)]
    assert grant.repaid == (("2024-06-01", "2"),)


ELDER, YOUNGER = "0472909840", "0403170701"
TWO: list[Told] = [
    {"enterprise-created": {"legal_identifier": ELDER}, "at": "2020-02-01"},
    {"enterprise-created": {"legal_identifier": YOUNGER}, "at": "2025-02-01"},
]


@pytest.mark.parametrize(
    ("conferred", "end", "whose", "assumed"),
    [
        ("2024-06-01", "enterprise-ceased", ELDER, False),
        ("2025-02-15", "enterprise-ceased", ELDER, True),
        ("2025-04-01", "enterprise-ceased", YOUNGER, False),
        ("2024-06-01", "enterprise-unlinked", ELDER, False),
        ("2025-04-01", "enterprise-unlinked", YOUNGER, False),
    ],
)
def test_aid_that_names_no_enterprise_is_for_the_one_there_was_in_figures_as_in_the_room(
    conferred: str, end: str, whose: str, *, assumed: bool
) -> None:
    """The elder enterprise of two ends in March 2025: what it was granted before stays its own."""
    decided = {"application_id": "a", "outcome": "granted", "amount": "9", "legal_basis": "de-minimis"}
    told: list[Told] = [*TWO, {end: {"legal_identifier": ELDER}, "at": "2025-03-01"}]
    told.append({"aid-decided": decided, "at": conferred})
    [aid] = rows(told)["fact_aid"]
    texts = project(DOSSIER, log(told), ruleset()).rows["statement"]
    grants = [one for _, text in texts for one in parsed(text) if isinstance(one, Grant)]
    assert [(one.enterprise, one.enterprise_assumed) for one in grants] == [(whose, assumed)]
    assert aid["enterprise"] == whose


def test_an_aid_that_is_not_decided_is_for_the_enterprise_there_was_when_it_was_applied_for() -> None:
    end: Told = {"enterprise-ceased": {"legal_identifier": ELDER}, "at": "2025-03-01"}
    told: list[Told] = [*TWO, end, {"aid-applied": {"application_id": "a", "instrument": "grant"}, "at": "2024-06-01"}]
    assert [aid["enterprise"] for aid in rows(told)["fact_aid"]] == [ELDER]


def test_a_decision_and_a_figure_taken_just_after_midnight_in_brussels_are_recorded_on_the_new_day() -> None:
    midnight = "2025-12-31T23:30:00.000000Z"
    told: list[Told] = [
        {"aid-applied": {"application_id": "a", "instrument": "grant"}, "at": "2025-02-01"},
        {"aid-decided": {"application_id": "a", "outcome": "refused"}, "at": "2025-03-01", "recorded": midnight},
        {"figures-reported": {"legal_identifier": "0472909840", "period": "2024"}, "recorded": midnight},
    ]
    made = rows(told)
    assert [made[table][0]["recorded_on"] for table in ("fact_aid", "fact_figure")] == ["2026-01-01", "2026-01-01"]
