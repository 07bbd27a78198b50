"""The pilot's own test in one answer: does information pass between agencies? The re-explaining meter's figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from projections.counting.indicator import Indicator, indicator
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, figure
from projections.publications.press import Press

MEASURES = ("hours_to_first_reading", "share_reused", "asked_twice")
PAIR = ("from_agency", "to_agency")
Row = dict[str, Any]


def pilot(reader: FactsReader, *, controlled: bool = True) -> dict[str, Any]:
    """The headline figures, those of each pair of agencies, and their certificate, as they stand."""
    meter = indicator("re-explaining")
    generation, facts = reader.facts(ledger=True)
    return _told(meter, lambda by: figure(meter, Asked(by, controlled=controlled), generation, facts))


def published_pilot(press: Press) -> dict[str, Any]:
    """The same, as published."""
    meter = indicator("re-explaining")
    return _told(meter, lambda by: press.figure(meter, Asked(by)))


def _told(meter: Indicator, figure_by: Callable[[list[str]], dict[str, Any]]) -> dict[str, Any]:
    whole, pairs = figure_by(["measure"]), figure_by([*PAIR, "measure"])
    by_pair: dict[tuple[str, ...], list[Row]] = {}
    for row in pairs["rows"]:
        by_pair.setdefault(tuple(row[name] for name in PAIR), []).append(row)
    return {
        "headline": measured(whole["rows"]),
        "pairs": [dict(zip(PAIR, pair, strict=True)) | measured(rows) for pair, rows in sorted(by_pair.items())],
        "certificate": pairs["certificate"],
        "caveats": meter.caveats,
    }


def measured(rows: list[Row]) -> dict[str, Any]:
    """Each measure by its name with how many dossiers it is of; nothing sent twice is 0, other absent ones null."""
    found: dict[str, Any] = {}
    by_measure = {row["measure"]: row for row in rows}
    for name in MEASURES:
        row = by_measure.get(name)
        absent = {"value": 0 if name == "asked_twice" else None, "n": 0, "suppressed": False}
        found[name] = {part: row[part] for part in absent} if row else absent
    return found
