"""Placing: which dossier each row belongs to, by its enterprise; and the events that open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from api.imports.convert import without_word
from api.imports.mapping import Mapping, listed
from api.imports.problems import Problem
from api.imports.translating import Made, Row
from api.imports.whereabouts import Known, Whereabouts
from dossier.journal.draft import idempotency_key

ENTERPRISES = UUID("5b0f7a1e-2a53-5d0c-9a0e-6f0c3f5b9d11")
"""The namespace of dossiers opened by enterprise number (RFC 9562, version 5)."""
OPENING = "{enterprise}/{name}"
"""The id of an event that opens a dossier."""


class Place(NamedTuple):
    """A row's dossier, and the events that open it when it is new."""

    dossier: UUID
    opening: list[dict[str, Any]]


def dossier_of(enterprise: str) -> UUID:
    """The id of the dossier imports open for an enterprise: always the same, so it is never opened twice."""
    return uuid5(ENTERPRISES, enterprise)


def opening_key(enterprise: str, source: str) -> bytes:
    """The idempotency key of the event by which an import opens the dossier of an enterprise."""
    return idempotency_key(source, OPENING.format(enterprise=enterprise, name="dossier-opened"))


class Places:
    """Finds the dossiers of the rows of one import."""

    def __init__(self, whereabouts: Whereabouts, mapping: Mapping) -> None:
        self._whereabouts = whereabouts
        self._channel = mapping.dossier.channel
        self._enterprise = listed(mapping.dossier.enterprise)
        self._opened: set[str] = set()

    def of(self, rows: Sequence[tuple[Row, str]]) -> list[Place | Problem]:
        """A place for each row (given with its source).

        Where any of its events already is; else the one imports opened for the enterprise; else its only holder.
        """
        keys = [[idempotency_key(source, event.id) for event in row.events] for row, source in rows]
        known = self._whereabouts.places(key for own in keys for key in own)
        there = [next((known[key] for key in own if key in known), None) for own in keys]
        holders = self._whereabouts.holders({row.enterprise for row, _ in rows})
        found = [(row.enterprise, dossier) for (row, _), dossier in zip(rows, there, strict=True) if dossier]
        strange = self._strangers(found, holders)
        return [
            self._place(row, source, holders) if dossier is None else self._again(row, dossier, strange)
            for dossier, (row, source) in zip(there, rows, strict=True)
        ]

    def forget(self, enterprises: set[str]) -> None:
        """No dossier was opened for these after all."""
        self._opened -= enterprises

    def _strangers(self, rows: Sequence[Known], holders: dict[str, set[UUID]]) -> set[Known]:
        """The numbers of rows that the dossiers they are in neither hold nor ever held."""
        doubted = {(number, dossier) for number, dossier in rows if dossier not in holders.get(number, set())}
        return doubted - self._whereabouts.told(doubted)

    def _again(self, row: Row, dossier: UUID, strange: set[Known]) -> Place | Problem:
        """Where a row is; a problem when its number was put right since, or its reference was another's."""
        if (row.enterprise, dossier) not in strange:
            return Place(dossier, [])
        column = next(column for column in self._enterprise if row.line.cells[column])
        return Problem("refused-already-recorded-differently", column, row.line.cells[column])

    def _place(self, row: Row, source: str, holders: dict[str, set[UUID]]) -> Place | Problem:
        own, held = dossier_of(row.enterprise), holders.get(row.enterprise, set())
        if own in held or row.enterprise in self._opened:
            return Place(own, [])
        if len(held) > 1:
            return Problem("dossier-ambiguous")
        if held:
            return Place(next(iter(held)), [])
        self._opened.add(row.enterprise)
        return Place(own, self._opening(row, source, own))

    def _opening(self, row: Row, source: str, dossier: UUID) -> list[dict[str, Any]]:
        supplied = without_word(row.enterprise_as_supplied)
        linked = {
            "legal_identifier": row.enterprise,
            "legal_identifier_as_supplied": supplied if supplied != row.enterprise else None,
            "legal_name": row.legal_name,
        }
        parts: dict[str, dict[str, str | None]] = {
            "dossier-opened": {"channel": self._channel},
            "enterprise-linked": linked,
        }
        made = (
            Made(
                name,
                OPENING.format(enterprise=row.enterprise, name=name),
                *row.opened_at,
                {k: v for k, v in data.items() if v is not None},
            )
            for name, data in parts.items()
        )
        return [event.cloudevent(source, str(dossier)) for event in made]
