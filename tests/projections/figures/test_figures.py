"""Each indicator against a small population counted by hand; disclosure control; certificates anyone can re-derive."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told

from api.formats.separated import as_csv
from dossier.ledger import Entry, Seen
from dossier.log import Log
from dossier.verification import merkle
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import IndicatorUnknown, catalogue, indicator
from projections.figures.facts_reader import FactsReader, Tables
from projections.figures.figures import Asked, UnknownDimension, figure, rows_by
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset

Figure = Callable[..., dict[str, Any]]


def granted(key: str, amount: str, on: str, by: str = "innoviris", instrument: str = "grant") -> list[Told]:
    return [
        {"aid-applied": {"application_id": key, "instrument": instrument}, "at": on, "by": by},
        {"aid-decided": {"application_id": key, "outcome": "granted", "amount": amount}, "at": on, "by": by},
    ]


def referred(key: str, to: str, *then: str) -> list[Told]:
    told: list[Told] = [{"referral-made": {"referral_id": key, "to_agency": to}, "at": "2024-02-01"}]
    days = {"accepted": "2024-02-05", "completed": "2024-02-15"}
    return told + [{f"referral-{name}": {"referral_id": key}, "at": days[name], "by": to} for name in then]


def active(code: str) -> Told:
    return {"project-described": {"nace": {"version": "2008", "code": code}}, "at": "2024-01-02"}


GROWN: list[Told] = [
    {"phase-declared": {"phase": "pre-creation"}, "at": "2024-04-10"},
    {"enterprise-linked": {"legal_identifier": "0472909840", "role": "founder"}, "at": "2019-01-01"},
    {"figures-reported": {"legal_identifier": "0472909840", "period": "2020", "headcount_fte": 10}},
    {"figures-reported": {"legal_identifier": "0472909840", "period": "2023", "headcount_fte": 20}},
]
CREATION: Told = {"phase-declared": {"phase": "creation"}, "at": "2024-03-01"}
SPENT: Told = {"aid-applied": {"application_id": "x", "instrument": "loan"}, "at": "2024-03-01", "by": "finance"}
POPULATION: list[tuple[str, list[Told]]] = [
    ("2023-01-10", [active("62.01"), CREATION, *granted("a", "1000.00", "2023-01-20")]),
    ("2023-02-10", [active("62.02"), CREATION, *granted("a", "2000.50", "2023-03-02"), SPENT]),
    ("2023-03-10", [active("61.10"), CREATION, *granted("a", "0.50", "2023-06-08")]),
    ("2023-04-10", [active("56.10"), CREATION, *granted("a", "400.00", "2024-04-09", "finance", "loan")]),
    ("2023-12-31", referred("r", "innoviris", "accepted", "completed")),
    ("2024-01-01", referred("r", "innoviris", "completed")),
    ("2024-02-10", [active("62.01"), *referred("r", "innoviris", "accepted", "completed")]),
    ("2024-03-10", [active("01.10"), *referred("r", "innoviris")]),
    ("2024-04-10", [*GROWN, *granted("a", "1", "2024-05-01")[:1]]),
]
"""(opened on, what happened): four of 2023 with aid, three of them from Innoviris; four referrals; one who waits."""


UNSEEN = (
    "technologies-by-year",
    "turnover-effect",
    "turnover-after-aid",
    "employment-effect",
    "employment-after-aid",
    "de-minimis-headroom",
)
"""What nobody of this population tells anything about: see `test_indicator_cases`."""


@pytest.fixture(scope="module")
def standing(shared_log: Log) -> tuple[Generation, Tables]:
    """The facts of the population, with who looked."""
    for opened, told in POPULATION:
        dossier = new_dossier_id()
        last = tell(shared_log, dossier, [{"dossier-opened": {}, "at": opened}, *told])[-1]
        shared_log.ledger.record(Entry(Seen(dossier, 1, last), "adviser", "guidance", "dossier", "finance"))
    catch_up(shared_log.database.app)
    return FactsReader(shared_log.journal).facts(ledger=True)


@pytest.fixture(scope="module")
def figured(standing: tuple[Generation, Tables]) -> Figure:
    """A function: an indicator's name, and how it is asked for -> the figure of the population."""
    generation, facts = standing

    def count(name: str, by: list[str] | None = None, **asked: Any) -> dict[str, Any]:
        return figure(indicator(name), Asked(by, **asked), generation, facts)

    return count


