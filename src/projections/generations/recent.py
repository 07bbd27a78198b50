"""What was projected lately: events that need not be read again, and rows that need not be written again.

Agencies tend to record several events on a dossier within minutes. Of a dossier it knows, the projector reads the new
events alone, and writes the tables whose rows became others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from dossier.event import Event
from projections.project import Projected, Stored, unsealed

MOST = 20_000
"""Events that are remembered, of all dossiers together: some tens of MiB."""
LARGEST = 500
"""A dossier with more events than this is not remembered."""


class Unsealed(NamedTuple):
    """A dossier's events, and why those that cannot be read cannot; `version` is the last of either."""

    version: int
    events: list[Event]
    unreadable: dict[int, str]

    def __len__(self) -> int:
        return len(self.events) + len(self.unreadable)


def opened(dossier: UUID, stored: list[Stored]) -> Unsealed:
    """A dossier's stored events, read."""
    return Unsealed(stored[-1][0], *unsealed(dossier, stored))


class Recent:
    """The dossiers projected last, those of longest ago given up first. One projector's own; see `at`."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.rows: dict[UUID, Projected] = {}
        self._events: dict[UUID, Unsealed] = {}
        self._size = 0
        self._at: tuple[int, int] | None = None

    def at(self, generation: int, position: int) -> None:
        """Forget everything unless what is remembered is what this generation says at this position.

        Another projector may have stepped since, or another generation been switched to.
        """
        if self._at != (generation, position):
            self.forget()

    def forget(self) -> None:
        """Know nothing any more."""
        self.rows.clear()
        self._events.clear()
        self._size, self._at = 0, None

    def histories(self, new: Mapping[UUID, list[Stored]]) -> dict[UUID, Unsealed]:
        """Whole histories with these new events, of those dossiers whose earlier ones are all remembered."""
        known: dict[UUID, Unsealed] = {}
        for dossier, stored in new.items():
            before = self._events.get(dossier)
            if before is not None and [version for version, _, _ in stored] == [
                before.version + 1 + place for place in range(len(stored))
            ]:
                _, events, unreadable = opened(dossier, stored)
                known[dossier] = Unsealed(stored[-1][0], [*before.events, *events], {**before.unreadable, **unreadable})
        return known

    def learn(self, at: tuple[int, int], histories: Mapping[UUID, Unsealed], projected: Iterable[Projected]) -> None:
        """What a generation says since a step to a position, which is committed."""
        self._at = at
        for one in projected:
            self._give_up(one.dossier)
            history = histories[one.dossier]
            if len(history) <= LARGEST:
                self.rows[one.dossier], self._events[one.dossier] = one, history
                self._size += len(history)
        while self._size > self.most:
            self._give_up(next(iter(self.rows)))

    def _give_up(self, dossier: UUID) -> None:
        if self.rows.pop(dossier, None) is not None:
            self._size -= len(self._events.pop(dossier))
