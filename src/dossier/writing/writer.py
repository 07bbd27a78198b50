"""The writer: one thread that groups waiting submissions into transactions. What it reports stored is durable."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from uuid import UUID

from dossier.amendment import amend
from dossier.catalogue.link import DossiersDistinct, DossiersLinked
from dossier.event import Event, stamp
from dossier.journal import BehindTheLog, Conflict, Journal, LogUnreachable, Recorded
from dossier.refusals import Refused, refused
from dossier.state import Dossier, fold
from dossier.writing.command import Command, Outcome, Submission
from dossier.writing.deliberation import Deliberation

Ticket = Future[list[Outcome]]


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
            self._serve(group)

    def _serve(self, group: list[tuple[Submission, Ticket]]) -> None:
        """Write a group. What breaks it breaks only the submission it comes from: the others are written apart."""
        try:
            outcomes = self._write([submission for submission, _ in group])
        except Exception as error:
            if len(group) > 1 and not isinstance(error, Refused):
                for alone in group:
                    self._serve([alone])
            else:
                for _, ticket in group:
                    ticket.set_exception(error)
        else:
            for (_, ticket), own in zip(group, outcomes, strict=True):
                ticket.set_result(own)

    def _next_group(self) -> list[tuple[Submission, Ticket]]:
        """Wait for work and take it; empty when closed and done."""
        with self._wake:
            while not self._queue and not self._closed:
                self._wake.wait()
            group: list[tuple[Submission, Ticket]] = []
            size = 0
            while self._queue and (not group or size + len(self._queue[0][0].items) <= self.group_size):
                group.append(self._queue.popleft())
                size += len(group[-1][0].items)
            self.waiting -= size
            return group

    def _write(self, group: Sequence[Submission]) -> list[list[Outcome]]:
        """Decide and store a group, again when a key or version was taken or the connection was lost.

        Repeats are rare, so keys are looked up only where one shows: as a conflict, as a refusal, or just before.
        """
        deadline = time.monotonic() + self.patience
        mine: frozenset[bytes] = frozenset()
        recorded = self.clock()
        look = self._repeats
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
