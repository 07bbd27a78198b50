"""Figures: an indicator counted over the facts by DuckDB, with the certificate by which anyone can count it again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from dossier.canonical import canonical
from projections.exchange import readings_of
from projections.indicator import AGGREGATES, Indicator
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
    by = list(indicator.default if asked.by is None else asked.by)
    for dimension in by:
        if dimension not in indicator.dimensions:
            known = ", ".join(indicator.dimensions)
            raise UnknownDimension(f"{indicator.name} has no dimension {dimension}; it has: {known}")
    rows = [_row(by, values, controlled=asked.controlled) for values in _counted(indicator, by, asked, facts)]
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
        "caveats": indicator.caveats,
        "evidence_level": indicator.evidence_level,
    }


def _counted(
    indicator: Indicator, by: Sequence[str], asked: Asked, facts: dict[str, pa.Table]
) -> list[tuple[Any, ...]]:
    """Rows of (dimensions..., value, contributors), in the order of their dimensions.

    `by` holds names that the indicator declares and nothing else, so they may stand in the statement.
    """
    with duckdb.connect() as database:
        for name, table in facts.items():
            database.register(name, table)
        names = "".join(f"{dimension}, " for dimension in by)
        grouped = f"GROUP BY {', '.join(by)} ORDER BY {', '.join(f'{name} NULLS LAST' for name in by)}" if by else ""
        years = "WHERE ($from IS NULL OR year >= $from) AND ($to IS NULL OR year <= $to)" if asked_years(asked) else ""
        statement = (
            f"SELECT {names}{AGGREGATES[indicator.value]} AS value, count(DISTINCT contributor) AS n "  # noqa: S608
            f"FROM ({indicator.sql}) {years} {grouped}"
        )
        values = {"from": asked.from_year, "to": asked.to_year} if years else {}
        return database.execute(statement, values).fetchall()


def asked_years(asked: Asked) -> bool:
    """Whether years were asked for."""
    return asked.from_year is not None or asked.to_year is not None


def _row(by: Sequence[str], values: tuple[Any, ...], *, controlled: bool) -> dict[str, Any]:
    *dimensions, value, contributors = values
    row: dict[str, Any] = dict(zip(by, dimensions, strict=True))
    suppressed = controlled and 0 < contributors < THRESHOLD
    if suppressed:
        return row | {"value": None, "n": None, "suppressed": True}
    return row | {"value": _plain(value), "n": contributors, "suppressed": False}


def _plain(value: Any) -> int | float | str | None:
    """A value as JSON has it: amounts as decimal strings, other numbers of four decimals at the most."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded
