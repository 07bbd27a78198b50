"""A dossier beside its peers: quartiles of enough others, rounded, and never anybody else's."""

from __future__ import annotations

from typing import Any

import pytest
from tests.projections.figuring import tables

from projections.dossiers.peers import FEWEST, beside_peers


def population(size: int, **own: Any) -> dict[str, Any]:
    """So many dossiers alike, of whom each got its first aid ten days later than the one before; and `mine`."""
    alike = {"opened_on": "2024-01-01", "phase": "creation", "ict": True, "agencies": 2}
    others = [f"secret-{number}" for number in range(size)]
    days = [f"2024-02-{1 + number:02d}" for number in range(size)]
    return {
        "fact_dossier": [{"dossier": "mine", **alike, **own}, *({"dossier": other, **alike} for other in others)],
        "fact_aid": [
            {"dossier": other, "outcome": "granted", "currency": "EUR", "amount": "1234.56", "decided_on": day,
             "applied_on": "2024-01-30"}
            for other, day in zip(others, days, strict=True)
        ] + [{"dossier": "mine", "outcome": "granted", "currency": "EUR", "amount": "77.00",
              "decided_on": "2024-01-11", "applied_on": "2024-01-05"}],
    }  # fmt: skip


def compared(told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    found = beside_peers("mine", tables(told))
    assert found is not None
    return found, {one["measure"]: one for one in found["measures"]}


def test_own_values_stand_beside_rounded_quartiles() -> None:
    found, measures = compared(population(9))
    assert found["peers"] == {"sector": "ict", "cohort": 2024, "phase": "creation", "n": 5}
    told = measures["days_to_first_aid"]
    assert (told["own"], told["n"]) == (10, 5), "nine, in steps of five"
    assert (told["low"], told["median"], told["high"]) == (35, 35, 35), "33, 35 and 37 days, to the nearest five"
    assert measures["aid_granted"]["own"] == 77
    assert measures["aid_granted"]["median"] == 1_000, "nobody's 1,234.56"
    assert measures["days_to_decision"]["own"] == 6


def test_of_fewer_than_the_fewest_nothing_is_told() -> None:
    found, measures = compared(population(FEWEST - 1))
    assert found["peers"] is None
    assert all(one["n"] is None and one["median"] is None for one in measures.values())
    assert measures["days_to_first_aid"]["own"] == 10, "one's own is one's own"


def test_a_measure_that_too_few_have_is_not_told() -> None:
    told = population(9)
    told["fact_aid"] = told["fact_aid"][:4]
    found, measures = compared(told)
    assert found["peers"]["n"] == 5
    assert measures["days_to_first_aid"]["n"] is None
    assert measures["agencies"]["n"] == 5


def test_too_few_of_the_same_phase_are_compared_by_cohort_and_then_by_sector() -> None:
    found, _ = compared(population(6, phase="post-creation"))
    assert found["peers"] == {"sector": "ict", "cohort": 2024, "n": 5}
    found, _ = compared(population(6, opened_on="2019-01-01"))
    assert found["peers"] == {"sector": "ict", "n": 5}
    assert "peers share a sector, and at the most a cohort and a phase;" in found["caveats"][0]["en"]
    found, _ = compared(population(6, ict=False))
    assert found["peers"] is None


@pytest.mark.parametrize("holding", ["11111", "12344"])
def test_founders_of_one_enterprise_are_one_peer(holding: str) -> None:
    """Else the quartiles of five founders would be what their enterprise was granted."""
    found, measures = compared(held(population(5), [f"040000000{enterprise}" for enterprise in holding]))
    assert found["peers"] is None
    assert all(one["n"] is None and one["median"] is None for one in measures.values())


def test_enterprises_under_one_control_are_one_peer() -> None:
    told = held(population(5), [f"040000000{number}" for number in range(1, 6)])
    tie = {"dossier": "secret-0", "enterprise": "0400000001", "other": "0400000002", "from_on": "2020-01-01"}
    assert compared(told)[0]["peers"] is not None
    assert compared(told | {"fact_tie": [tie]})[0]["peers"] is None


def test_the_asker_s_own_undertaking_is_no_peer() -> None:
    told = held(population(5), [f"040000000{number}" for number in range(1, 6)], mine="0400000005")
    assert compared(told)[0]["peers"] is None


def test_an_undertaking_has_one_value() -> None:
    """Three founders of one enterprise, each told to have been granted 90,000, weigh as one beside four others."""
    told = held(population(7), ["0400000009"] * 3 + [f"040000000{number}" for number in range(1, 5)])
    for aid in told["fact_aid"][:3]:
        aid["amount"] = "90000.00"
    measures = compared(told)[1]
    assert (measures["aid_granted"]["n"], measures["aid_granted"]["high"]) == (5, 1_000)


def held(told: dict[str, Any], enterprises: list[str], mine: str | None = None) -> dict[str, Any]:
    """The same population, each of the others with its enterprise."""
    for row, enterprise in zip(told["fact_dossier"], [mine, *enterprises], strict=True):
        row.update(enterprise=enterprise, recorded_on="2025-01-01")
    return told


def test_no_other_dossier_is_named() -> None:
    assert "secret" not in str(compared(population(9)))


def test_who_is_not_there_is_not_compared() -> None:
    assert beside_peers("nobody", tables(population(9))) is None
