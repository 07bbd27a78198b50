"""The current dossier: the cases of tests/cases/current, which a policy officer can read; classes at their borders."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.projections.telling import Told, history

from projections.dossiers.on_day import on_day
from projections.history.gathering import read
from projections.rulesets.ruleset import ruleset
from projections.state.current import current

CASES = [
    case
    for file in sorted((Path(__file__).parents[2] / "cases" / "current").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text())
]
KEYS = [
    "id",
    "version",
    "position",
    "opened_on",
    "language",
    "phase",
    "enterprises",
    "project",
    "sector",
    "team",
    "open_referrals",
    "open_applications",
    "objectives",
    "premises",
    "aid",
    "size_class",
    "growth",
    "figures",
    "linked",
    "mandates",
    "consents",
    "flags",
]


def state(given: list[dict[str, Any]], day: str = "2024-12-01") -> dict[str, Any]:
    told = history(given)
    return on_day(current(told, read(told), ruleset()), day)


def agrees(said: Any, shown: Any) -> bool:
    """Whether everything a case says stands in what is shown."""
    if isinstance(said, dict) and isinstance(shown, dict) and said:
        return all(name in shown and agrees(value, shown[name]) for name, value in said.items())
    if isinstance(said, list) and isinstance(shown, list):
        return len(said) == len(shown) and all(map(agrees, said, shown))
    return bool(said == shown)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_dossier_shows_what_was_recorded(case: dict[str, Any]) -> None:
    shown = state(case["given"], case.get("seen", "2024-12-01"))
    for name, said in case["then"].items():
        assert agrees(said, shown[name]), f"{name}: {shown[name]}"


def test_every_part_of_the_state_has_a_case() -> None:
    assert set(state([{"dossier-opened": {}}])) == set(KEYS)
    assert set(KEYS) == {name for case in CASES for name in case["then"]}


def test_a_case_has_one_name() -> None:
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("figures", "size"),
    [
        ({"headcount_fte": 9.9}, "micro"),
        ({"headcount_fte": 10}, "small"),
        ({"headcount_fte": 49}, "small"),
        ({"headcount_fte": 50}, "medium"),
        ({"headcount_fte": 249}, "medium"),
        ({"headcount_fte": 250}, "large"),
        ({"headcount_fte": "9.5"}, "micro"),
        ({"headcount_fte": 5, "turnover": "2000000.00", "balance_total": "9000000"}, "micro"),
        ({"headcount_fte": 5, "turnover": "9000000.00", "balance_total": "2000000"}, "micro"),
        ({"headcount_fte": 5, "turnover": "2000000.01", "balance_total": "2000001"}, "small"),
        ({"headcount_fte": 5, "turnover": "50000001", "balance_total": "43000001"}, "large"),
        ({"headcount_fte": 5, "turnover": "60000000", "balance_total": "43000000"}, "medium"),
    ],
    ids=str,
)
def test_a_size_class_has_the_borders_of_the_recommendation(figures: dict[str, Any], size: str) -> None:
    """Source: Recommendation 2003/361/EC, annex, art. 2: fewer than; not exceeding; of the two sums one may."""
    told = [{"figures-reported": {"legal_identifier": "0472909840", "period": "2023", **figures}}]
    assert state(told)["size_class"]["value"] == size


def test_no_personal_field_reaches_the_state() -> None:
    told: list[Told] = [
        {"dossier-opened": {"person": {"given_name": "Zoé"}}},
        {"project-described": {"title": "Zoé", "summary": "Zoé", "stage": "idea"}},
        {"enterprise-linked": {"legal_identifier": "0472909840", "legal_name": "Zoé"}},
        {"coaching-session-held": {"coach": "Zoé", "note": "Zoé", "next_step": "Zoé"}},
    ]
    assert "Zoé" not in str(state(told))
