"""A journey that every table of facts has something of, and the rows made of any."""

from __future__ import annotations

from typing import Any

from tests.projections.telling import Told, log
from tests.strategies import DOSSIER

from projections.facts.columns import COLUMNS
from projections.project import project
from projections.rulesets.ruleset import Ruleset, ruleset

JOURNEY: list[Told] = [
    {"dossier-opened": {"person": {"given_name": "Zoé"}}, "at": "2024-01-15"},
    {
        "enterprise-created": {
            "legal_identifier": "0472909840",
            "nace": {"version": "2008", "code": "62.01"},
            "seat": {"nis": "21004"},
            "legal_name": "Zoé",
        },
        "at": "2024-02-01",
    },
    {"phase-declared": {"phase": "creation"}, "at": "2024-01-20"},
    {"phase-declared": {"phase": "post-creation"}, "at": "2024-02-01", "by": "innoviris"},
    {
        "aid-applied": {"application_id": "a", "instrument": "grant", "amount": "9.50"},
        "at": "2024-02-10",
        "by": "innoviris",
    },
    {
        "aid-decided": {
            "application_id": "a",
            "outcome": "granted",
            "amount": "9",
            "legal_basis": "de-minimis",
            "legal_right_conferred_on": "2024-03-05",
        },
        "at": "2024-03-07",
        "by": "innoviris",
    },
    {"aid-paid": {"application_id": "a", "amount": "4.10"}, "at": "2024-04-01", "by": "innoviris"},
    {"referral-made": {"referral_id": "r", "to_agency": "finance", "reason_code": "loan"}, "at": "2024-02-02"},
    {"referral-declined": {"referral_id": "r", "reason_code": "scope"}, "at": "2024-02-09", "by": "finance"},
    {"figures-reported": {"legal_identifier": "0472909840", "period": "2024", "headcount_fte": 2}, "at": "2025-01-02"},
]


def rows(told: list[Told], rules: Ruleset | None = None) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of facts, by the names of their columns."""
    made = project(DOSSIER, log(told), rules or ruleset()).rows
    return {table: [dict(zip(names[2:], row, strict=True)) for row in made[table]] for table, names in COLUMNS.items()}
