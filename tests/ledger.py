"""A log in memory: decides with the real rules, stores nothing. For tests of what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tests.strategies import NOW

from dossier.agencies import Agency
from dossier.amendment import amend
from dossier.event import Event, seal, stamp, unseal
from dossier.journal import Recorded
from dossier.log import read_item
from dossier.state import Dossier, fold
from dossier.writing import Outcome, Submission
from dossier.writing.deliberation import Deliberation


class Ledger:
    """What the log says, kept in a list: position 1 stands first."""

    def __init__(self) -> None:
        self.stored: list[Recorded] = []
        self.recorded: dict[bytes, Recorded] = {}
        self.holders: dict[str, set[UUID]] = {}

    @property
    def states(self) -> dict[UUID, Dossier]:
        """The state of every dossier, folded anew."""
        dossiers = {recorded.dossier for recorded in self.stored}
        return {dossier: self._fold(self.history(dossier)) for dossier in dossiers}

    def history(self, dossier: UUID) -> Sequence[Event]:
        """A dossier's events in order."""
        return [unseal(r.stored, r.position) for r in self.stored if r.dossier == dossier]

    def post(
        self,
        events: Sequence[object],
        agency: Agency,
        *,
        atomic: bool = False,
        expected_version: int | None = None,
        at: datetime = NOW,
    ) -> list[Outcome]:
        """Read, decide and keep, as the writer does."""
        deliberation = Deliberation(self, stamp(at))
        expected = None if expected_version is None else frozenset((expected_version,))
        items = [read_item(event, agency, at, expected) for event in events]
        deliberation.consider(Submission(items, atomic))
        held, released = deliberation.holdings()
        for number, dossier in held:
            self.holders.setdefault(number, set()).add(dossier)
        for number, dossier in released:
            self.holders[number].discard(dossier)
        added = []
        for draft in deliberation.drafts:
            position = len(self.stored) + 1
            added.append(
                Recorded(
                    draft.event.dossier, draft.event.version, position, seal(draft.event, draft.public), draft.salt
                )
            )
            self.stored.append(added[-1])
            self.recorded[draft.key] = added[-1]
        return deliberation.settle(added)[0]

    @staticmethod
    def _fold(history: Sequence[Event]) -> Dossier:
        state = fold(amend(history).facts, history[-1].version)
        return state._replace(agencies=frozenset(event.agency for event in history))
