"""The writer: one thread that groups waiting submissions into transactions. What it reports stored is durable."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from dossier.event import stamp
from dossier.journal import BehindTheLog, Conflict, Journal, LogUnreachable, Recorded
from dossier.refusals import Refused, refused
from dossier.writing.command import Command, Outcome, Submission
from dossier.writing.correcting import AMENDMENTS
from dossier.writing.deliberation import COMPARISONS, Deliberation
from dossier.writing.memory import Memory

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
