"""Where a dossier stands, by whom it is followed, through which phases it came: rows of facts."""

from __future__ import annotations

import pytest
from tests.projections.facts.journey import JOURNEY, rows
from tests.projections.ruling import of_case


def test_a_dossier_is_one_row() -> None:
    assert rows(JOURNEY)["fact_dossier"] == [
        {
            "opened_on": "2024-01-15",
            "phase": "post-creation",
            "phase_since": "2024-02-01",
            "nace_version": "2008",
            "nace_code": "62.01",
            "ict": True,
            "enterprise": "0472909840",
            "created_on": "2024-02-01",
            "ceased_on": None,
            "commune": "21004",
            "size_class": "micro",
            "first_aid_on": "2024-03-05",
            "agencies": 3,
            "recorded_on": "2026-03-09",
        }
    ]


def test_an_organisation_s_presence_is_one_row() -> None:
    presence = rows(JOURNEY)["fact_presence"]
    assert [row["agency"] for row in presence] == ["finance", "hub", "innoviris"]
    assert presence[1] == {"agency": "hub", "first_on": "2024-01-15", "last_on": "2025-01-02", "events": 5}


def test_a_phase_lasts_until_the_next() -> None:
    assert rows(JOURNEY)["fact_phase"] == [
        {"number": 1, "phase": "creation", "from_on": "2024-01-20", "to_on": "2024-02-01"},
        {"number": 2, "phase": "post-creation", "from_on": "2024-02-01", "to_on": None},
    ]


def test_a_dossier_that_was_never_opened_counts_from_its_first_contact() -> None:
    [row] = rows([{"contact-made": {"channel": "a"}, "at": "2024-05-01"}])["fact_dossier"]
    assert row["opened_on"] == "2024-05-01"


@pytest.mark.parametrize(("since", "ict"), [("2026-03-09", False), ("2026-03-10", True)])
def test_sectors_are_told_by_the_rules_of_the_day_the_log_took_the_last_event(since: str, ict: bool) -> None:
    made = rows(JOURNEY, of_case({"later": {since: {"sector.ict.2008": ["61"]}}}))
    assert [row["ict"] for table in ("fact_dossier", "fact_aid", "fact_enterprise") for row in made[table]] == [ict] * 3


@pytest.mark.parametrize(("since", "phase"), [("2026-03-09", "creation"), ("2026-03-10", "pre-creation")])
def test_so_is_a_phase_that_nobody_declared(since: str, phase: str) -> None:
    said = {"without_enterprise": "creation", "with_enterprise": "creation"}
    rules = of_case({"later": {since: {"phase.without-declaration": said}}})
    assert rows(JOURNEY[:1], rules)["fact_dossier"][0]["phase"] == phase
