"""A deliberation: a group of submissions decided together, before anything is written.

Reads nothing itself: it is given what the log says of the dossiers touched. Items see those decided before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog

from dossier.catalogue import DossierOpened, EventCorrected, Fact
from dossier.catalogue.enterprise import EnterpriseCreated, EnterpriseLinked
from dossier.catalogue.link import DossiersDistinct, DossiersLinked, DossiersUnlinked
from dossier.commitment import as_json
from dossier.decisions import Posting, decide, decide_correction
from dossier.event import Event, day_of, unseal
from dossier.journal.draft import Draft, Recorded
from dossier.refusals import Refusal, Refused, refused
from dossier.state import Dossier, compared
from dossier.writing.command import Accepted, Command, Item, Outcome, Submission
from dossier.writing.correcting import AMENDMENTS, change_of, target_of
from dossier.writing.drafting import drafted, says_the_same
from dossier.writing.minutes import Holdings, Known, Minutes
from dossier.writing.pending import Pending, differently, settled, unwritten
from dossier.writing.wording import corrected_data

log = structlog.get_logger()
COMPARISONS = (DossiersLinked, DossiersUnlinked, DossiersDistinct)


class Deliberation:
    """Decides a group; afterwards `drafts` are to be written, and `settle` tells what became of each item."""

    def __init__(self, known: Known, recordedtime: str, mine: frozenset[bytes] = frozenset()) -> None:
        """`mine` are keys of attempts of this very group whose connection was lost: no repeats if found stored."""
        self.known = known
        self.recordedtime = recordedtime
        self.day = day_of(datetime.fromisoformat(recordedtime))
        self.mine = set(mine)
        self.minutes = Minutes(known)
        self.refusing: set[UUID] = set()
        self.refused = False
        self._outcomes: list[list[Outcome | Pending]] = []

    @property
    def states(self) -> dict[UUID, Dossier]:
        """The states of the dossiers added to, as they are once the drafts are written."""
        return self.minutes.states

    @property
    def drafts(self) -> list[Draft]:
        """What is to be written, in its order."""
        return self.minutes.drafts

    @property
    def erased(self) -> list[UUID]:
        """The dossiers whose persons are to be deleted from the vault."""
        return self.minutes.erased

    def holdings(self) -> Holdings:
        """Which enterprise numbers are to be written as held, and as held no more."""
        return self.minutes.holdings()

    def consider(self, submission: Submission) -> None:
        """Decide the items of one submission in their order."""
        if submission.atomic:
            outcomes = self._all_or_nothing(submission.items)
        else:
            outcomes = [self._outcome(item) for item in submission.items]
        self._outcomes.append(outcomes)

    def _all_or_nothing(self, items: Sequence[Item]) -> list[Outcome | Pending]:
        before = self.minutes.so_far()
        outcomes = [self._outcome(item) for item in items]
        if not any(isinstance(o, Refusal) or (isinstance(o, Pending) and o.differs) for o in outcomes):
            return outcomes
        self.minutes.back_to(before)
        return [unwritten(outcome) for outcome in outcomes]

    def settle(self, recorded: Sequence[Recorded]) -> list[list[Outcome]]:
        """The outcomes of every submission, once the drafts are in the log."""
        return [[settled(outcome, recorded) for outcome in outcomes] for outcomes in self._outcomes]

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
        place = self.minutes.places.get(command.key)
        if place is None:
            return None
        draft = self.minutes.drafts[place]
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
        return dossier in self.minutes.holders(subject) or any(
            tells_of(event.data, subject) for event in self.minutes.history(dossier)
        )

    def _take(self, command: Command) -> Pending:
        if command.unless_repeat is not None:
            raise Refused(command.unless_repeat)
        dossier = self._resolve(command)
        state = self.minutes.state(dossier)
        try:
            fact, target = self._judge(command, dossier, state)
        except Refused:
            self.refusing.add(dossier)
            raise
        draft = drafted(command, fact, target, dossier, state.version + 1, self.recordedtime)
        self.minutes.accept(draft, state, amendment=target is not None)
        return Pending(len(self.minutes.drafts) - 1)

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
        change = change_of(fact, self.minutes.history(dossier))
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
        if not isinstance(fact, DossiersUnlinked) and not self.minutes.state(UUID(fact.other)).opened:
            raise refused("dossier-unknown", "`other` names no dossier.", ("/data/other", "unknown"))

    def _from_both_sides(self, state: Dossier, fact: Fact, dossier: UUID) -> Dossier:
        """A state that knows too what the other dossier of a comparison says of this one."""
        if not isinstance(fact, COMPARISONS):
            return state
        return compared(state, str(dossier), fact.other, self.minutes.state(UUID(fact.other)))

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

    def _resolve(self, command: Command) -> UUID:
        if isinstance(command.subject, UUID):
            return command.subject
        holders = self.minutes.holders(command.subject)
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


def tells_of(fact: Fact, number: str) -> bool:
    """Whether a fact, or what a correction makes of one, brings an enterprise number to its dossier."""
    if isinstance(fact, EventCorrected):
        return fact.data.get("legal_identifier") == number
    return isinstance(fact, EnterpriseCreated | EnterpriseLinked) and fact.legal_identifier == number
