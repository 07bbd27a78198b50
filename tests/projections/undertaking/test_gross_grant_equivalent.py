"""Gross grant equivalents: the cases of tests/cases/rules/gge.yaml, to the cent; and none that breaks on odd terms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from tests.strategies import data_of

from dossier.catalogue import AidDecided
from projections.rulesets.ruleset import ruleset
from projections.undertaking.gross_grant_equivalent import Basis, Equivalent, equivalent

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "rules" / "gge.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_aid_in_another_form_is_worth_what_the_law_says(case: dict[str, Any]) -> None:
    by = Basis(ruleset(), str(case.get("day", "2025-01-01")), case.get("road_freight", False))
    found = equivalent(case["instrument"], case["amount"], case.get("stated"), case.get("terms"), by)
    assert (f"{found.amount:f}", found.doubt) == (case["worth"], case.get("doubt"))


@given(data_of(AidDecided))
def test_any_terms_that_may_enter_have_a_worth_that_is_never_negative(data: dict[str, Any]) -> None:
    amount, terms = data.get("amount"), data.get("terms")
    found = equivalent("loan", amount, data.get("gross_grant_equivalent"), terms, Basis(ruleset(), "2025-01-01"))
    assert isinstance(found, Equivalent)
    assert found.amount >= 0
    assert found.amount == found.amount.quantize(Decimal("0.01"))
