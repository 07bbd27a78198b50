"""Statements: what one dossier's facts say of an enterprise that matters for its undertaking.

They know no rule and no day, so they are kept as they were said: the rules are applied when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson


class Control(NamedTuple):
    """One enterprise controls another: from `since` on, until the day before `until`. `said` is when, in UTC."""

    controller: str
    controlled: str
    ground: str
    since: str
    until: str | None
    said: str
    position: int

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The enterprises it speaks of."""
        return (self.controller, self.controlled)


class Restructuring(NamedTuple):
    """A merger, takeover or split on a day; `shares` says how the aid of a split is parted."""

    kind: str
    sources: tuple[str, ...]
    into: tuple[str, ...]
    shares: tuple[tuple[str, str], ...]
    on: str
    said: str
    position: int

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The enterprises it speaks of."""
        return (*self.sources, *self.into, *(number for number, _ in self.shares))


class Grant(NamedTuple):
    """An aid as it was decided: granted, or withdrawn with its amount. Amounts are decimal strings."""

    dossier: str
    application_id: str
    enterprise: str
    agency: str | None
    instrument: str | None
    scheme: str | None
    legal_basis: str | None
    outcome: str
    amount: str | None
    gross_grant_equivalent: str | None
    terms: dict[str, Any] | None
    currency: str
    conferred_on: str
    decided_on: str
    repaid: tuple[tuple[str, str], ...]
    enterprise_assumed: bool
    position: int

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The enterprise it speaks of."""
        return (self.enterprise,)


class FiscalYear(NamedTuple):
    """One fiscal year an enterprise told, both days included."""

    enterprise: str
    first: str
    last: str
    said: str
    position: int

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The enterprise it speaks of."""
        return (self.enterprise,)


class Activity(NamedTuple):
    """What an enterprise does, as told when it was created."""

    enterprise: str
    version: str
    code: str
    said: str
    position: int

    @property
    def enterprises(self) -> tuple[str, ...]:
        """The enterprise it speaks of."""
        return (self.enterprise,)


Statement = Control | Restructuring | Grant | FiscalYear | Activity
KINDS: tuple[type[Statement], ...] = (Control, Restructuring, Grant, FiscalYear, Activity)


def by_enterprise(statements: Iterable[Statement], named: Iterable[str]) -> dict[str, str]:
    """Statements as JSON text for each enterprise they speak of, and empty ones for the others ever named."""
    found: dict[str, list[Any]] = {number: [] for number in named}
    for statement in statements:
        told = [KINDS.index(type(statement)), *statement]
        for number in dict.fromkeys(statement.enterprises):
            found.setdefault(number, []).append(told)
    return {number: orjson.dumps(found[number]).decode() for number in sorted(found)}


def parsed(text: str) -> list[Statement]:
    """The statements of one row's text."""
    return [_parsed(*told) for told in orjson.loads(text)]


def _parsed(kind: int, *values: Any) -> Statement:
    return KINDS[kind](*[_frozen(value) for value in values])


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value


class Said:
    """Every statement found about some enterprises, each once, by kind."""

    def __init__(self, statements: Iterable[Statement] = ()) -> None:
        self.controls: list[Control] = []
        self.restructurings: list[Restructuring] = []
        self.grants: list[Grant] = []
        self.years: list[FiscalYear] = []
        self.activities: list[Activity] = []
        kinds: dict[type[Statement], list[Any]] = {
            Control: self.controls,
            Restructuring: self.restructurings,
            Grant: self.grants,
            FiscalYear: self.years,
            Activity: self.activities,
        }
        seen: set[Any] = set()
        for statement in statements:
            key = _key(statement)
            if key not in seen:
                seen.add(key)
                kinds[type(statement)].append(statement)


def _key(statement: Statement) -> Any:
    """One position may say several fiscal years; of one application two dossiers never speak."""
    if isinstance(statement, Grant):
        return Grant, statement.dossier, statement.application_id
    if isinstance(statement, FiscalYear):
        return FiscalYear, statement.position, statement.first, statement.last
    return type(statement), statement.position
