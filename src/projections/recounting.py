"""Recounting: the cells that the same indicators count, or hide, otherwise over the facts of two generations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from projections.counting import Facts
from projections.difference import Moved, moved, veiled
from projections.disclosure.parameters import parameters
from projections.facts_reader import with_rules
from projections.figures import Asked, figure
from projections.indicator import Indicator, catalogue
from projections.reach import reached_dimensions
from projections.ruleset import Ruleset
from projections.store import Generation


class Side:
    """The facts of one generation, counted and controlled under one ruleset."""

    def __init__(self, generation: Generation, facts: Facts, rules: Ruleset, on: str) -> None:
        """`on` is the day (ISO text) by whose rules it is controlled."""
        self.generation, self.rules, self.on = generation, rules, on
        self.facts = with_rules(facts, rules)

    def beside(self, exchange: pa.Table) -> Side:
        """The same, with the readings that some indicators count."""
        return Side(self.generation, self.facts | {"fact_exchange": exchange}, self.rules, self.on)

    def rows(self, indicator: Indicator, asked: Asked) -> list[dict[str, Any]]:
        """The rows of an indicator."""
        rule = parameters(self.rules, self.on)
        rows: list[dict[str, Any]] = figure(indicator, asked, self.generation, self.facts, rule)["rows"]
        return rows


def counted_otherwise(before: Side, after: Side, changed: Sequence[str]) -> list[Moved]:
    """Every cell, in each breakdown that is compared, of every indicator; readings of the ledger follow no rule."""
    return [
        cell
        for indicator in catalogue().values()
        if not indicator.ledger
        for by in breakdowns(indicator, changed)
        for cell in moved(indicator.name, *_both(before, after, indicator, Asked(by, controlled=False)))
    ]


def breakdowns(indicator: Indicator, changed: Sequence[str]) -> Iterator[list[str]]:
    """The usual dimensions of an indicator, then these with each other one that the changed rules draw anew.

    A list of sectors may move every figure by sector and not one total.
    """
    usual = indicator.by(None)
    yield usual
    for name in reached_dimensions(indicator.dimensions, changed):
        if name not in usual:
            yield indicator.by([*indicator.default, name])


def hidden_otherwise(before: Side, after: Side) -> list[Moved]:
    """Every cell of an indicator's usual table that one side shows and the other hides.

    What is compared is an answer controlled by itself, with the effort that answers have (`disclosure.levels`): what
    that cannot protect in seconds is hidden whole. Protecting every published table would take minutes for each.
    """
    asked = Asked(controlled=True)
    return [
        cell
        for indicator in catalogue().values()
        for cell in veiled(indicator.name, *_both(before, after, indicator, asked))
    ]


def _both(before: Side, after: Side, indicator: Indicator, asked: Asked) -> tuple[list[Any], list[Any]]:
    return before.rows(indicator, asked), after.rows(indicator, asked)
