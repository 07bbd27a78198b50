"""What it takes to protect a table: effort counts the cells of all programs, whatever the machine."""

from __future__ import annotations

from random import Random

import pyarrow as pa

from projections.counting.indicator import indicator
from projections.disclosure.candidate import candidate
from projections.disclosure.parameters import Parameters

AGENCIES = [f"agency-{number}" for number in range(8)]
OUTCOMES = ["completed", "accepted", "declined", "unanswered"]


def test_a_table_in_which_nearly_all_cells_are_of_few_is_protected_many_cells_at_a_time() -> None:
    """Referrals between many organisations by year: one cell after the other took eight times as much, or hours."""
    chance = Random(7)
    often = [1 / (place + 1) for place in range(len(AGENCIES))]
    given = [
        dict(zip(("from_agency", "to_agency"), chance.choices(AGENCIES, often, k=2), strict=True))
        | {"outcome": chance.choice(OUTCOMES), "year": chance.randrange(2021, 2026), "amount": 1.0}
        | {"contributor": str(number), "undertaking": str(number)}
        for number in range(400)
    ]
    told = {"ruleset_digest": "one"}
    made = candidate(indicator("referral-outcomes"), told, pa.Table.from_pylist(given), [], Parameters(), 60_000)
    assert made is not None
    assert 0 < made.hidden.sum() < made.hidden.size, "some can be shown"
