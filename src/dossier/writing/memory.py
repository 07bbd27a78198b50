"""What the writer remembers and reads of the log: the states a group is decided on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

from dossier.amendment import amend
from dossier.catalogue import EventCorrected, Fact
from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked
from dossier.event import Event
from dossier.journal import Journal, Recorded
from dossier.state import Dossier, fold
from dossier.writing.command import Command, Submission


class Memory:
    """The states of dossiers lately written to.

    One that went stale shows as a conflict when a fact is taken on it, and by its version when one is refused.
    """

    def __init__(self, journal: Journal, size: int) -> None:
        self._journal = journal
        self._size = size
        self._lately: OrderedDict[UUID, Dossier] = OrderedDict()
        self.states: dict[UUID, Dossier] = {}
        self.holders: dict[str, set[UUID]] = {}
        self.recorded: dict[bytes, Recorded] = {}

    def forget(self, dossiers: Iterable[UUID]) -> None:
        """Trust nothing that was read of these before."""
        for dossier in dossiers:
            self._lately.pop(dossier, None)

    def outdated(self, dossiers: Iterable[UUID]) -> bool:
        """Whether another writer added to any of these since they were remembered; if so they are forgotten."""
        remembered = {dossier: self._lately[dossier].version for dossier in dossiers if dossier in self._lately}
        if not remembered:
            return False
        versions = self._journal.versions(remembered)
        moved = [dossier for dossier, version in remembered.items() if versions.get(dossier) != version]
        for dossier in moved:
            del self._lately[dossier]
        return bool(moved)

    def learn(self, states: dict[UUID, Dossier]) -> None:
        """Keep the states after a transaction."""
        self._lately.update(states)
        for dossier in states:
            self._lately.move_to_end(dossier)
        while len(self._lately) > self._size:
            self._lately.popitem(last=False)

    def of(self, group: Sequence[Submission], *, keys: bool = True) -> Memory:
        """Read what the log says of everything a group touches; which `keys` it has, only when asked.

        The keys come last: what another writer adds meanwhile then shows as a repeat, never as a refusal.
        """
        commands = [item for submission in group for item in submission.items if isinstance(item, Command)]
        numbers = {command.subject for command in commands if isinstance(command.subject, str)}
        self.holders = self._journal.holders(numbers) if numbers else {}
        touched = {command.subject for command in commands if isinstance(command.subject, UUID)}
        touched.update(*self.holders.values())
        others = {other for command in commands if (other := _other(command.fact))}
        self.forget(others)  # what is decided by another dossier is not checked by its version when it is stored
        touched |= others
        self.states = {dossier: self._lately[dossier] for dossier in touched if dossier in self._lately}
        unknown = touched - self.states.keys()
        if unknown:
            self.states.update(self._read(unknown))
        self.recorded = self._journal.recorded(command.key for command in commands) if keys and commands else {}
        return self

    def history(self, dossier: UUID) -> Sequence[Event]:
        """The whole history of a dossier, from the log."""
        return self._journal.events_of([dossier]).get(dossier, [])

    def _read(self, dossiers: set[UUID]) -> dict[UUID, Dossier]:
        found: dict[UUID, Dossier] = {}
        for dossier, history in self._journal.events_of(dossiers).items():
            state = fold(amend(history).facts, history[-1].version)
            found[dossier] = state._replace(agencies=frozenset(event.agency for event in history))
        return found


def _other(fact: Fact) -> UUID | None:
    """The other dossier a fact, or the correction of one, speaks of."""
    if isinstance(fact, DossiersLinked | DossiersUnlinked | DossiersDistinct):
        return UUID(fact.other)
    if not isinstance(fact, EventCorrected):
        return None
    try:
        return UUID(fact.data.get("other"))
    except (TypeError, ValueError, AttributeError):  # its data is not yet checked
        return None
