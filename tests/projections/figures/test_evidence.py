"""The evidence level of an answer: an effect that no flat trend stands beside is no effect of level 3."""

from __future__ import annotations

from typing import Any

import pytest

from projections.counting.indicator import indicator
from projections.figures.evidence import evidence_level

Row = dict[str, Any]
DIFFERENCE = indicator("employment-effect")
HIDDEN: Row = {"value": None, "n": None, "suppressed": True}


def row(measure: str, value: float | None, *bounds: float, **more: Any) -> Row:
    found = dict(zip(("low", "high"), bounds, strict=False))
    return {"measure": measure, "value": value, "n": 12, **found, "suppressed": False, **more}


EFFECT = row("effect_never_supported", 2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("trend", "level"),
    [
        pytest.param(row("pre_trend_never_supported", 0.1, -0.5, 0.7), 3, id="flat"),
        pytest.param(row("pre_trend_never_supported", 0.6, 0.1, 1.1), 2, id="rising"),
        pytest.param(row("pre_trend_never_supported", -0.6, -1.1, -0.1), 2, id="falling"),
        pytest.param(row("pre_trend_never_supported", 0.0), 2, id="without bounds"),
        pytest.param(row("pre_trend_never_supported", None), 2, id="unknown"),
        pytest.param(row("pre_trend_not_yet_supported", 0.1, -0.5, 0.7), 2, id="against others"),
        pytest.param({"measure": "pre_trend_never_supported", **HIDDEN}, 2, id="hidden"),
    ],
)
def test_an_effect_is_of_level_3_beside_a_flat_trend_alone(trend: Row, level: int) -> None:
    assert evidence_level(DIFFERENCE, [EFFECT, trend]) == level


def test_each_cell_needs_a_trend_of_its_own() -> None:
    trend = row("pre_trend_never_supported", 0.1, -0.5, 0.7, cohort=2022)
    assert evidence_level(DIFFERENCE, [EFFECT | {"cohort": 2022}, trend]) == 3
    assert evidence_level(DIFFERENCE, [EFFECT | {"cohort": 2022}, EFFECT | {"cohort": 2023}, trend]) == 2


def test_an_effect_that_is_not_shown_claims_nothing() -> None:
    trend = row("pre_trend_never_supported", 0.1, -0.5, 0.7)
    unknown, hidden = row("effect_not_yet_supported", None), {"measure": "effect_not_yet_supported", **HIDDEN}
    assert evidence_level(DIFFERENCE, [EFFECT, trend, unknown, hidden]) == 3
    assert evidence_level(DIFFERENCE, [hidden]) == 2


def test_a_description_keeps_its_level() -> None:
    assert evidence_level(indicator("ict-share"), []) == 0
    assert evidence_level(indicator("survival"), []) == 1
