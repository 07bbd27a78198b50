"""Activities and technologies as rows of facts: spells, from when to when."""

from __future__ import annotations

from typing import Any

import pytest
from tests.projections.facts.journey import rows
from tests.projections.telling import Told

OLD, NEW, FOOD = ({"version": "2008", "code": "62.010"}, {"version": "2025", "code": "62.10"},
                  {"version": "2008", "code": "56.101"})  # fmt: skip
OWN, SECOND = "0472909840", "0400000185"
ACTIVITIES: dict[str, tuple[list[Told], list[tuple[Any, ...]]]] = {
    "an activity lasts until the project tells another": (
        [
            {"project-described": {"nace": FOOD}, "at": "2023-01-01"},
            {"project-described": {"title": "x"}, "at": "2023-02-01"},
            {"project-described": {"nace": OLD}, "at": "2024-01-01"},
        ],
        [("2008", "56", "2023-01-01", "2024-01-01", True, True), ("2008", "62", "2024-01-01", None, True, False)],
    ),
    "what an enterprise does is what the project became; the same division goes on": (
        [
            {"project-described": {"nace": OLD}, "at": "2023-01-01"},
            {"enterprise-created": {"legal_identifier": OWN, "nace": OLD | {"code": "62.020"}}, "at": "2024-01-01"},
        ],
        [("2008", "62", "2023-01-01", None, True, False)],
    ),
    "the same told by another version is neither given up nor taken up": (
        [
            {"enterprise-created": {"legal_identifier": OWN, "nace": OLD}, "at": "2023-01-01"},
            {"enterprise-created": {"legal_identifier": OWN, "nace": NEW}, "at": "2025-01-01"},
            {"enterprise-ceased": {"legal_identifier": OWN}, "at": "2026-01-01"},
        ],
        [
            ("2008", "62", "2023-01-01", "2025-01-01", True, False),
            ("2025", "62", "2025-01-01", "2026-01-01", False, True),
        ],
    ),
    "a second enterprise leaves the first its activity, and what both do ends with the last": (
        [
            {"enterprise-created": {"legal_identifier": OWN, "nace": OLD}, "at": "2022-01-01"},
            {"enterprise-created": {"legal_identifier": SECOND, "nace": FOOD}, "at": "2023-01-01"},
            {"enterprise-created": {"legal_identifier": SECOND, "nace": OLD}, "at": "2024-01-01"},
            {"enterprise-ceased": {"legal_identifier": OWN}, "at": "2025-01-01"},
            {"enterprise-ceased": {"legal_identifier": SECOND}, "at": "2026-01-01"},
        ],
        [
            ("2008", "62", "2022-01-01", "2026-01-01", True, True),
            ("2008", "56", "2023-01-01", "2024-01-01", True, True),
        ],
    ),
}  # fmt: skip


def test_a_technology_lasts_until_a_description_without_it() -> None:
    told: list[Told] = [
        {"project-described": {"technologies": ["web", "quantum"]}, "at": "2024-01-01"},
        {"project-described": {"title": "x"}, "at": "2024-02-01"},
        {"project-described": {"technologies": ["cloud", "web"]}, "at": "2024-03-01"},
        {"project-described": {"technologies": ["cloud"]}, "at": "2024-04-01"},
        {"project-described": {"technologies": ["cloud", "web"]}, "at": "2024-05-01"},
    ]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_technology"]] == [
        ("unmapped", "2024-01-01", "2024-03-01"),
        ("web", "2024-01-01", "2024-04-01"),
        ("cloud", "2024-03-01", None),
        ("web", "2024-05-01", None),
    ]


@pytest.mark.parametrize("says", ACTIVITIES)
def test_an_activity_is_a_spell_in_a_division(says: str) -> None:
    told, expected = ACTIVITIES[says]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_activity"]] == expected
