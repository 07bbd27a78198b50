"""The mark a formula of the law carries: from which day it holds, until when, and where it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Law(NamedTuple):
    """Days as ISO text, `until` included; None while no end is set."""

    source: str
    holds_from: str
    until: str | None


def law(source: str, *, holds_from: str, until: str | None = None) -> Callable[[F], F]:
    """Mark a formula with the law it computes; `law_of` reads the mark."""

    def mark(formula: F) -> F:
        formula.law = Law(source, holds_from, until)  # type: ignore[attr-defined]  # functions take attributes
        return formula

    return mark


def law_of(formula: Callable[..., Any]) -> Law:
    """The law a formula was marked with."""
    found: Law = formula.law  # type: ignore[attr-defined]  # as above
    return found
