"""Ruling: a rule that reaches only indicators changes, and they are counted anew over the facts that stand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyarrow import parquet

from benchmarks.counting import scan, seconds, synthetic
from benchmarks.row import Row, row
from projections.counting.indicator import catalogue
from projections.counting.tables import Facts
from projections.facts.columns import COLUMNS
from projections.figures.facts_reader import with_rules
from projections.figures.figures import Asked, figure
from projections.generations.store import Generation
from projections.rulesets.reach import reached_tables, reads
from projections.rulesets.ruleset import Ruleset, digest_of, ruleset

RUNS = 3


def regenerate_indicators(*, quick: bool) -> list[Row]:
    """For each rule that reaches no table of facts: the indicators it moves, under a ruleset in which it is another."""
    facts = synthetic(200_000 if quick else 5_000_000)
    count = sum(len(facts[table]) for table in COLUMNS)
    took: dict[tuple[str, ...], list[float]] = {}
    bare = []
    with tempfile.TemporaryDirectory(prefix="dossier-bench-") as directory:
        for table in COLUMNS:
            parquet.write_table(facts[table], Path(directory) / f"{table}.parquet")
        for _ in range(RUNS):
            bare.append(seconds(lambda: scan(directory)))
            for rule, names in moved().items():
                took.setdefault(names, []).append(seconds(_again(facts, rule, names)))
    slowest = max(took, key=lambda names: min(took[names]))
    told = "; ".join(f"{', '.join(names)} {min(runs):.1f} s" for names, runs in took.items())
    return [row("regenerate-indicators", took[slowest], bare, "s", "ratio < 3", lambda _, ratio: ratio < 3,
                f"{count} facts, the slowest rule; {told}; baseline: DuckDB reads every column")]  # fmt: skip


def moved() -> dict[str, tuple[str, ...]]:
    """Rules that reach indicators and no table -> those indicators; one rule for each that move the same ones."""
    found: dict[tuple[str, ...], str] = {}
    for rule in ruleset().rules:
        names = tuple(name for name, one in catalogue().items() if reads(one.rules, rule))
        if names and not reached_tables([rule]):
            found.setdefault(names, rule)
    return {rule: names for names, rule in found.items()}


def _again(facts: Facts, rule: str, names: tuple[str, ...]) -> Callable[[], Any]:
    """Counts indicators under a ruleset whose newest value of a rule has another source; the value costs the same."""
    content = ruleset().rules[rule]
    values = [*content["values"][:-1], content["values"][-1] | {"source": "a decision"}]
    changed = ruleset().rules | {rule: content | {"values": values}}
    rules = Ruleset("bench", changed, digest_of(changed))
    generation = Generation(1, rules.id, rules.digest, 1, "root")
    return lambda: [
        figure(catalogue()[n], Asked(controlled=False), generation, with_rules(facts, rules)) for n in names
    ]
