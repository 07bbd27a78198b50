"""Whereabouts: where the events of rows are, and which dossiers hold an enterprise; in the log, or as rehearsed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from dossier.journal import Journal
from dossier.writing.deliberation import tells_of

Known = tuple[str, UUID]
"""An enterprise number and a dossier."""


class Whereabouts:
    """What the log says."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def places(self, keys: Iterable[bytes]) -> dict[bytes, UUID]:
        """The dossiers of events that are there, by their idempotency keys."""
        return self._journal.places(keys)

    def holders(self, numbers: set[str]) -> dict[str, set[UUID]]:
        """Who holds these numbers."""
        return self._journal.holders(numbers)

    def told(self, doubted: set[Known]) -> set[Known]:
        """Of numbers that dossiers do not hold, those that they ever were told to."""
        events = self._journal.events_of({dossier for _, dossier in doubted}) if doubted else {}
        return {
            (number, dossier)
            for number, dossier in doubted
            if any(tells_of(event.data, number) for event in events.get(dossier, ()))
        }


class Rehearsed(Whereabouts):
    """What the log would say after what was rehearsed: rows may bring one enterprise to the dossier of another."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._placed: dict[bytes, UUID] = {}
        self._held: dict[str, set[UUID]] = {}
        self._told: set[Known] = set()

    def places(self, keys: Iterable[bytes]) -> dict[bytes, UUID]:
        """Those of the log, and those that were rehearsed."""
        wanted = list(keys)
        return super().places(wanted) | {key: self._placed[key] for key in wanted if key in self._placed}

    def holders(self, numbers: set[str]) -> dict[str, set[UUID]]:
        """Those of the log, but for numbers that were rehearsed."""
        return super().holders(numbers) | {number: self._held[number] for number in numbers if number in self._held}

    def told(self, doubted: set[Known]) -> set[Known]:
        """Told in the log, or in what was rehearsed."""
        return super().told(doubted) | (doubted & self._told)

    def place(self, events: dict[bytes, UUID]) -> None:
        """Events that the log would have, by their keys, and their dossiers."""
        self._placed |= events

    def hold(self, held: Iterable[Known], released: Iterable[Known]) -> None:
        """Numbers that dossiers would hold, and would not any more."""
        for number, dossier in held:
            self._held[number] = self.holders({number}).get(number, set()) | {dossier}
            self._told.add((number, dossier))
        for number, dossier in released:
            self._held[number] = self.holders({number}).get(number, set()) - {dossier}
