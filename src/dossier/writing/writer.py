"""The writer: one thread that groups waiting submissions into transactions. What it reports stored is durable."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from dossier.amendment import amend
from dossier.catalogue.link import DossiersDistinct, DossiersLinked
from dossier.event import Event, stamp
from dossier.journal import BehindTheLog, Conflict, Journal, LogUnreachable, Recorded
from dossier.refusals import Refused, refused
from dossier.state import Dossier, fold
from dossier.writing.command import Command, Outcome, Submission
from dossier.writing.deliberation import AMENDMENTS, COMPARISONS, Deliberation

Ticket = Future[list[Outcome]]


Group = list[tuple[Submission, Ticket]]
MANY = 500
"""Items waiting that make it worth deciding ahead; with fewer, a larger group is worth more."""


class Ahead(NamedTuple):
    """A group that is decided and being stored."""

    group: Group
    deliberation: Deliberation
    recorded: datetime
    storing: Future[list[Recorded]]


def now() -> datetime:
    """The clock of the log."""
    return datetime.now(UTC)


class Writer:
    """Accepts submissions from any thread; a full queue refuses at once instead of growing."""

    def __init__(
        self,
        journal: Journal,
        *,
        queue_limit: int = 20_000,
        group_size: int = 2_000,
        remembered: int = 50_000,
        patience: float = 20.0,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`group_size` items go into a transaction at the most, except that one submission is never divided.

        `remembered` dossier states are kept; `patience` is how many seconds a lost connection is retried.
        """
        self.journal = journal
        self.queue_limit = queue_limit
        self.group_size = group_size
        self.patience = patience
        self.clock = clock
        self.waiting = 0
        self._queue: deque[tuple[Submission, Ticket]] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._repeats = True
        self._memory = Memory(journal, remembered)
        self._appender = ThreadPoolExecutor(1, thread_name_prefix="appender")
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, submission: Submission) -> Ticket:
        """Queue a submission; the future gives the outcome of each of its items. Raises Refused when full."""
        ticket: Ticket = Future()
        ticket.set_running_or_notify_cancel()  # what was queued is written, also when nobody waits for it any more
        with self._wake:
            if self._closed:
                raise refused("unavailable", "The service is stopping: try again in a moment.")
            if self.waiting and self.waiting + len(submission.items) > self.queue_limit:
                raise refused("overloaded", "Try again after the seconds in Retry-After.")
            self._queue.append((submission, ticket))
            self.waiting += len(submission.items)
            self._wake.notify()
        return ticket

    def close(self) -> None:
        """Write what is waiting, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while group := self._next_group():
            if self.waiting >= MANY and not self._repeats:
                self._overlap(group)
            else:
                self._serve(group)
        self._appender.shutdown()

    def _overlap(self, group: Group) -> None:
        """As long as many wait, decide the next group while the database stores the one before."""
        ahead = self._start(group)
        while ahead is not None and self.waiting >= MANY and not self._repeats:
            ahead = self._follow(ahead, self._next_group())
        if ahead is not None:
            self._finish(ahead)

    def _start(self, group: Group) -> Ahead | None:
        """Decide a group and begin to store it; None when it was written the plain way."""
        try:
            recorded = self.clock()
            deliberation = self._deliberate(submissions(group), recorded, frozenset(), look=self._repeats)
        except Exception:  # whatever it is, the plain way finds whose it is and tells them
            self._serve(group)
            return None
        return self._launch(group, deliberation, recorded)

    def _follow(self, ahead: Ahead, group: Group) -> Ahead | None:
        """Decide a group on what the one being stored will have made true; again, should that not come to be."""
        deliberation = None
        recorded = max(self.clock(), ahead.recorded)
        if foreseeable(group):
            try:
                deliberation = Deliberation(self._memory.of(submissions(group), keys=False), stamp(recorded))
                for submission in submissions(group):
                    deliberation.consider(submission)
            except Exception:  # decided again below, where it is told to whom it concerns
                deliberation = None
        stored = self._finish(ahead)
        if not stored or deliberation is None or deliberation.refused:
            return self._start(group)
        return self._launch(group, deliberation, recorded)

    def _launch(self, group: Group, deliberation: Deliberation, recorded: datetime) -> Ahead | None:
        if not deliberation.drafts:
            settle(group, deliberation.settle([]))
            return None
        held, released = deliberation.holdings()
        storing = self._appender.submit(
            self.journal.append,
            deliberation.drafts,
            recorded,
            erased=deliberation.erased,
            held=held,
            released=released,
        )
        self._memory.learn(deliberation.states)
        return Ahead(group, deliberation, recorded, storing)

    def _finish(self, ahead: Ahead) -> bool:
        """Wait until a group is stored and tell its outcomes; else write it the plain way, and say so."""
        try:
            stored = ahead.storing.result()
        except Exception as error:
            self._memory.forget(ahead.deliberation.states)
            lost = isinstance(error, LogUnreachable)
            drafts = ahead.deliberation.drafts if lost else []
            self._serve(ahead.group, frozenset(draft.key for draft in drafts))
            return False
        settle(ahead.group, ahead.deliberation.settle(stored))
        return True

    def _serve(self, group: Group, mine: frozenset[bytes] = frozenset()) -> None:
        """Write a group. What breaks it breaks only the submission it comes from: the others are written apart.

        `mine` are keys of an attempt whose connection was lost.
        """
        try:
            outcomes = self._write(submissions(group), mine)
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Refused):
                for alone in group:
                    self._serve([alone], mine)
            else:
                for _, ticket in group:
                    ticket.set_exception(error)
        else:
            settle(group, outcomes)

    def _next_group(self) -> Group:
        """Wait for work and take it; empty when closed and done."""
        with self._wake:
            while not self._queue and not self._closed:
                self._wake.wait()
            group: Group = []
            size = 0
            while self._queue and (not group or size + len(self._queue[0][0].items) <= self.group_size):
                group.append(self._queue.popleft())
                size += len(group[-1][0].items)
            self.waiting -= size
            return group

    def _write(self, group: Sequence[Submission], mine: frozenset[bytes] = frozenset()) -> list[list[Outcome]]:
        """Decide and store a group, again when a key or version was taken or the connection was lost.

        Repeats are rare, so keys are looked up only where one shows: as a conflict, as a refusal, or just before.
        """
        deadline = time.monotonic() + self.patience
        recorded = self.clock()
        look = self._repeats or bool(mine)
        while True:
            attempted: frozenset[bytes] = frozenset()
            try:
                deliberation = self._deliberate(group, recorded, mine, look=look)
                attempted = frozenset(draft.key for draft in deliberation.drafts)
                return self._store(deliberation, recorded)
            except BehindTheLog as behind:
                recorded = max(self.clock(), behind.last)
            except Conflict as conflict:
                if time.monotonic() > deadline:
                    raise refused("overloaded", "Other writers came first each time: try again.") from conflict
                recorded = max(self.clock(), recorded)
            except LogUnreachable as lost:
                mine |= attempted
                if time.monotonic() > deadline:
                    raise refused(
                        "unavailable",
                        "The log cannot be reached; it may be stored or not. Send it again with the same id.",
                    ) from lost
                time.sleep(0.1)
                recorded = max(self.clock(), recorded)
            look = True
            self._memory.forget(self._memory.states)

    def _deliberate(
        self, group: Sequence[Submission], recorded: datetime, mine: frozenset[bytes], *, look: bool
    ) -> Deliberation:
        """Decide a group; once more when it was refused without a look at the keys, or on a state that has moved on."""
        while True:
            deliberation = Deliberation(self._memory.of(group, keys=look), stamp(recorded), mine)
            for submission in group:
                deliberation.consider(submission)
            if deliberation.refused and not look:
                look = True
            elif not self._memory.outdated(deliberation.refusing):
                self._repeats = bool(self._memory.recorded)
                return deliberation

    def _store(self, deliberation: Deliberation, recorded: datetime) -> list[list[Outcome]]:
        stored: list[Recorded] = []
        if deliberation.drafts:
            held, released = deliberation.holdings()
            stored = self.journal.append(
                deliberation.drafts, recorded, erased=deliberation.erased, held=held, released=released
            )
            self._memory.learn(deliberation.states)
        return deliberation.settle(stored)


def submissions(group: Group) -> list[Submission]:
    """What a group is made of."""
    return [submission for submission, _ in group]


def settle(group: Group, outcomes: Sequence[list[Outcome]]) -> None:
    """Tell whoever waits."""
    for (_, ticket), own in zip(group, outcomes, strict=True):
        ticket.set_result(own)


def foreseeable(group: Group) -> bool:
    """Whether a group can be decided before the one ahead of it is stored.

    Not where it reads more of the log than the states: who holds a number, what an event said, another dossier.
    """
    commands = (item for submission, _ in group for item in submission.items if isinstance(item, Command))
    return all(isinstance(c.subject, UUID) and not isinstance(c.fact, AMENDMENTS + COMPARISONS) for c in commands)


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
        touched.update(UUID(c.fact.other) for c in commands if isinstance(c.fact, DossiersLinked | DossiersDistinct))
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
