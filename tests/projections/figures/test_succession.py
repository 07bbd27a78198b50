"""Figures by successor: a house that merged counts as one, and only where that was asked for."""

from __future__ import annotations

import pyarrow as pa
from tests.projections.figuring import tables

from projections.counting.indicator import indicator
from projections.counting.tables import Facts
from projections.figures.exchange import COLUMNS as EXCHANGED
from projections.figures.figures import Asked, figure
from projections.figures.succession import under_successors
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset

LINE = {"impulse": "hub", "atrium": "hub"}
AID = {"generation": 1, "instrument": "grant", "outcome": "granted", "decided_on": "2020-03-01",
       "conferred_on": "2020-03-01", "applied_on": "2020-01-01", "amount": "100.00", "ict": True}  # fmt: skip


def present(dossier: str, agency: str, first: str, last: str, events: int) -> dict[str, object]:
    return {"generation": 1, "dossier": dossier, "agency": agency, "first_on": first, "last_on": last, "events": events}


FACTS = tables({
    "fact_dossier": [
        {"generation": 1, "dossier": "a", "opened_on": "2017-01-01", "agencies": 3, "phase": "creation"},
        {"generation": 1, "dossier": "b", "opened_on": "2017-01-01", "agencies": 1, "phase": "creation"},
    ],
    "fact_presence": [
        present("a", "impulse", "2017-01-01", "2017-06-01", 2),
        present("a", "hub", "2018-01-01", "2019-01-01", 3),
        present("a", "finance", "2018-01-01", "2018-01-01", 1),
        present("b", "atrium", "2017-01-01", "2017-01-01", 1),
    ],
    "fact_aid": [
        {**AID, "dossier": "a", "agency": "impulse", "enterprise": "1"},
        {**AID, "dossier": "a", "agency": "hub", "enterprise": "1"},
        {**AID, "dossier": "b", "agency": None, "enterprise": "2"},
    ],
    "fact_referral": [
        {"generation": 1, "dossier": "a", "from_agency": "impulse", "to_agency": "atrium", "made_on": "2017-02-01",
         "second_agency": "finance"},
    ],
})  # fmt: skip


def rows(name: str, facts: Facts, *by: str) -> list[tuple[object, ...]]:
    rules = ruleset()
    generation = Generation(1, rules.id, rules.digest, 1, "root")
    found = figure(indicator(name), Asked(by, controlled=False), generation, facts)
    return [(*(row[dimension] for dimension in by), row["value"]) for row in found["rows"]]


def test_the_log_s_own_names_count_until_it_is_asked_otherwise() -> None:
    assert rows("agencies-per-dossier", FACTS) == [(2.0,)]
    assert {agency for agency, _ in rows("entrepreneurs-by-phase", FACTS, "agency")} == {
        "atrium", "finance", "hub", "impulse",
    }  # fmt: skip


def test_a_dossier_of_predecessor_and_successor_is_one_house_s() -> None:
    merged = under_successors(FACTS, LINE)
    assert rows("agencies-per-dossier", merged) == [(1.5,)]
    assert rows("entrepreneurs-by-phase", merged, "agency") == [("finance", 1), ("hub", 2)]
    assert merged["fact_presence"].schema == FACTS["fact_presence"].schema
    [hub] = [row for row in merged["fact_presence"].to_pylist() if (row["dossier"], row["agency"]) == ("a", "hub")]
    assert (str(hub["first_on"]), str(hub["last_on"]), hub["events"]) == ("2017-01-01", "2019-01-01", 5)


def test_aid_and_referrals_are_the_successor_s_and_nobody_s_stay_nobody_s() -> None:
    merged = under_successors(FACTS, LINE)
    assert merged["fact_aid"]["agency"].to_pylist() == ["hub", "hub", None]
    [referral] = merged["fact_referral"].to_pylist()
    assert (referral["from_agency"], referral["to_agency"], referral["second_agency"]) == ("hub", "hub", "finance")


def test_what_parts_of_one_house_tell_each_other_is_no_exchange() -> None:
    schema = pa.schema(EXCHANGED, metadata={"readings": "7"})
    pairs = [("impulse", "atrium"), ("impulse", "finance")]
    told = [dict.fromkeys(EXCHANGED) | {"from_agency": one, "to_agency": other} for one, other in pairs]
    merged = under_successors(FACTS | {"fact_exchange": pa.Table.from_pylist(told, schema=schema)}, LINE)
    [left] = merged["fact_exchange"].to_pylist()
    assert (left["from_agency"], left["to_agency"]) == ("hub", "finance")
    assert merged["fact_exchange"].schema.metadata == {b"readings": b"7"}


def test_nothing_is_changed_in_the_facts_that_others_count_from() -> None:
    before = {name: table.to_pylist() for name, table in FACTS.items()}
    under_successors(FACTS, LINE)
    assert {name: table.to_pylist() for name, table in FACTS.items()} == before
