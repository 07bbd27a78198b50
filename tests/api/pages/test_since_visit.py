"""What changed since a visit: every field of a state has a name, and what it holds is told as the page tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.posting import HUB

from api.pages.since_visit import QUIET, difference, fact
from api.words.languages import LANGUAGES, Lang
from api.words.telling import Teller
from api.words.words import catalogue, words
from projections.dossiers.state_difference import Change
from projections.dossiers.state_difference import difference as state_difference

CASES = Path(__file__).parents[2] / "cases" / "current"
WHOLE = {"version", "code", "postcode", "nis", "value"}
"""Parts of what is told in one piece."""


def names(part: Any) -> set[str]:
    """The names of all that is in a part of a state."""
    if isinstance(part, list):
        return {name for one in part for name in names(one)}
    if not isinstance(part, dict):
        return set()
    return part.keys() | {name for key, one in part.items() if key != "because" for name in names(one)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_of_a_state_has_a_name(lang: Lang) -> None:
    """As the cases of the current dossier show them; instruments and sectors are words of their own."""
    cases = [case for file in CASES.glob("*.yaml") for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
    shown = {name for case in cases for part in case["then"].values() for name in names(part)}
    assert "completion_due" in shown
    assert shown - WHOLE - set(QUIET) - catalogue(lang)["fields"].keys() - catalogue(lang)["terms"].keys() == set()


@pytest.mark.parametrize(
    ("lang", "what", "now"),
    [
        ("fr", "Orientation en cours : R1 : réponse du", "21 novembre 2026"),
        ("nl", "Lopende doorverwijzing: R1: beantwoord op", "21 november 2026"),
        ("en", "Open referral: R1: answered on", "21 November 2026"),
    ],
)
def test_a_field_of_a_referral_is_told_in_the_language(lang: Lang, what: str, now: str) -> None:
    change = Change("/open_referrals/R1/answered_on", None, "2026-11-21")
    assert difference(change, Teller(words(lang), {})) == (what, "–", now)


def test_who_is_to_be_asked_is_told_by_name() -> None:
    change = Change("/open_referrals/R1/contact", None, HUB.id)
    assert difference(change, Teller(words("en"), {HUB.id: HUB})) == (
        "Open referral: R1: whom to ask",
        "–",
        HUB.name("en"),
    )


def test_for_what_a_referral_is_overdue_is_told_in_words() -> None:
    change = Change("/open_referrals/R1/overdue", None, "completion")
    assert difference(change, Teller(words("nl"), {})) == ("Lopende doorverwijzing: R1: te laat met", "–", "afronding")


@pytest.mark.parametrize(
    ("lang", "what", "now"),
    [
        ("fr", "Croissance", "forte croissance : oui (2020–2023, × 1,4)"),
        ("nl", "Groei", "sterke groei: ja (2020–2023, × 1,4)"),
        ("en", "Growth", "high growth: yes (2020–2023, × 1.4)"),
    ],
)
def test_high_growth_is_told_by_its_years(lang: Lang, what: str, now: str) -> None:
    grown = {"high": True, "from": "2020", "to": "2023", "ratio": "1.4000", "because": {"rule": "growth.high"}}
    assert difference(Change("/growth", None, grown), Teller(words(lang), {})) == (what, "–", now)


def test_each_part_of_high_growth_is_told() -> None:
    changes = [Change("/growth/from", "2020", "2021"), Change("/growth/ratio", "1.4000", "1.5000")]
    told = [difference(change, Teller(words("en"), {})) for change in changes]
    assert [one[1:] for one in told if one] == [("2020", "2021"), ("1.4", "1.5")]


@pytest.mark.parametrize(
    ("amended", "told"),
    [
        ({}, "Contact made · hub.brussels · 20 November 2026"),
        ({"retracted_by": "9"}, "Contact made · hub.brussels · 20 November 2026 · Retracted"),
        ({"corrected_by": "9"}, "Contact made · hub.brussels · 20 November 2026 · Corrected"),
        ({"corrected_by": "4"}, "Contact made · hub.brussels · 20 November 2026"),
    ],
)
def test_a_fact_that_was_corrected_or_taken_back_since_says_so(amended: dict[str, str], told: str) -> None:
    entry = {"type": "brussels.dossier.contact-made.v1", "agency": HUB.id, "position": "3"}
    when = {"time": "2026-11-20T10:00:00+01:00", "timeprecision": "day"}
    assert fact(entry | when | amended, 4, Teller(words("en"), {HUB.id: HUB})) == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("/objectives/O-2026-1", None, {"kind": "hiring"}), ("Doelstelling: O-2026-1", "–", "aanwerving")),
        (
            Change("/figures/2024 0472909840/headcount_fte", 4, 5),
            ("Cijfers: 2024 0472.909.840: personeel", "4 VTE", "5 VTE"),
        ),
        (
            Change("/premises/greenbizz-tivoli 2023-06-09/kind", None, "incubator"),
            ("Lokalen: Greenbizz Tivoli 9 juni 2023: soort", "–", "incubator"),
        ),
        (
            Change("/enterprises/0472909840/seat", None, {"postcode": "1160", "nis": "21002"}),
            ("Onderneming: 0472.909.840: zetel", "–", "1160 Oudergem"),
        ),
        (
            Change("/flags/enterprise-assumed A-1", None, {"flag": "enterprise-assumed", "application_id": "A-1"}),
            ("Na te kijken: onderneming verondersteld A-1", "–", "onderneming verondersteld"),
        ),
        (
            Change("/linked", [], ["01a22ce0-56bc-725e-a787-ca046343b8e5"]),
            ("Gekoppeld dossier", "–", "01a22ce0-56bc-725e-a787-ca046343b8e5"),
        ),
    ],
)
def test_what_is_spoken_of_is_named_as_it_is_elsewhere_on_the_page(change: Change, told: tuple[str, ...]) -> None:
    assert difference(change, Teller(words("nl"), {})) == told


def test_the_currency_of_a_figure_is_no_amount() -> None:
    changes = [
        Change("/figures/2024 0472909840/currencies", None, {"turnover": "EUR", "balance_total": "USD"}),
        Change("/figures/2024 0472909840/currencies/turnover", "EUR", "USD"),
    ]
    told = [difference(change, Teller(words("en"), {})) for change in changes]
    assert [one[1:] for one in told if one] == [("–", "EUR and USD"), ("EUR", "USD")]


def test_all_that_the_cases_of_the_current_dossier_hold_can_be_told() -> None:
    cases = [case for file in CASES.glob("*.yaml") for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
    changes = [change for case in cases for change in state_difference({}, case["then"])]
    told = [difference(change, Teller(words("fr"), {})) for change in changes]
    assert len([one for one in told if one]) > 50
