"""The figures of small tables that anyone can count by hand: `tests/cases/indicators`, one file an indicator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.projections.figuring import counted
from tests.projections.ruling import of_case

from projections.counting.indicator import catalogue

DIRECTORY = Path(__file__).parents[2] / "cases" / "indicators"
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['says']}")
    for file in sorted(DIRECTORY.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_figure_is_what_can_be_counted_by_hand(name: str, case: dict[str, Any]) -> None:
    years = {"from_year": case.get("from"), "to_year": case.get("to")}
    found = counted(name, case["facts"], case.get("by"), of_case(case), **years)
    kept = case["rows"][0].keys() if case["rows"] else ()
    only = case.get("only", {}).items()
    rows = [row for row in found["rows"] if only <= row.items()]
    assert [{column: row[column] for column in kept} for row in rows] == case["rows"]
    for key in ("quality", "as_of"):
        if key in case:
            assert found[key] == case[key]


def test_every_indicator_of_the_facts_has_its_cases() -> None:
    """Those that count readings, or were counted by hand before in `test_figures`, are told there."""
    elsewhere = {"re-explaining", "referral-outcomes", "agencies-per-dossier"}
    assert {file.stem for file in DIRECTORY.glob("*.yaml")} >= {
        name for name, found in catalogue().items() if name not in elsewhere and not found.ledger
    }
