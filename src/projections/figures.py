"""Figures: an indicator counted over the facts by DuckDB, with the certificate by which anyone can count it again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from dossier.canonical import canonical
from projections.counting import Bounds, Question, cells, counting, day_of, plain, quality
from projections.estimates.cell import Cell
from projections.exchange import readings_of
from projections.indicator import Indicator
from projections.indicator import indicator as named
from projections.store import Generation

THRESHOLD = 3
"""Fewest contributors a published cell may have. Source: common European practice for tables of enterprises, n = 3."""


class UnknownDimension(ValueError):
    """An indicator does not have this dimension."""


class Asked(NamedTuple):
    """How an indicator is asked for: by which dimensions, for which years, controlled for disclosure or not."""

    by: Sequence[str] | None = None
    from_year: int | None = None
    to_year: int | None = None
    controlled: bool = True


def figure(indicator: Indicator, asked: Asked, generation: Generation, facts: dict[str, pa.Table]) -> dict[str, Any]:
    """An indicator's rows with their certificate. Raises UnknownDimension."""
    by = indicator.by(asked.by)
    for dimension in by:
        if dimension not in indicator.dimensions:
            known = ", ".join(indicator.dimensions)
            raise UnknownDimension(f"{indicator.name} has no dimension {dimension}; it has: {known}")
    question = Question(indicator, by, Bounds(asked.from_year, asked.to_year))
    with counting(facts, indicator.rules) as database:
        counted, told = cells(database, question), quality(database, question)
    rows = [_row(by, cell, controlled=asked.controlled) for cell in counted]
    day = day_of(facts)
    return {
        "indicator": indicator.name,
        "title": indicator.title,
        "unit": indicator.unit,
        "by": by,
        "rows": rows,
        "certificate": {
            "ruleset": generation.ruleset,
            "ruleset_digest": generation.digest,
            "position": str(generation.position),
            "root": generation.root,
            **({"readings": str(readings_of(facts["fact_exchange"]))} if indicator.ledger else {}),
            "result_digest": "sha256:" + hashlib.sha256(canonical(rows)).hexdigest(),
            "disclosure": {"rule": "threshold", "n": THRESHOLD} if asked.controlled else "none",
        },
        "as_of": day.isoformat() if day else None,
        "quality": told._asdict(),
        "method": indicator.method,
        "caveats": indicator.caveats,
        "evidence_level": indicator.evidence_level,
    }


def _row(by: Sequence[str], cell: Cell, *, controlled: bool) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(by, cell.dimensions, strict=True))
    if controlled and 0 < cell.n < THRESHOLD:
        return row | {"value": None, "n": None, "suppressed": True}
    bounds = {"low": plain(cell.low), "high": plain(cell.high)} if cell.low is not None else {}
    return row | {"value": plain(cell.value), "n": cell.n, **bounds, "suppressed": False}


def columns_of(figure: dict[str, Any]) -> list[str]:
    """The names of a figure's columns, in order; also where it has no rows."""
    bounds = ["low", "high"] if named(figure["indicator"]).has_bounds else []
    return [*figure["by"], "value", "n", *bounds, "suppressed"]
