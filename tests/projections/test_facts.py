"""The facts of the statistics: typed rows in the order of their columns, and never a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
import pytest
from tests.projections.rulesets import of_case
from tests.projections.telling import Told, log
from tests.strategies import DOSSIER

from dossier.database.connections import Database
from projections.facts.columns import COLUMNS
from projections.project import TABLES, project
from projections.ruleset import Ruleset, ruleset
from projections.store import field, line

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


def test_an_application_is_one_row_with_exact_amounts() -> None:
    [aid] = rows(JOURNEY)["fact_aid"]
    assert (aid["agency"], aid["enterprise"], aid["outcome"]) == ("innoviris", "0472909840", "granted")
    assert (aid["applied_on"], aid["decided_on"], aid["conferred_on"]) == ("2024-02-10", "2024-03-07", "2024-03-05")
    assert [aid[name] for name in ("asked", "amount", "paid", "repaid")] == [
        Decimal(n) for n in ("9.50", "9", "4.10", "0")
    ]


def test_a_referral_is_one_row() -> None:
    [referral] = rows(JOURNEY)["fact_referral"]
    assert (referral["from_agency"], referral["to_agency"], referral["answer"]) == ("hub", "finance", "declined")
    assert (referral["made_on"], referral["answered_on"], referral["completed_on"]) == (
        "2024-02-02",
        "2024-02-09",
        None,
    )
    assert referral["reason_code"] == "scope", "the coded reason of who declined"
    assert (referral["referral_id"], referral["answer_due"], referral["completion_due"]) == ("r", "2024-02-16", None)


def test_a_referral_says_by_when_it_is_to_be_completed_and_who_comes_second() -> None:
    second = {"agency": "bee", "service": "desk"}
    told: list[Told] = [
        {"referral-made": {"referral_id": "r", "to_agency": "finance", "second_choice": second, "agreed": True},
         "at": "2024-01-31"},
        {"referral-accepted": {"referral_id": "r"}, "at": "2024-02-09", "by": "finance"},
    ]  # fmt: skip
    [referral] = rows(told)["fact_referral"]
    assert (referral["answer_due"], referral["completion_due"]) == ("2024-02-14", "2024-04-09")
    assert (referral["second_agency"], referral["second_service"], referral["agreed"]) == ("bee", "desk", True)


@pytest.mark.parametrize(
    ("target", "number"),
    [(3, "3"), (2.5, "2.5"), ("10", "10"), ("-1.5", "-1.5"), ("NaN", None), ("1e9", None), ("a-shop", None)],
)
def test_an_objective_is_one_row_whose_target_is_a_number_or_nothing(target: Any, number: str | None) -> None:
    told: list[Told] = [
        {"objective-set": {"objective_id": "o", "target": target, "programme": "p", "agencies": ["innoviris", "hub"]}},
        {"objective-progressed": {"objective_id": "o", "progress": 40, "blockers": ["a, b"]}, "at": "2024-04-01"},
    ]
    [objective] = rows(told)["fact_objective"]
    assert objective["target"] == (None if number is None else Decimal(number))
    assert (objective["percent"], objective["status"], objective["programme"]) == (40, "open", "p")
    assert (objective["responsible"], objective["blockers"]) == ("{hub,innoviris}", '["a, b"]')


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


@pytest.mark.parametrize("says", ACTIVITIES)
def test_an_activity_is_a_spell_in_a_division(says: str) -> None:
    told, expected = ACTIVITIES[says]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_activity"]] == expected


def test_a_topic_is_known_from_the_first_time_somebody_spoke_of_it() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "phone", "topic": "grants"}, "at": "2024-01-05"},
        {"coaching-session-held": {"topic": ["finance", "grants"]}, "at": "2024-01-04"},
        {"contact-made": {"channel": "phone"}, "at": "2024-01-01"},
    ]
    assert [tuple(row.values())[1:] for row in rows(told)["fact_topic"]] == [
        ("finance", "2024-01-04", 1),
        ("grants", "2024-01-04", 2),
    ]


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


def test_a_stay_is_one_row() -> None:
    told: list[Told] = [{"premises-entered": {"site": "icab", "kind": "incubator"}, "at": "2024-05-01"},
                        {"premises-left": {"site": "icab"}, "at": "2025-05-01"}]  # fmt: skip
    assert [tuple(row.values())[1:] for row in rows(told)["fact_stay"]] == [
        ("icab", "incubator", "2024-05-01", "2025-05-01")
    ]


@pytest.mark.parametrize(
    ("decision", "worth"),
    [
        ({"amount": "9", "legal_basis": "de-minimis"}, "9.00"),
        ({"amount": "9", "legal_basis": "gber"}, None),
        ({"amount": "9", "legal_basis": "de-minimis", "gross_grant_equivalent": "4"}, "4.00"),
        ({"amount": "9", "legal_basis": "de-minimis", "currency": "USD"}, None),
        ({"amount": "9", "legal_basis": "de-minimis", "outcome": "withdrawn"}, None),
    ],
)
def test_de_minimis_aid_has_a_gross_grant_equivalent(decision: dict[str, Any], worth: str | None) -> None:
    told: list[Told] = [
        {"aid-applied": {"application_id": "a", "instrument": "loan"}, "at": "2024-02-01"},
        {"aid-decided": {"application_id": "a", "outcome": "granted"} | decision, "at": "2024-03-01"},
    ]
    [aid] = rows(told)["fact_aid"]
    assert aid["equivalent"] == (None if worth is None else Decimal(worth))
    assert aid["recorded_on"] == "2026-03-09"


def test_a_dossier_that_was_never_opened_counts_from_its_first_contact() -> None:
    [row] = rows([{"contact-made": {"channel": "a"}, "at": "2024-05-01"}])["fact_dossier"]
    assert row["opened_on"] == "2024-05-01"


def test_no_row_holds_a_person() -> None:
    assert "Zoé" not in str(project(DOSSIER, log(JOURNEY), ruleset()).rows)


def test_a_sum_beyond_what_a_table_holds_is_set_aside() -> None:
    told: list[Told] = [
        {"aid-applied": {"application_id": "a", "instrument": "grant"}},
        {"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}, "at": "2024-04-01"},
        {"aid-paid": {"application_id": "a", "amount": "999999999999999.99"}, "at": "2024-05-01"},
        {"phase-declared": {"phase": "creation"}, "at": "2024-06-01"},
    ]
    made = project(DOSSIER, log(told), ruleset())
    assert made.set_aside == {3: "OverflowError in brussels.dossier.aid-paid.v1"}
    assert made.rows["current"][0][:3] == (4, 4, "creation")


def test_an_event_that_cannot_be_read_is_set_aside() -> None:
    stored = [*log(JOURNEY), (11, 11, b"{"), (12, 12, b'{"type": "brussels.dossier.unknown.v9", "data": {}}')]
    made = project(DOSSIER, stored, ruleset())
    assert set(made.set_aside) == {11, 12}
    assert all(reason.startswith("unreadable: ") for reason in made.set_aside.values())
    assert made.rows["fact_dossier"] == project(DOSSIER, log(JOURNEY), ruleset()).rows["fact_dossier"]


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_are_those_of_the_table(database: Database, table: str) -> None:
    with psycopg.connect(database.owner) as connection:
        found = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            (f"projection.{table}",),
        ).fetchall()
    assert [name for (name,) in found] == list(COLUMNS[table])


def test_every_table_of_facts_is_told_here() -> None:
    assert {table for table in TABLES if table.startswith("fact_")} == set(COLUMNS)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "\\N"),
        ("", ""),
        ("\\N", "\\\\N"),
        ("a\tb\nc\rd\\", "a\\tb\\nc\\rd\\\\"),
        (True, "t"),
        (False, "f"),
        (0, "0"),
    ],
)
def test_a_value_is_written_as_copy_reads_it(value: Any, written: str) -> None:
    assert field(value) == written
    assert line("7\t", (value, value)) == f"7\t{written}\t{written}\n".encode()


def test_a_document_is_written_as_copy_reads_it() -> None:
    assert line("7\t", (1, b'{"a":"\\n"}')) == b'7\t1\t{"a":"\\\\n"}\n'


@pytest.mark.parametrize(("since", "ict"), [("2026-03-09", False), ("2026-03-10", True)])
def test_sectors_are_told_by_the_rules_of_the_day_the_log_took_the_last_event(since: str, ict: bool) -> None:
    made = rows(JOURNEY, of_case({"later": {since: {"sector.ict.2008": ["61"]}}}))
    assert [row["ict"] for table in ("fact_dossier", "fact_aid", "fact_enterprise") for row in made[table]] == [ict] * 3


@pytest.mark.parametrize(("since", "phase"), [("2026-03-09", "creation"), ("2026-03-10", "pre-creation")])
def test_so_is_a_phase_that_nobody_declared(since: str, phase: str) -> None:
    said = {"without_enterprise": "creation", "with_enterprise": "creation"}
    rules = of_case({"later": {since: {"phase.without-declaration": said}}})
    assert rows(JOURNEY[:1], rules)["fact_dossier"][0]["phase"] == phase
