"""The difference between two rulesets: why a field says something else, also where the field is a list."""

from __future__ import annotations

from typing import Any

from projections.rehearsal.difference import changes

CEILING, WINDOW = "de-minimis.ceiling", "de-minimis.window"


def flag(application: str, rule: str, *positions: str) -> dict[str, Any]:
    return {"flag": "x", "application_id": application, "because": {"rules": [rule], "positions": list(positions)}}


def referral(name: str, due: str, position: str) -> dict[str, Any]:
    because = {"rule": "referral.answer-days", "positions": [position]}
    return {"referral_id": name, "answer_due": due, "because": because}


def test_a_list_says_something_else_because_of_the_items_that_differ() -> None:
    before = {"open_referrals": [referral("a", "2026-01-01", "4"), referral("b", "2026-01-02", "5")]}
    after = {"open_referrals": [referral("b", "2026-01-09", "5"), referral("a", "2026-01-01", "4")]}
    [change] = changes(before, after, ["referral.answer-days", "referral.completion-days"])
    assert (change.rules, change.positions) == (["referral.answer-days"], ["5"])


def test_flags_name_the_rule_of_each_and_not_every_rule_that_flags_may_read() -> None:
    before = {"flags": [flag("a", CEILING, "3"), flag("b", CEILING, "10")]}
    after = {"flags": [flag("b", CEILING, "10"), flag("c", CEILING, "11", "9")]}
    [change] = changes(before, after, [CEILING, WINDOW])
    assert (change.rules, change.positions) == ([CEILING], ["3", "9", "11"]), "what goes is told as what comes"


def test_items_that_give_no_reason_leave_that_of_the_field_around_them() -> None:
    because = {"rules": [CEILING], "positions": ["7"]}
    before, after = (
        {"aid": {"de_minimis": {"grants": [{"counted": counted}], "because": because}}} for counted in ("1", "2")
    )
    [change] = changes(before, after, [CEILING, WINDOW])
    assert (change.field, change.rules, change.positions) == ("aid.de_minimis.grants", [CEILING], ["7"])
