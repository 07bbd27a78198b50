"""Placing: which dossier each row belongs to, by its enterprise; and the events that open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from api.imports.convert import without_word
from api.imports.mapping import Mapping
from api.imports.problems import Problem
from api.imports.translating import Made, Row
from dossier.journal import Journal
from dossier.journal.draft import idempotency_key

ENTERPRISES = UUID("5b0f7a1e-2a53-5d0c-9a0e-6f0c3f5b9d11")
"""The namespace of dossiers opened by enterprise number (RFC 9562, version 5)."""


class Place(NamedTuple):
    """A row's dossier, and the events that open it when it is new."""

    dossier: UUID
    opening: list[dict[str, Any]]


def dossier_of(enterprise: str) -> UUID:
    """The id of the dossier imports open for an enterprise: always the same, so it is never opened twice."""
    return uuid5(ENTERPRISES, enterprise)


class Places:
    """Finds the dossiers of the rows of one import."""

    def __init__(self, journal: Journal, mapping: Mapping) -> None:
        self._journal = journal
        self._channel = mapping.dossier.channel
        self._opened: set[str] = set()

    def of(self, rows: Sequence[tuple[Row, str]]) -> list[Place | Problem]:
        """A place for each row (given with its source).

        Where its events already are; else the one imports opened for the enterprise; else its only holder.
        """
        keys = [idempotency_key(source, row.events[0].id) for row, source in rows]
        recorded = self._journal.recorded(keys)
        holders = self._journal.holders({row.enterprise for row, _ in rows})
        return [
            Place(recorded[key].dossier, []) if key in recorded else self._place(row, source, holders)
            for key, (row, source) in zip(keys, rows, strict=True)
        ]

    def forget(self, enterprises: set[str]) -> None:
        """No dossier was opened for these after all."""
        self._opened -= enterprises

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
                f"{row.enterprise}/{name}",
                *row.opened_at,
                {k: v for k, v in data.items() if v is not None},
            )
            for name, data in parts.items()
        )
        return [event.cloudevent(source, str(dossier)) for event in made]
