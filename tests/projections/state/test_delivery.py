"""What each organisation recorded, by how late, how often amended and how complete it is."""

from __future__ import annotations

from typing import Any

import pytest
from tests.projections.telling import Told, log
from tests.strategies import DOSSIER

from projections.facts.columns import COLUMNS
from projections.project import project
from projections.rulesets.ruleset import ruleset
from projections.state.delivery import WANTED


def delivered(*told: Told) -> dict[str, dict[str, Any]]:
    """The row of each organisation; everything is recorded on 2026-03-09."""
    rows = project(DOSSIER, log(list(told)), ruleset()).rows["fact_delivery"]
    named = [dict(zip(COLUMNS["fact_delivery"][2:], row, strict=True)) for row in rows]
    return {row["agency"]: row for row in named}


@pytest.mark.parametrize(
    ("at", "precision", "late"),
    [
        ("2026-02-07", "day", 0),
        ("2026-02-06", "day", 1),
        ("2026-02-01", "month", 0),
        ("2026-01-31", "month", 1),
        ("2026-01-01", "year", 0),
        ("2025-01-01", "year", 1),
    ],
)
def test_late_is_what_was_recorded_more_than_thirty_days_after_it_had_happened_for_sure(
    at: str, precision: str, late: int
) -> None:
    contact: Told = {"contact-made": {"channel": "desk"}, "at": at, "precision": precision}
    assert delivered(contact)["hub"]["late"] == late


def test_fields_are_missing_when_empty_or_outside_the_vocabulary_and_each_organisation_answers_for_its_own() -> None:
    found = delivered(
        {"project-described": {"technologies": ["unmapped"], "nace": {"version": "2008", "code": "62.01"}}},
        {"aid-decided": {"application_id": "a", "outcome": "refused"}, "by": "innoviris"},
        {"aid-decided": {"application_id": "b", "outcome": "granted", "amount": "9"}, "by": "finance"},
    )
    assert {agency: (row["wanted"], row["missing"]) for agency, row in found.items()} == {
        "hub": (3, 2), "innoviris": (2, 1), "finance": (2, 2)}  # fmt: skip


def test_an_amendment_counts_for_what_it_amends_and_mends_what_was_missing() -> None:
    opened: Told = {"dossier-opened": {"channel": "desk"}}
    mended: Told = {"event-corrected": {"corrects": "1", "data": {"channel": "desk", "language": "fr"}}, "by": "bee"}
    taken_back: Told = {"event-retracted": {"corrects": "2", "reason": "twice"}}
    contact: Told = {"contact-made": {"channel": "desk"}}
    before, after = delivered(opened, contact)["hub"], delivered(opened, contact, mended, taken_back)
    assert (before["missing"], before["corrected"], before["retracted"]) == (2, 0, 0)
    assert set(after) == {"hub"}, "who amends records no fact of its own"
    assert [after["hub"][name] for name in ("events", "corrected", "retracted", "missing")] == [2, 1, 1, 0]


def test_every_field_wanted_is_a_field_of_its_fact() -> None:
    for kind, names in WANTED.items():
        assert set(names) <= set(kind.__dataclass_fields__)


def test_what_is_recorded_just_after_midnight_in_brussels_is_of_the_new_day_and_year() -> None:
    contact: Told = {"contact-made": {"channel": "desk"}, "at": "2025-12-02", "recorded": "2025-12-31T23:30:00.000000Z"}
    assert [delivered(contact)["hub"][name] for name in ("year", "late")] == [2026, 0]
    contact["at"] = "2025-12-01"
    assert delivered(contact)["hub"]["late"] == 1, "the thirty-first day after, in Brussels"
