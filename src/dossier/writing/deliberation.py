"""A deliberation: a group of submissions decided together, before anything is written.

Reads nothing itself: it is given what the log says of the dossiers touched. Items see those decided before them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from dossier.amendment import amend
from dossier.catalogue import DossierOpened, EventCorrected, Fact, PersonalDataErased
from dossier.catalogue.enterprise import EnterpriseCreated, EnterpriseLinked
from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked
from dossier.commitment import as_json
from dossier.decisions import Posting, decide, decide_correction
from dossier.event import Event, day_of, unseal
from dossier.journal.draft import Draft, Recorded
from dossier.refusals import Refusal, Refused, refused
from dossier.state import NEW, Dossier, compared, evolve, fold
from dossier.writing.command import Accepted, Command, Item, Outcome, Submission
from dossier.writing.correcting import AMENDMENTS, change_of, target_of
from dossier.writing.drafting import drafted, says_the_same
from dossier.writing.pending import Pending, differently, settled, unwritten
from dossier.writing.wording import corrected_data

log = structlog.get_logger()
COMPARISONS = (DossiersLinked, DossiersUnlinked, DossiersDistinct)


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


class Deliberation:
    """Decides a group; afterwards `drafts` are to be written, and `settle` tells what became of each item."""

    def __init__(self, known: Known, recordedtime: str, mine: frozenset[bytes] = frozenset()) -> None:
        """`mine` are keys of attempts of this very group whose connection was lost: no repeats if found stored."""
        self.known = known
        self.recordedtime = recordedtime
        self.day = day_of(datetime.fromisoformat(recordedtime))
        self.mine = set(mine)
        self.states: dict[UUID, Dossier] = {}
        self.drafts: list[Draft] = []
        self.erased: list[UUID] = []
        self.refusing: set[UUID] = set()
        self.refused = False
        self._places: dict[bytes, int] = {}
        self._held: dict[str, set[UUID]] = {}
        self._outcomes: list[list[Outcome | Pending]] = []

    def consider(self, submission: Submission) -> None:
        """Decide the items of one submission in their order."""
        if submission.atomic:
            outcomes = self._all_or_nothing(submission.items)
        else:
            outcomes = [self._outcome(item) for item in submission.items]
        self._outcomes.append(outcomes)

    def _all_or_nothing(self, items: Sequence[Item]) -> list[Outcome | Pending]:
        before = (
            dict(self.states),
            list(self.drafts),
            list(self.erased),
            dict(self._places),
            dict(self._held),
        )
        outcomes = [self._outcome(item) for item in items]
        if not any(isinstance(o, Refusal) or (isinstance(o, Pending) and o.differs) for o in outcomes):
            return outcomes
        self.states, self.drafts, self.erased, self._places, self._held = before
        return [unwritten(outcome) for outcome in outcomes]

    def settle(self, recorded: Sequence[Recorded]) -> list[list[Outcome]]:
        """The outcomes of every submission, once the drafts are in the log."""
        return [[settled(outcome, recorded) for outcome in outcomes] for outcomes in self._outcomes]

    def holdings(self) -> tuple[list[tuple[str, UUID]], list[tuple[str, UUID]]]:
        """Enterprise numbers that dossiers hold after this and did not before; and the other way round."""
        held, released = [], []
        for dossier, state in self.states.items():
            before, after = self.known.states.get(dossier, NEW).enterprises, state.enterprises
            if before is not after:
                held += [(number, dossier) for number in sorted(after.keys() - before.keys())]
                released += [(number, dossier) for number in sorted(before.keys() - after.keys())]
        return held, released

    def _outcome(self, item: Item) -> Outcome | Pending:
        if isinstance(item, Refusal):
            return item
        try:
            return self._repeat(item) or self._take(item)
        except Refused as error:
            self.refused = True
            return error.refusal
        except Exception as error:
            log.error("a command could not be decided", error=type(error).__name__, type=item.fact.TYPE)
            return Refusal("internal", "It was logged, and nothing of it was written.")

    def _repeat(self, command: Command) -> Accepted | Pending | None:
        """What a key that is already taken means: the same again, or another content under the same key."""
        found = self.known.recorded.get(command.key)
        if found is not None:
            if not self._same(command, unseal(found.stored, found.position), found.salt):
                raise differently(found.position)
            duplicate = command.key not in self.mine
            self.mine.discard(command.key)
            return Accepted(found, duplicate)
        place = self._places.get(command.key)
        if place is None:
            return None
        draft = self.drafts[place]
        if not self._same(command, draft.event, draft.salt):
            self.refused = True
            return Pending(place, differs=True)
        return Pending(place, duplicate=True)

    def _same(self, command: Command, event: Event, salt: bytes | None) -> bool:
        """Whether a command says what the event says."""
        try:
            fact, target = self._as_kept(command, event.dossier, repeat=True)
        except Refused:
            return False  # what the log holds was not refused
        return says_the_same(command, fact, target, event, salt) and self._names(command.subject, event.dossier)

    def _names(self, subject: UUID | str, dossier: UUID) -> bool:
        """Whether a subject means, or did mean when it was posted first, this dossier."""
        if isinstance(subject, UUID):
            return subject == dossier
        return dossier in self._holders(subject) or any(
            tells_of(event.data, subject) for event in self._history(dossier)
        )

    def _take(self, command: Command) -> Pending:
        if command.unless_repeat is not None:
            raise Refused(command.unless_repeat)
        dossier = self._resolve(command)
        state = self._state(dossier)
        try:
            fact, target = self._judge(command, dossier, state)
        except Refused:
            self.refusing.add(dossier)
            raise
        draft = drafted(command, fact, target, dossier, state.version + 1, self.recordedtime)
        self._accept(draft, state, amendment=target is not None)
        return Pending(len(self.drafts) - 1)

    def _judge(self, command: Command, dossier: UUID, state: Dossier) -> tuple[Fact, type[Fact] | None]:
        """Raise Refused unless the dossier can take the command; its fact as it is kept, and what it corrects."""
        if not state.version and not isinstance(command.fact, DossierOpened):
            raise refused(
                "dossier-unknown",
                "No dossier has this id: POST /v1/dossiers opens one.",
                ("/subject", "unknown"),
            )
        if command.expected_versions is not None and state.version not in command.expected_versions:
            raise refused(
                "version-mismatch",
                f"Its version is now {state.version}: read it again.",
                version=state.version,
            )
        fact = command.fact
        if isinstance(fact, COMPARISONS):
            self._compare(fact, dossier)
        decide(self._from_both_sides(state, fact, dossier), fact, Posting(command.agency, self.day, command.speaks_for))
        kept, target = self._as_kept(command, dossier)
        if isinstance(kept, EventCorrected):
            self._judge_correction(kept, dossier, state, command)
        return kept, target

    def _judge_correction(self, fact: EventCorrected, dossier: UUID, state: Dossier, command: Command) -> None:
        """Raise Refused unless the state can take what the corrected event says now."""
        change = change_of(fact, self._history(dossier))
        if isinstance(change.after, COMPARISONS) and change.after != change.before:
            self._compare(change.after, dossier)
        own = change.agency == command.agency
        posting = Posting(change.agency, self.day, command.speaks_for if own else frozenset())
        others = self._from_both_sides(change.others, change.after, dossier)
        decide_correction(state, others, change.before, change.after, posting)

    def _compare(self, fact: DossiersLinked | DossiersUnlinked | DossiersDistinct, dossier: UUID) -> None:
        """Raise Refused unless the dossier spoken of is another one, and there."""
        if fact.other == str(dossier):
            raise refused("same-dossier", "`other` must be another dossier.", ("/data/other", "the same dossier"))
        if not isinstance(fact, DossiersUnlinked) and not self._state(UUID(fact.other)).opened:
            raise refused("dossier-unknown", "`other` names no dossier.", ("/data/other", "unknown"))

    def _from_both_sides(self, state: Dossier, fact: Fact, dossier: UUID) -> Dossier:
        """A state that knows too what the other dossier of a comparison says of this one."""
        if not isinstance(fact, COMPARISONS):
            return state
        return compared(state, str(dossier), fact.other, self._state(UUID(fact.other)))

    def _as_kept(self, command: Command, dossier: UUID, *, repeat: bool = False) -> tuple[Fact, type[Fact] | None]:
        """A correction with its data as the corrected type keeps it, and that type; any other fact as it is.

        A `repeat` may speak in words that have left the agency's vocabulary since.
        """
        fact = command.fact
        if not isinstance(fact, AMENDMENTS):
            return fact, None
        target = target_of(fact, self.known.history(dossier))
        kind = type(target.data)
        if isinstance(fact, EventCorrected):
            kept = as_json(corrected_data(kind, fact.data, command.vocabulary, repeat=repeat))
            fact = replace(fact, data=kept, corrected_type=kind.TYPE)
        return fact, kind

    def _accept(self, draft: Draft, state: Dossier, *, amendment: bool) -> None:
        event = draft.event
        if amendment:
            after = fold(amend([*self._history(event.dossier), event]).facts, event.version)
            after = after._replace(agencies=state.agencies | {event.agency})
        else:
            after = evolve(state, event)
        self._places[draft.key] = len(self.drafts)
        self.drafts.append(draft)
        if isinstance(event.data, PersonalDataErased):
            self._erase(event.dossier)
        if after.enterprises is not state.enterprises:
            self._hold(event.dossier, state.enterprises.keys(), after.enterprises.keys())
        self.states[event.dossier] = after

    def _hold(self, dossier: UUID, before: Set[str], after: Set[str]) -> None:
        for number in after - before:
            self._held[number] = self._holders(number) | {dossier}
        for number in before - after:
            self._held[number] = self._holders(number) - {dossier}

    def _erase(self, dossier: UUID) -> None:
        self.erased.append(dossier)
        self.drafts = [
            draft._replace(personal=None, salt=None, words=None) if draft.event.dossier == dossier else draft
            for draft in self.drafts
        ]

    def _resolve(self, command: Command) -> UUID:
        if isinstance(command.subject, UUID):
            return command.subject
        holders = self._holders(command.subject)
        if not holders:
            raise refused(
                "dossier-unknown", "No dossier holds this enterprise number: POST /v1/dossiers opens one.",
                ("/subject", "no dossier holds this number"),
            )  # fmt: skip
        if len(holders) > 1:
            raise refused(
                "subject-ambiguous", "Send the dossier's id instead.", ("/subject", "several dossiers hold it"),
                dossiers=sorted(str(holder) for holder in holders),
            )  # fmt: skip
        return next(iter(holders))

    def _holders(self, number: str) -> set[UUID]:
        held = self._held.get(number)
        return held if held is not None else self.known.holders.get(number, set())

    def _history(self, dossier: UUID) -> list[Event]:
        """A dossier's history with what this group adds to it."""
        return [*self.known.history(dossier), *(d.event for d in self.drafts if d.event.dossier == dossier)]

    def _state(self, dossier: UUID) -> Dossier:
        return self.states.get(dossier) or self.known.states.get(dossier, NEW)


def tells_of(fact: Fact, number: str) -> bool:
    """Whether a fact, or what a correction makes of one, brings an enterprise number to its dossier."""
    if isinstance(fact, EventCorrected):
        return fact.data.get("legal_identifier") == number
    return isinstance(fact, EnterpriseCreated | EnterpriseLinked) and fact.legal_identifier == number
