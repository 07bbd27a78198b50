"""What aid rooms are made of, in one snapshot of a generation: for comparing many dossiers, not for reading one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg

from projections.dossiers.undertakings import related
from projections.generations.store import SQL
from projections.undertaking.statement import Said, Statement, parsed

Connection = psycopg.Connection[Any]


class Rooms:
    """What a generation's dossiers say of enterprises, as the connection's transaction sees it."""

    def __init__(self, connection: Connection, generation: int) -> None:
        self._connection, self._generation = connection, generation

    def said(self, dossier: UUID) -> Said:
        """What is said of the enterprises that a dossier ever named, and of all linked to them."""
        around = {"generation": self._generation, "dossier": dossier}
        known: dict[str, list[str]] = {}
        for number, text in self._connection.execute(SQL["around"], around):
            known.setdefault(number, []).append(text)

        def look(wanted: list[str]) -> Iterable[Statement]:
            for number in wanted:
                for text in known.get(number, ()):
                    yield from parsed(text)
            if missing := [number for number in wanted if number not in known]:
                for _, _, text in self._connection.execute(SQL["statements"], (self._generation, missing)):
                    yield from parsed(text)

        return related(known, look)

    def neighbours(self, dossiers: Iterable[UUID]) -> set[UUID]:
        """Dossiers and all those whose room depends on what they say."""
        found = set(dossiers)
        numbers = {number for dossier in found for number in self._named(dossier)}
        said = related(numbers, self._look)
        numbers |= {number for control in said.controls for number in control.enterprises}
        numbers |= {number for change in said.restructurings for number in change.enterprises}
        naming = self._connection.execute(SQL["naming"], (self._generation, sorted(numbers)))
        return found | {row[0] for row in naming}

    def _named(self, dossier: UUID) -> list[str]:
        return [row[0] for row in self._connection.execute(SQL["named"], (self._generation, dossier))]

    def _look(self, wanted: list[str]) -> Iterable[Statement]:
        for _, _, text in self._connection.execute(SQL["statements"], (self._generation, wanted)):
            yield from parsed(text)
