"""Figures an enterprise reported for one period: what was told last of each, and in which currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dossier.catalogue import FiguresReported
from dossier.values import quantity

SUMS = ("turnover", "balance_total")
TELLING = ("position", "on", "recorded_on", "currencies")
"""What is kept beside the figures themselves."""
EURO = "EUR"
Figures = dict[str, Any]


def add(figures: Figures, fact: FiguresReported) -> None:
    """One report more: what it is silent of stays as it was. Its currency is that of the sums it tells, of no other."""
    told = {name: getattr(fact, name) for name in ("headcount_fte", *SUMS, "r_and_d_share")}
    told = {name: value for name, value in told.items() if value is not None}
    figures.update(told)
    currencies = figures.get("currencies", {}) | {name: fact.currency for name in SUMS if name in told}
    if currencies:
        figures["currencies"] = currencies


def euros(figures: Figures, name: str) -> Decimal | None:
    """A sum that was told in EUR; None for one in another currency, which is shown and never compared with EUR."""
    return quantity(figures[name]) if name in figures and figures["currencies"][name] == EURO else None


def shown(figures: Figures) -> Figures:
    """Figures as they are shown: with the currency of their sums if it is not EUR; with each one's if they differ."""
    own = {name: value for name, value in figures.items() if name not in TELLING}
    currencies = figures.get("currencies", {})
    told = set(currencies.values())
    if len(told) > 1:
        return own | {"currencies": currencies}
    return own if told <= {EURO} else own | {"currency": told.pop()}
