"""What is under way, in plain words and in the language of who looks."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.pages.conftest import CLOSED, Visitor
from tests.projections.telling import history

from api.pages import state, steps
from api.words.languages import LANGUAGES, Lang
from api.words.telling import Teller
from api.words.words import words
from dossier.agencies import Agency
from projections.dossiers.on_day import on_day
from projections.history.gathering import read
from projections.rulesets.ruleset import ruleset
from projections.state.current import current

AGENCIES = {one: Agency(one, one.title(), one.title(), one.title(), f"urn:{one}") for one in ("hub", "innoviris")}
GIVEN: list[dict[str, Any]] = [
    {"mandate-declared": {"agency": "hub", "purpose": "guidance", "legal_ground": "public-task"}, "at": "2026-01-02"},
    {"coaching-session-held": {"coach_role": "coach", "coach": "Zoé"}, "at": "2026-01-03"},
    {
        "referral-made": {
            "referral_id": "late", "to_agency": "innoviris", "service": "innovation-intake", "agreed": True,
            "second_choice": {"agency": "hub", "service": "coaching"},
        },
        "at": "2026-01-05",
    },
    {"referral-made": {"referral_id": "now", "to_agency": "innoviris", "service": "coaching"}, "at": "2026-02-20"},
    {"referral-accepted": {"referral_id": "now", "due": "2026-04-30"}, "at": "2026-02-25", "by": "innoviris"},
    {"objective-set": {"objective_id": "o", "kind": "customers", "target": 20, "due": "2026-02-28"},
     "at": "2026-01-05"},
    {"objective-progressed": {"objective_id": "o", "progress": 40, "blockers": ["no-time"]}, "at": "2026-02-05",
     "by": "innoviris"},
    {"objective-set": {"objective_id": "p", "kind": "hiring"}, "at": "2026-01-05"},
    {"objective-progressed": {"objective_id": "p", "progress": "reached"}, "at": "2026-02-05"},
]  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    told = history(GIVEN)
    return on_day(current(told, read(told), ruleset()), "2026-03-01")


def teller(lang: Lang) -> Teller:
    return Teller(words(lang), AGENCIES)


def test_a_silent_referral_says_so_and_whom_to_ask(document: dict[str, Any]) -> None:
    late, accepted = steps.referrals(document, teller("en"))
    assert (late.name, late.whose, late.status, late.late) == (
        "Intake for innovation",
        "Hub to Innoviris",
        "Overdue",
        True,
    )
    assert late.told == "answer expected by 19 January 2026"
    assert late.notes == [
        "Made on 5 January 2026",
        "the entrepreneur agreed",
        "second choice: Hub, coaching",
        "questions to Hub",
    ]
    assert (accepted.status, accepted.late) == ("Accepted", False)
    assert accepted.told == "to be completed by 30 April 2026"
    assert accepted.notes == ["Made on 20 February 2026", "questions to Innoviris"]


def test_an_objective_says_how_far_it_is_and_what_stands_in_the_way(document: dict[str, Any]) -> None:
    late, reached = steps.objectives(document, teller("en"))
    assert (late.name, late.whose, late.status, late.percent, late.late) == (
        "Customers: 20",
        "Hub",
        "Overdue",
        40,
        True,
    )
    assert late.told == "40%, due on 28 February 2026"
    assert late.notes[0] == "In the way: no time"
    assert late.notes[2] == "last reported by Innoviris on 5 February 2026"
    assert (reached.name, reached.status, reached.told) == ("Hiring", "Reached", "")


def test_the_team_says_as_what_each_follows_the_entrepreneur(document: dict[str, Any]) -> None:
    """The name of a coach is a person's: it is there only where the person is shown."""
    roles = {row[0]: row[1] for row in state.team(document, teller("en"))}
    assert roles == {"Hub": "Coach, mandate and shared objective", "Innoviris": "Referral accepted"}
    named = {**document, "team": [{**one, "coach": "Zoé"} for one in document["team"]]}
    assert {row[0]: row[1] for row in state.team(named, teller("en"))}[
        "Hub"
    ] == "Coach Zoé, mandate and shared objective"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_tells_it_without_a_word_of_another(document: dict[str, Any], lang: Lang) -> None:
    said, english = (
        [str(one) for one in (*steps.referrals(document, told), *steps.objectives(document, told))]
        for told in (teller(lang), teller("en"))
    )
    assert lang == "en" or all(one != other for one, other in zip(said, english, strict=True))


def test_the_page_of_a_dossier_shows_what_is_late(anyone: Visitor, signed_in: Any) -> None:
    page = signed_in(anyone, "adviser", "hub").get(f"/dossiers/{CLOSED}?lang=en").text
    assert "answer expected by 29 January 2025" in page
    assert '<span class="tag warn">Overdue</span>' in page