def values(found: dict[str, Any]) -> dict[tuple[Any, ...], Any]:
    """Dimensions -> value."""
    return {tuple(row[name] for name in found["by"]): row["value"] for row in found["rows"]}


def test_entrepreneurs_by_phase(figured: Figure) -> None:
    assert values(figured("entrepreneurs-by-phase")) == {("creation",): 4, ("pre-creation",): 5}


def test_agencies_per_dossier_by_cohort(figured: Figure) -> None:
    """2023: 2, 3, 2, 2 and 2; 2024: 2, 2, 1 and 2. Hub opened them all; a referral alone brings nobody in."""
    assert values(figured("agencies-per-dossier")) == {(2023,): 2.2, (2024,): 1.75}


def test_ict_share_of_dossiers_with_a_sector(figured: Figure) -> None:
    shown = figured("ict-share", controlled=False)
    assert values(shown) == {(2023,): 0.75, (2024,): 0.5}
    assert values(figured("ict-share", [], controlled=False)) == {(): 0.6667}
    by_cohort, whole = values(figured("ict-share")), values(figured("ict-share", []))
    assert by_cohort[(2024,)] is None, "two contributors are too few"
    assert by_cohort[(2023,)] is None or whole[()] is None, "else the hidden share follows from the whole"
    assert shown["rows"][0]["n"] == 4


def test_aid_by_agency_instrument_sector_year(figured: Figure) -> None:
    shown = figured("aid-by-agency-instrument-sector-year", controlled=False)
    assert values(shown) == {
        ("finance", "loan", "other", 2024): "400.00",
        ("innoviris", "grant", "ict", 2023): "3001.00",
    }


def test_referral_delays_per_pair_of_agencies(figured: Figure) -> None:
    """Four days to each of two answers, ten from there to completion; what was never answered counts for nothing."""
    shown = figured("referral-delays", controlled=False)
    assert values(shown) == {("answer", "hub", "innoviris"): 4, ("completion", "hub", "innoviris"): 10}
    assert [row["n"] for row in shown["rows"]] == [2, 2]
    assert [row["suppressed"] for row in figured("referral-delays")["rows"]] == [True, True]


def test_time_to_first_aid(figured: Figure) -> None:
    """10, 20, 90 and 365 days: the median lies between 20 and 90."""
    shown = figured("time-to-first-aid", controlled=False)
    assert (values(shown), shown["rows"][0]["n"]) == ({(): 55}, 4)
    by_agency = figured("time-to-first-aid", ["agency"], controlled=False)
    assert values(by_agency) == {("finance",): 365, ("innoviris",): 20}
    assert values(figured("time-to-first-aid", ["agency"]))[("finance",)] is None


def test_referral_outcomes(figured: Figure) -> None:
    assert values(figured("referral-outcomes", controlled=False)) == {
        ("hub", "innoviris", "completed"): 3,
        ("hub", "innoviris", "unanswered"): 1,
    }


def test_cells_of_fewer_than_three_contributors_are_hidden(figured: Figure) -> None:
    shown = figured("referral-outcomes")
    hidden = {"from_agency": "hub", "to_agency": "innoviris", "outcome": "unanswered"}
    assert hidden | {"value": None, "n": None, "suppressed": True} in shown["rows"]
    assert shown["certificate"]["disclosure"] == {"method": "suppression", "n": 3, "p": 10, "dominance": None}
    assert figured("referral-outcomes", controlled=False)["certificate"]["disclosure"] == {"method": "none"}


def test_an_enterprise_with_two_aids_is_one_contributor(figured: Figure) -> None:
    assert {row["n"] for row in figured("aid-by-agency-instrument-sector-year", [], controlled=False)["rows"]} == {4}


def test_years_bound_what_is_counted(figured: Figure) -> None:
    aid = "aid-by-agency-instrument-sector-year"
    assert values(figured(aid, [], from_year=2024, controlled=False)) == {(): "400.00"}
    assert values(figured(aid, [], to_year=2023, controlled=False)) == {(): "3001.00"}
    assert values(figured(aid, [], to_year=2023)) == {(): None}, "beside 2000.50 and 1000.00, 0.50 hides nobody"
    assert values(figured(aid, ["year"], from_year=2025)) == {}
    assert values(figured("entrepreneurs-by-phase", ["cohort"], from_year=2024)) == {(2024,): 4}


