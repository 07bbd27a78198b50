"""What is asked of a fact as it is recorded, and was not of all before: those are read, and sent again, as they are.

A schema cannot ask it: the list of currencies grows with the library that keeps it, and a day is past by the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from babel.core import get_global

from dossier.catalogue import TYPES, Fact
from dossier.catalogue.fact import fields_of
from dossier.refusals import refused

ASKED = frozenset(kind for kind in TYPES.values() if not {"currency", "terms", "person"}.isdisjoint(fields_of(kind)))
"""The types of fact of which anything is asked here."""
NO_MONEY = frozenset({"XXX", "XTS"})
"""Codes of ISO 4217 for no currency, and for tests."""


@cache
def currencies() -> frozenset[str]:
    """Every code that is or was money, as the Unicode CLDR keeps them: late facts may speak of former ones."""
    return frozenset(get_global("all_currencies")) - NO_MONEY


def check(fact: Fact, day: str) -> None:
    """Raise `Refused` with pointers into the data where a fact, recorded on this day in Brussels, cannot be so."""
    if type(fact) not in ASKED:
        return
    if errors := [*_currencies(fact), *_birth(fact, day)]:
        raise refused("invalid", "The data says what cannot be; `errors` says where.", *errors)


def _currencies(fact: Fact) -> Iterator[tuple[str, str]]:
    """Currencies that are none: of the fact itself, and of the terms of its aid."""
    terms: dict[str, Any] = getattr(fact, "terms", None) or {}
    for at, code in (("/data", getattr(fact, "currency", None)), ("/data/terms", terms.get("currency"))):
        if code is not None and code not in currencies():
            yield f"{at}/currency", "no currency of ISO 4217, like EUR"


def _birth(fact: Fact, day: str) -> Iterator[tuple[str, str]]:
    """Nobody is born on a day to come. Other days may lie there: a right is conferred, or control begins, from then."""
    person: dict[str, Any] = getattr(fact, "person", None) or {}
    if person.get("birth_date", day) > day:
        yield "/data/person/birth_date", "a day that has been"
