"""A figure in words: each cell with the names of its dimensions and its value, as one language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.formats.units import EURO, EUROS, SHARE
from api.words.telling import Teller
from api.words.words import Words, capital
from projections.counting.indicator import Indicator

HIDDEN = "…"
NOTHING = "–"
RANGE = " – "
AGENCIES = ("agency", "from_agency", "to_agency")
ORDERED = {
    "phase": ("pre-creation", "creation", "post-creation"),
    "size_class": ("micro", "small", "medium", "large"),
}
"""Vocabularies with an order of their own; others are ordered by their values."""


@dataclass(frozen=True)
class Cell:
    """One row of a figure. What is hidden has neither value nor interval here, whatever its row said."""

    keys: tuple[Any, ...]
    labels: tuple[str, ...]
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    hidden: bool
    short: str
    exact: str


@dataclass(frozen=True)
class Told:
    """A figure in one language."""

    name: str
    title: str
    question: str
    by: tuple[str, ...]
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    cells: tuple[Cell, ...]
    method: str
    caveats: tuple[str, ...]
    evidence_level: int
    evidence: str
    source: str
    teller: Teller
    found: dict[str, Any]
    start: float = 1.0
    """Which share a curve over horizons starts at: all are there at first, to nobody has it happened yet."""
    panels: str | None = None
    """The dimension whose values have a picture each, where all in one would be too many lines."""
    bounded: bool = False
    """Whether its values have an interval, wherever enough stand behind them."""

    @property
    def words(self) -> Words:
        """The words of its language."""
        return self.teller.words

    @property
    def certificate(self) -> Mapping[str, Any]:
        """By what the figure can be counted again."""
        certificate: Mapping[str, Any] = self.found["certificate"]
        return certificate

    @property
    def quality(self) -> str:
        """Which share of the data behind it is missing, and which was recorded late."""
        shares: Mapping[str, float | None] = self.found["quality"]
        unjudged = self.words("figures.unjudged")
        told = {name: unjudged if one is None else self.words.percent(one) for name, one in shares.items()}
        return self.words("figures.quality", **told)

    @property
    def graded(self) -> str:
        """How far the figure may be taken for the effect of aid: its level of evidence, in a sentence."""
        label = self.words("figures.evidence_label", level=self.evidence_level)
        return f"{label}{self.words('figures.colon')} {self.evidence[:1].lower()}{self.evidence[1:]}"

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return sum(cell.hidden for cell in self.cells)

    @property
    def empty(self) -> int:
        """How many cells have no value, though nothing is hidden."""
        return sum(cell.value is None and not cell.hidden for cell in self.cells)

    @property
    def unbounded(self) -> int:
        """How many values have no interval, in a figure whose values have one."""
        return sum(cell.value is not None and cell.low is None for cell in self.cells) if self.bounded else 0

    @property
    def shown(self) -> list[tuple[Cell, float]]:
        """The cells that have a value, with it."""
        return [(cell, cell.value) for cell in self.cells if cell.value is not None]

    def interval(self, cell: Cell) -> str:
        """The interval of a cell in a table."""
        if cell.low is None or cell.high is None:
            return cell.short if cell.hidden else NOTHING
        return RANGE.join(valued(bound, cell.unit, self.words, exact=True) for bound in (cell.low, cell.high))


def tell(found: dict[str, Any], indicator: Indicator, teller: Teller) -> Told:
    """The answer document of an indicator, in words."""
    words = teller.words
    by = tuple(found["by"])
    certificate = found["certificate"]
    level = found.get("evidence_level", indicator.evidence_level)
    return Told(
        name=found["indicator"],
        title=indicator.title[words.lang],
        question=indicator.question[words.lang],
        by=by,
        dimensions=tuple(capital(dimension(words, name, indicator)) for name in by),
        measures=tuple(indicator.measures),
        cells=tuple(_cell(row, by, indicator, teller) for row in found["rows"]),
        method=indicator.method[words.lang],
        caveats=tuple(caveat[words.lang] for caveat in found["caveats"]),
        evidence_level=level,
        evidence=words(f"figures.evidence.{level}"),
        source=words(
            "figures.source",
            position=words.number(certificate["position"]),
            ruleset=certificate["ruleset"],
            digest=short_digest(certificate),
            level=level,
        ),
        teller=teller,
        found=found,
        start=0.0 if indicator.value == "cumulative-incidence" else 1.0,
        panels=indicator.chart.panels,
        bounded=indicator.has_bounds,
    )


def short_digest(certificate: Mapping[str, Any]) -> str:
    """The first twelve digits of a result's digest: enough to tell two results apart by eye."""
    return str(certificate["result_digest"]).removeprefix("sha256:")[:12]


def dimension(words: Words, name: str, indicator: Indicator) -> str:
    """What a dimension is called: by the indicator itself, else usually; unnamed yet, it is shown by its own name."""
    if name in indicator.names:
        return indicator.names[name][words.lang]
    return words.optional(f"figures.dimensions.{name}") or name.replace("_", " ")


def label(key: Any, name: str, teller: Teller) -> str:
    """What a value of a dimension is called."""
    words = teller.words
    if key is None:
        return capital(words.term("unknown"))
    if name in AGENCIES:
        return teller.agency(str(key))
    if name == "commune":
        return words.commune(str(key))
    if name == "horizon":
        return words.count("units.years", int(key))
    if isinstance(key, int):
        return str(key)
    return capital(words.term(str(key), name).replace("_", " "))


def valued(value: float, unit: str, words: Words, *, exact: bool = False) -> str:
    """A value with its unit, shortened for a picture, or in full."""
    if unit == SHARE:
        return words.percent(round(value, 4 if exact else 3))
    if unit in EUROS:
        return words.money(f"{value:.2f}") if exact or abs(value) < 1000 else words.about(f"{value:.2f}")
    return words.number(round(value, 4 if exact else 1))


def with_unit(value: float, unit: str, words: Words) -> str:
    """A value with its unit written out, for a sentence."""
    said = valued(value, unit, words)
    if unit in (SHARE, EURO):
        return said
    form = words.locale.plural_form(abs(round(value, 1)))
    name = words.optional(f"figures.units.{unit}.{form}") or words.optional(f"figures.units.{unit}.other") or unit
    return f"{said}\xa0{name}"


def unit_of(indicator: Indicator, measure: Any) -> str:
    """The unit of a measure; of the indicator when its measures share one."""
    return indicator.chart.units.get(str(measure), indicator.unit)


def _cell(row: Mapping[str, Any], by: tuple[str, ...], indicator: Indicator, teller: Teller) -> Cell:
    hidden = bool(row["suppressed"])
    unit = unit_of(indicator, row.get("measure"))
    value, low, high = (None if hidden else _number(row.get(name)) for name in ("value", "low", "high"))
    told = (
        {exact: valued(value, unit, teller.words, exact=exact) for exact in (False, True)} if value is not None else {}
    )
    instead = HIDDEN if hidden else NOTHING
    return Cell(
        keys=tuple(row[name] for name in by),
        labels=tuple(label(row[name], name, teller) for name in by),
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=None if hidden else row.get("n"),
        hidden=hidden,
        short=told.get(False, instead),
        exact=told.get(True, instead),
    )


def _number(value: int | float | str | Decimal | None) -> float | None:
    return None if value is None else float(value)
