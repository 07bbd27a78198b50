"""The enterprises of a dossier as rows of facts: their lives, figures and ties."""

from __future__ import annotations

from decimal import Decimal

from tests.projections.facts.journey import JOURNEY, rows
from tests.projections.telling import Told, log
from tests.strategies import DOSSIER

from projections.project import project
from projections.rulesets.ruleset import ruleset
from projections.undertaking.statement import Grant, parsed


def test_an_enterprise_lives_from_its_creation_until_it_ceases_or_goes_into_another() -> None:
    told: list[Told] = [
        *JOURNEY,
        {"enterprise-linked": {"legal_identifier": "0400000185"}, "at": "2024-05-01"},
        {"enterprise-restructured": {"kind": "takeover", "from": ["0400000185"], "into": ["0472909840"]},
         "at": "2025-05-01"},
        {"enterprise-ceased": {"legal_identifier": "0400000185"}, "at": "2025-05-02"},
    ]  # fmt: skip
    first, second = rows(told)["fact_enterprise"]
    assert (first["enterprise"], first["created_on"], first["ceased_on"]) == ("0472909840", "2024-02-01", None)
    assert (first["nace_version"], first["nace_code"], first["ict"], first["commune"]) == (
        "2008",
        "62.01",
        True,
        "21004",
    )
    assert (second["enterprise"], second["linked_on"], second["created_on"]) == ("0400000185", "2024-05-01", None)
    assert (second["absorbed_on"], second["ceased_on"]) == ("2025-05-01", "2025-05-02")


def test_figures_of_a_year_are_equivalents_and_eur() -> None:
    told: list[Told] = [
        *JOURNEY,
        {"figures-reported": {"legal_identifier": "0472909840", "period": "2025", "headcount_fte": 2.5,
                              "turnover": "100.00", "currency": "USD"}},
        {"figures-reported": {"legal_identifier": "0472909840", "period": "2025-Q1", "headcount_fte": 9}},
    ]  # fmt: skip
    found = [(row["year"], row["fte"], row["turnover"], row["recorded_on"]) for row in rows(told)["fact_figure"]]
    assert found == [(2024, Decimal(2), None, "2026-03-09"), (2025, Decimal("2.5"), None, "2026-03-09")]


def test_a_takeover_ties_until_the_next_one() -> None:
    sold, first, second = "0472909840", "0400000185", "0400000284"
    told: list[Told] = [
        {"enterprise-restructured": {"kind": "takeover", "from": [sold], "into": [first]}, "at": "2024-02-01"},
        {"enterprise-restructured": {"kind": "takeover", "from": [sold], "into": [second]}, "at": "2025-02-01"},
    ]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_tie"]] == [
        (sold, first, "2024-02-01", "2025-02-01"),
        (sold, second, "2025-02-01", None),
    ]


def test_control_and_mergers_tie_enterprises() -> None:
    a, b, c = "0472909840", "0400000185", "0400000284"
    told: list[Told] = [
        {"enterprise-controlled": {"controller": a, "controlled": b, "ground": "votes", "from": "2023-01-01"}},
        {"enterprise-controlled": {"controller": a, "controlled": b, "ground": "votes", "from": "2023-01-01",
                                   "to": "2024-01-01"}, "at": "2024-05-01"},
        {"enterprise-restructured": {"kind": "merger", "from": [b], "into": [c]}, "at": "2025-05-01"},
        {"enterprise-restructured": {"kind": "split", "from": [a], "into": [b, c]}, "at": "2025-06-01"},
    ]  # fmt: skip
    assert [tuple(row.values())[1:] for row in rows(told)["fact_tie"]] == [
        (b, c, "2025-05-01", None),
        (a, b, "2023-01-01", "2024-01-01"),
    ]


def test_an_enterprise_that_others_merge_into_goes_on() -> None:
    stays, gone = "0472909840", "0400000185"
    told: list[Told] = [
        {"enterprise-created": {"legal_identifier": stays}, "at": "2020-01-01"},
        {"enterprise-created": {"legal_identifier": gone}, "at": "2021-01-01"},
        {"enterprise-restructured": {"kind": "merger", "from": [stays, gone], "into": [stays]}, "at": "2024-02-01"},
    ]
    ends = [(row["enterprise"], row["ceased_on"], row["absorbed_on"]) for row in rows(told)["fact_enterprise"]]
    assert ends == [(stays, None, None), (gone, "2024-02-01", "2024-02-01")]


def test_an_enterprise_that_began_again_has_not_ceased_whichever_was_recorded_first() -> None:
    number = {"legal_identifier": "0472909840"}
    told: list[Told] = [
        {"enterprise-created": number, "at": "2022-05-01"},
        {"enterprise-created": number, "at": "2019-02-01"},
        {"enterprise-ceased": number, "at": "2020-05-01"},
    ]
    [again] = rows(told)["fact_enterprise"]
    assert (again["created_on"], again["ceased_on"]) == ("2022-05-01", None)
    [anew] = rows([*told, {"enterprise-ceased": number, "at": "2024-05-01"}])["fact_enterprise"]
    assert anew["ceased_on"] == "2024-05-01"


def test_an_enterprise_that_merged_into_another_ceased_and_did_not_die() -> None:
    gone, into = "0472909840", "0400000185"
    told: list[Told] = [
        {"enterprise-created": {"legal_identifier": gone}, "at": "2020-01-01"},
        {"enterprise-created": {"legal_identifier": into}, "at": "2021-01-01"},
        {"enterprise-restructured": {"kind": "merger", "from": [gone], "into": [into]}, "at": "2024-02-01"},
        {"aid-applied": {"application_id": "a", "instrument": "grant"}, "at": "2024-03-01"},
        {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": "9"}, "at": "2024-03-02"},
    ]
    made = rows(told)
    ends = [(row["enterprise"], row["ceased_on"], row["absorbed_on"]) for row in made["fact_enterprise"]]
    assert ends == [(into, None, None), (gone, "2024-02-01", "2024-02-01")]
    assert [row["enterprise"] for table in ("fact_dossier", "fact_aid") for row in made[table]] == [into, into]
    said = project(DOSSIER, log(told), ruleset()).rows["statement"]
    granted = [number for number, text in said if any(isinstance(one, Grant) for one in parsed(text))]
    assert granted == [into], "aid that names no enterprise is for one that had not ceased"
