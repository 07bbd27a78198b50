"""Referrals, objectives, topics and stays as rows of facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.projections.facts.journey import JOURNEY, rows
from tests.projections.telling import Told


def test_a_referral_is_one_row() -> None:
    [referral] = rows(JOURNEY)["fact_referral"]
    assert (referral["from_agency"], referral["to_agency"], referral["answer"]) == ("hub", "finance", "declined")
    assert (referral["made_on"], referral["answered_on"], referral["completed_on"]) == (
        "2024-02-02",
        "2024-02-09",
        None,
    )
    assert referral["reason_code"] == "scope", "the coded reason of who declined"
    assert (referral["referral_id"], referral["answer_due"], referral["completion_due"]) == ("r", "2024-02-16", None)


def test_a_referral_says_by_when_it_is_to_be_completed_and_who_comes_second() -> None:
    second = {"agency": "bee", "service": "desk"}
    told: list[Told] = [
        {"referral-made": {"referral_id": "r", "to_agency": "finance", "second_choice": second, "agreed": True},
         "at": "2024-01-31"},
        {"referral-accepted": {"referral_id": "r"}, "at": "2024-02-09", "by": "finance"},
    ]  # fmt: skip
    [referral] = rows(told)["fact_referral"]
    assert (referral["answer_due"], referral["completion_due"]) == ("2024-02-14", "2024-04-09")
    assert (referral["second_agency"], referral["second_service"], referral["agreed"]) == ("bee", "desk", True)


@pytest.mark.parametrize(
    ("target", "number"),
    [(3, "3"), (2.5, "2.5"), ("10", "10"), ("-1.5", "-1.5"), ("NaN", None), ("1e9", None), ("a-shop", None)],
)
def test_an_objective_is_one_row_whose_target_is_a_number_or_nothing(target: Any, number: str | None) -> None:
    told: list[Told] = [
        {"objective-set": {"objective_id": "o", "target": target, "programme": "p", "agencies": ["innoviris", "hub"]}},
        {"objective-progressed": {"objective_id": "o", "progress": 40, "blockers": ["a, b"]}, "at": "2024-04-01"},
    ]
    [objective] = rows(told)["fact_objective"]
    assert objective["target"] == (None if number is None else Decimal(number))
    assert (objective["percent"], objective["status"], objective["programme"]) == (40, "open", "p")
    assert (objective["responsible"], objective["blockers"]) == ("{hub,innoviris}", '["a, b"]')


def test_a_topic_is_known_from_the_first_time_somebody_spoke_of_it() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "phone", "topic": "grants"}, "at": "2024-01-05"},
        {"coaching-session-held": {"topic": ["finance", "grants"]}, "at": "2024-01-04"},
        {"contact-made": {"channel": "phone"}, "at": "2024-01-01"},
    ]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_topic"]] == [
        ("finance", "2024-01-04", 1),
        ("grants", "2024-01-04", 2),
    ]


def test_a_stay_is_one_row() -> None:
    told: list[Told] = [{"premises-entered": {"site": "icab", "kind": "incubator"}, "at": "2024-05-01"},
                        {"premises-left": {"site": "icab"}, "at": "2025-05-01"}]  # fmt: skip
    assert [tuple(row.values())[1:] for row in rows(told)["fact_stay"]] == [
        ("icab", "incubator", "2024-05-01", "2025-05-01")
    ]
