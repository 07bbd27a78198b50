"""The rows of a figure as every format has them: a hidden cell keeps its dimensions, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NUMBERS = ("value", "n", "low", "high")


def columns(found: Mapping[str, Any]) -> list[str]:
    """The dimensions asked for, then what was counted."""
    return [*found["by"], *NUMBERS, "suppressed"]


def rows(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A figure's rows, each with every column; of a hidden cell no number is passed on, whatever its row holds."""
    return [
        {name: row[name] for name in found["by"]}
        | {name: None if row["suppressed"] else row.get(name) for name in NUMBERS}
        | {"suppressed": bool(row["suppressed"])}
        for row in found["rows"]
    ]
