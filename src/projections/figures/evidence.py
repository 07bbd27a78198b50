"""The evidence level of an answer: what its indicator claims, less where the answer does not pass the test of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.counting.indicator import Indicator

EFFECT, PRE_TREND = "effect_", "pre_trend_"
UNTESTED = 2
"""The Maryland scale: with a comparison group that is not shown to be alike."""


def evidence_level(indicator: Indicator, rows: Sequence[dict[str, Any]]) -> int:
    """The level that every row shown reaches: what is hidden claims nothing, and tests nothing.

    Of a difference-in-differences, each effect needs a trend before the treatment whose bounds hold zero.
    """
    if indicator.value != "difference-in-differences":
        return indicator.evidence_level
    passed = {_cell(row) for row in rows if _measure(row).startswith(PRE_TREND) and _holds_zero(row)}
    effects = [row for row in rows if _measure(row).startswith(EFFECT) and row["value"] is not None]
    tested = effects and all(_cell(row) in passed for row in effects)
    return indicator.evidence_level if tested else min(indicator.evidence_level, UNTESTED)


def _holds_zero(row: dict[str, Any]) -> bool:
    return "low" in row and float(row["low"]) <= 0 <= float(row["high"])


def _measure(row: dict[str, Any]) -> str:
    return str(row["measure"])


def _cell(row: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The dimensions of a row, an effect and its trend alike."""
    told = {name: value for name, value in row.items() if name not in ("value", "n", "low", "high", "suppressed")}
    control = _measure(row).removeprefix(EFFECT).removeprefix(PRE_TREND)
    return tuple((told | {"measure": control}).items())
