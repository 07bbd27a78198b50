"""The minutes of a deliberation: what the log says, and on top of it what was decided so far, not yet written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple, Protocol
from uuid import UUID

from dossier.amendment import amend
from dossier.catalogue import PersonalDataErased
from dossier.event import Event
from dossier.journal.draft import Draft, Recorded
from dossier.state import NEW, Dossier, evolve, fold

Holdings = tuple[list[tuple[str, UUID]], list[tuple[str, UUID]]]
"""Enterprise numbers with the dossiers that hold them from now on, and with those that do no more."""


class Known(Protocol):
    """What the log says of what a group touches."""

    @property
    def states(self) -> Mapping[UUID, Dossier]:
        """Dossiers that have events."""

    @property
    def holders(self) -> Mapping[str, set[UUID]]:
        """Who holds the enterprise numbers that stand as subjects."""

    @property
    def recorded(self) -> Mapping[bytes, Recorded]:
        """What is in the log already, by idempotency key."""

    def history(self, dossier: UUID) -> Sequence[Event]:
        """The whole history of a dossier: only amendments need it."""


class SoFar(NamedTuple):
    """Minutes as they stood before an atomic batch, to go back to."""

    states: dict[UUID, Dossier]
    drafts: list[Draft]
    erased: list[UUID]
    places: dict[bytes, int]
    held: dict[str, set[UUID]]


class Minutes:
    """What an item finds: the log as it is `known`, and the drafts of those accepted before it in the same group."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.states: dict[UUID, Dossier] = {}
        self.drafts: list[Draft] = []
        self.erased: list[UUID] = []
        self.places: dict[bytes, int] = {}
        self._held: dict[str, set[UUID]] = {}

    def holders(self, number: str) -> set[UUID]:
        """The dossiers that hold an enterprise number."""
        held = self._held.get(number)
        return held if held is not None else self.known.holders.get(number, set())

    def history(self, dossier: UUID) -> list[Event]:
        """A dossier's history with what this group adds to it."""
        return [*self.known.history(dossier), *(d.event for d in self.drafts if d.event.dossier == dossier)]

    def state(self, dossier: UUID) -> Dossier:
        """A dossier's state; NEW where there is no such dossier."""
        return self.states.get(dossier) or self.known.states.get(dossier, NEW)

    def accept(self, draft: Draft, state: Dossier, *, amendment: bool) -> None:
        """Add a draft: those after it find its dossier, which was in this state, as the draft leaves it."""
        event = draft.event
        if amendment:
            after = fold(amend([*self.history(event.dossier), event]).facts, event.version)
            after = after._replace(agencies=state.agencies | {event.agency})
        else:
            after = evolve(state, event)
        self.places[draft.key] = len(self.drafts)
        self.drafts.append(draft)
        if isinstance(event.data, PersonalDataErased):
            self._erase(event.dossier)
        if after.enterprises is not state.enterprises:
            self._hold(event.dossier, state.enterprises.keys(), after.enterprises.keys())
        self.states[event.dossier] = after

    def _hold(self, dossier: UUID, before: Set[str], after: Set[str]) -> None:
        for number in after - before:
            self._held[number] = self.holders(number) | {dossier}
        for number in before - after:
            self._held[number] = self.holders(number) - {dossier}

    def _erase(self, dossier: UUID) -> None:
        self.erased.append(dossier)
        self.drafts = [
            draft._replace(personal=None, salt=None, words=None) if draft.event.dossier == dossier else draft
            for draft in self.drafts
        ]

    def holdings(self) -> Holdings:
        """Enterprise numbers that dossiers hold after this and did not before; and the other way round."""
        held, released = [], []
        for dossier, state in self.states.items():
            before, after = self.known.states.get(dossier, NEW).enterprises, state.enterprises
            if before is not after:
                held += [(number, dossier) for number in sorted(after.keys() - before.keys())]
                released += [(number, dossier) for number in sorted(before.keys() - after.keys())]
        return held, released

    def so_far(self) -> SoFar:
        """A copy of all that stands here."""
        return SoFar(dict(self.states), list(self.drafts), list(self.erased), dict(self.places), dict(self._held))

    def back_to(self, before: SoFar) -> None:
        """Strike all that was added since."""
        self.states, self.drafts, self.erased, self.places, self._held = before
