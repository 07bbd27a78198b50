"""Undertakings have names: each enterprise tied to another on a day by the lowest number among them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from projections.counting.undertaking_names import undertaking_names
from projections.figures.facts_reader import type_of

COLUMNS = ("enterprise", "other", "from_on", "until_on")
TIES = [
    ("0403170701", "0472909840", date(2020, 1, 1), None),
    ("0472909840", "0400000036", date(2021, 1, 1), date(2022, 1, 1)),
    ("0500000066", "0600000087", date(2020, 1, 1), None),
]


def ties(rows: list[tuple[Any, ...]] = TIES) -> pa.Table:
    return pa.table({
        name: pa.array([row[place] for row in rows], type_of(name)) for place, name in enumerate(COLUMNS)
    })  # fmt: skip


def told(table: pa.Table) -> dict[str, str]:
    return dict(zip(table["enterprise"].to_pylist(), table["undertaking"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2019, 12, 31), {}),
        (date(2020, 1, 1), {"0403170701": "0403170701", "0472909840": "0403170701"}),
        (date(2021, 6, 1), dict.fromkeys(["0400000036", "0403170701", "0472909840"], "0400000036")),
        (date(2022, 1, 1), {"0403170701": "0403170701", "0472909840": "0403170701"}),
        (None, {}),
    ],
)
def test_enterprises_tied_on_a_day_have_one_name(day: date | None, names: dict[str, str]) -> None:
    beside = dict.fromkeys(["0500000066", "0600000087"], "0500000066") if names else {}
    assert told(undertaking_names(ties(), day)) == names | beside


def test_they_are_named_once_for_the_same_facts_and_day() -> None:
    facts = ties()
    named = undertaking_names(facts, date(2021, 6, 1))
    assert undertaking_names(facts, date(2021, 6, 1)) is named
    assert told(undertaking_names(facts, date(2020, 6, 1))) != told(named)
    assert undertaking_names(ties(), date(2021, 6, 1)) is not named
    assert told(undertaking_names(ties(TIES[:1]), date(2021, 6, 1))) != told(named)
