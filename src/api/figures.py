"""A figure as it is asked for from outside, by name, dimensions and years; what cannot be counted is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dossier.refusals import refused
from projections.facts_reader import FactsReader, NoFacts
from projections.figures import Asked, UnknownDimension, figure
from projections.indicator import Indicator, IndicatorUnknown, indicator


@dataclass(frozen=True)
class Question:
    """What is asked: `by` as it stands in an address (None: the usual dimensions), the years, whether controlled."""

    name: str
    by: str | None = None
    from_year: int | None = None
    to_year: int | None = None
    controlled: bool = True
    pictured: bool = False
    """Whether the usual dimensions are those of its picture."""


def counted(reader: FactsReader, question: Question) -> dict[str, Any]:
    """The answer document. Raises Refused: no such indicator or dimension, nothing projected yet."""
    asked_for = named(question.name)
    by = dimensions(question.by)
    if by is None and question.pictured:
        by = asked_for.chart_by
    asked = Asked(by, question.from_year, question.to_year, question.controlled)
    try:
        generation, facts = reader.facts(ledger=asked_for.ledger)
        return figure(asked_for, asked, generation, facts)
    except UnknownDimension as error:
        raise refused("invalid", str(error), ("/by", "not a dimension of this indicator")) from None
    except NoFacts as error:
        raise refused("unavailable", str(error)) from None


def named(name: str) -> Indicator:
    """The indicator of a name. Raises Refused."""
    try:
        return indicator(name)
    except IndicatorUnknown as error:
        raise refused("not-found", str(error)) from None


def dimensions(by: str | None) -> list[str] | None:
    """The dimensions of an address; empty for the whole, None when it says nothing."""
    return None if by is None else list(dict.fromkeys(part.strip() for part in by.split(",") if part.strip()))
