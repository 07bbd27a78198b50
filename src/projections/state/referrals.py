"""Referrals as a dossier shows them: how far each has come, by when the next step is due, and whose turn it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from projections.history.reading import Reading
from projections.history.records import Referral
from projections.rulesets.ruleset import Ruleset
from projections.undertaking.law import law

CONVENTION = law("Convention of this service; no law sets it", holds_from="1990-01-01")
"""Both clocks count days of the calendar, until the agencies agree on another way."""


def open_referrals(reading: Reading, rules: Ruleset) -> list[dict[str, Any]]:
    """Referrals neither declined nor completed, and declined ones whose second choice nobody has turned to yet."""
    known = [reading.referrals[key] for key in sorted(reading.referrals)]
    return [_shown(one, rules) for one in known if one.status in ("waiting", "accepted") or _is_left(one, known)]


@CONVENTION
def answer_due(referral: Referral, rules: Ruleset) -> str | None:
    """The last day for an answer; from the next one on, its silence is raised to the sender."""
    return _after(referral.made_on, rules, "referral.answer-days")


@CONVENTION
def completion_due(referral: Referral, rules: Ruleset) -> str | None:
    """The last day for completing what was accepted: the day the receiver gave, or the one the rule gives."""
    if referral.answer != "accepted":
        return None
    return referral.due or _after(referral.answered_on, rules, "referral.completion-days")


def _after(day: str | None, rules: Ruleset, rule: str) -> str | None:
    """So many days later as a rule says on that day; None where it says nothing yet."""
    if day is None:
        return None
    try:
        return str(date.fromisoformat(day) + timedelta(days=rules.value(rule, day)))
    except LookupError:
        return None


def _is_left(referral: Referral, known: list[Referral]) -> bool:
    """Whether it was declined, names a second choice, and nobody has referred the entrepreneur there since."""
    second = referral.second_choice
    if referral.status != "declined" or second is None:
        return False
    service = second.get("service") or referral.service
    return not any(
        one.to_agency == second["agency"]
        and service in (None, one.service)
        and one is not referral
        and (one.made_on or "") >= (referral.made_on or "")
        for one in known
    )


def _shown(referral: Referral, rules: Ruleset) -> dict[str, Any]:
    return {
        "referral_id": referral.referral_id,
        "from_agency": referral.from_agency,
        "to_agency": referral.to_agency,
        "service": referral.service,
        "reason_code": referral.reason_code,
        "agreed": referral.agreed,
        "made_on": referral.made_on,
        "status": referral.status,
        "answer_due": answer_due(referral, rules),
        "answered_on": referral.answered_on,
        "due": referral.due,
        "completion_due": completion_due(referral, rules),
        "second_choice": referral.second_choice,
        "contact": referral.to_agency if referral.answer == "accepted" else referral.from_agency,
        "because": _because(referral),
    }


def _because(referral: Referral) -> dict[str, Any]:
    """What the clock that runs follows from; of a declined one, on which none runs, that it names a second choice."""
    if referral.answer is None:
        return {"rule": "referral.answer-days", "positions": [str(referral.position)]}
    if referral.status == "declined":
        positions = sorted((referral.position, referral.answer_position))
        return {"rule": "referral.second-choice", "positions": [str(position) for position in positions]}
    rule = "referral.due-given" if referral.due else "referral.completion-days"
    return {"rule": rule, "positions": [str(referral.answer_position)]}