def test_nothing_to_count_is_no_failure(figured: Figure) -> None:
    assert figured("time-to-first-aid", [], from_year=2199)["rows"] == [{"value": None, "n": 0, "suppressed": False}]


@pytest.mark.parametrize("name", catalogue())
def test_every_dimension_of_an_indicator_can_be_asked_for(figured: Figure, name: str) -> None:
    for dimension in indicator(name).dimensions:
        shown = figured(name, [dimension])
        expected = {dimension, *indicator(name).always, "value", "n", "suppressed"}
        assert all(expected <= set(row) <= expected | {"low", "high"} for row in shown["rows"])
    assert figured(name, indicator(name).dimensions)["rows"] or name in UNSEEN


@pytest.mark.parametrize("name", catalogue())
def test_asked_for_in_many_ways_at_once_it_says_the_same(
    standing: tuple[Generation, Tables], figured: Figure, name: str
) -> None:
    every = [[dimension] for dimension in indicator(name).dimensions]
    for by, rows in zip(every, rows_by(indicator(name), standing[1], every), strict=True):
        assert rows == figured(name, by, controlled=False)["rows"]


@pytest.mark.parametrize("by", ["nothing", "", "value", "phase; DROP TABLE fact_dossier", "contributor"])
def test_another_dimension_is_refused(figured: Figure, by: str) -> None:
    with pytest.raises(UnknownDimension, match="has no dimension"):
        figured("entrepreneurs-by-phase", [by])


def test_an_unknown_indicator_is_told_what_there_is() -> None:
    with pytest.raises(IndicatorUnknown, match="ict-share"):
        indicator("nothing")


@pytest.mark.parametrize("name", catalogue())
def test_the_result_digest_can_be_derived_again_by_anyone(figured: Figure, name: str) -> None:
    """From the rows as a program receives them, by another implementation of RFC 8785."""
    told = json.loads(json.dumps(figured(name, controlled=False)))
    certificate = told["certificate"]
    assert certificate["result_digest"] == "sha256:" + hashlib.sha256(rfc8785.dumps(told["rows"])).hexdigest()
    assert (certificate["ruleset"], certificate["ruleset_digest"]) == (ruleset().id, ruleset().digest)


def test_the_certificate_names_the_tree_over_those_events(figured: Figure, shared_log: Log) -> None:
    certificate = figured("ict-share")["certificate"]
    tree = merkle.Tree()
    for recorded in shared_log.journal.feed(0, int(certificate["position"]), 10**6):
        tree.add(merkle.leaf_hash(recorded.stored))
    assert certificate["root"] == base64.b64encode(tree.root).decode()


def test_the_certificate_says_up_to_which_event_it_counts(figured: Figure, shared_log: Log) -> None:
    assert figured("ict-share")["certificate"]["position"] == str(shared_log.journal.head().position)


def test_counted_twice_it_is_the_same(figured: Figure) -> None:
    for name in catalogue():
        assert figured(name) == figured(name)


def test_csv_says_the_same_as_json(figured: Figure) -> None:
    shown = figured("referral-outcomes")
    read = list(csv.DictReader(io.StringIO(as_csv(shown))))
    told = [
        ("" if row["value"] is None else str(row["value"]), str(row["suppressed"]).lower()) for row in shown["rows"]
    ]
    assert [(row["value"], row["suppressed"]) for row in read] == told
    assert list(read[0]) == [*shown["by"], "value", "n", "low", "high", "suppressed"]


def test_the_reader_copies_once_for_a_position(shared_log: Log) -> None:
    reader = FactsReader(shared_log.journal)
    first, again = reader.facts(), reader.facts()
    assert all(first[1][table] is again[1][table] for table in first[1])
    tell(shared_log, new_dossier_id(), [{"dossier-opened": {}, "at": "1999-01-01"}])
    catch_up(shared_log.database.app)
    assert reader.facts()[1]["fact_dossier"].num_rows == first[1]["fact_dossier"].num_rows + 1
