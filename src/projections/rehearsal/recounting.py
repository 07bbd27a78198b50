"""Recounting: the cells that the same indicators count, or hide, otherwise over the facts of two generations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from projections.counting.indicator import Indicator, catalogue
from projections.counting.tables import Facts
from projections.disclosure.parameters import parameters
from projections.figures.facts_reader import with_rules
from projections.figures.figures import Asked, figure, rows_by
from projections.generations.store import Generation
from projections.rehearsal.difference import Moved, moved, veiled
from projections.rulesets.reach import DISCLOSURE, reached_dimensions, reads
from projections.rulesets.ruleset import Ruleset

Rows = list[dict[str, Any]]


class Side:
    """The facts of one generation, counted and controlled under one ruleset."""

    def __init__(self, generation: Generation, facts: Facts, rules: Ruleset) -> None:
        self.generation, self.rules = generation, rules
        self.facts = with_rules(facts, rules)

    def beside(self, exchange: pa.Table) -> Side:
        """The same, with the readings that some indicators count."""
        return Side(self.generation, self.facts | {"fact_exchange": exchange}, self.rules)

    def counted(self, indicator: Indicator, every: Iterable[Sequence[str]]) -> Iterator[Rows]:
        """The rows of an indicator by some dimensions, then by others, nothing hidden."""
        return rows_by(indicator, self.facts, every)

    def controlled(self, indicator: Indicator, on: str) -> Rows:
        """The rows of an indicator's usual table, controlled for disclosure by the rules of a day (ISO text)."""
        rule = parameters(self.rules, on)
        rows: Rows = figure(indicator, Asked(), self.generation, self.facts, rule)["rows"]
        return rows


def counted_otherwise(before: Side, after: Side, changed: Sequence[str]) -> list[Moved]:
    """Every cell, in each breakdown that is compared, of every indicator that the changed rules reach.

    Readings of the ledger follow no rule.
    """
    return [
        cell._replace(rules=_read(indicator, changed))
        for indicator in catalogue().values()
        if not indicator.ledger and any(reads(indicator.rules, rule) for rule in changed)
        for cell in _moved(before, after, indicator, changed)
    ]


def _read(indicator: Indicator, changed: Sequence[str]) -> list[str]:
    """Of the changed rules those that an indicator reads."""
    return [rule for rule in changed if reads(indicator.rules, rule)]


def _moved(before: Side, after: Side, indicator: Indicator, changed: Sequence[str]) -> list[Moved]:
    found: list[Moved] = []
    sides = [side.counted(indicator, breakdowns(indicator, changed, found)) for side in (before, after)]
    for told, now in zip(*sides, strict=True):
        found += moved(indicator.name, told, now)
    return found


def breakdowns(indicator: Indicator, changed: Sequence[str], found: Sequence[Moved]) -> Iterator[list[str]]:
    """The usual dimensions of an indicator, then these with each other one that the changed rules draw anew.

    A list of sectors may move every figure by sector and not one total. Where nothing was `found` by all these, with
    each that is left, too: one commune may gain what another loses.
    """
    usual = indicator.by(None)
    drawn = [name for name in reached_dimensions(indicator.dimensions, changed) if name not in usual]
    yield usual
    for name in drawn:
        yield indicator.by([*indicator.default, name])
    if not found:
        for name in sorted({*indicator.dimensions} - {*usual, *drawn}):
            yield indicator.by([*indicator.default, name])


def hidden_otherwise(before: Side, after: Side, on: str, changed: Sequence[str]) -> list[Moved]:
    """Every cell of an indicator's usual table that one side shows and the other hides `on` a day (ISO text).

    What is compared is an answer controlled by itself, with the effort that answers have (`disclosure.levels`): what
    that cannot protect in seconds is hidden whole. Protecting every published table would take minutes for each.
    """
    hiding = [rule for rule in changed if reads(DISCLOSURE, rule)]
    return [
        cell._replace(on=on, rules=hiding)
        for indicator in catalogue().values()
        for cell in veiled(indicator.name, before.controlled(indicator, on), after.controlled(indicator, on))
    ]
