"""Posting: rows into the log, each all or nothing; or into a rehearsal, which decides the same."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from api.imports.whereabouts import Rehearsed
from dossier.agencies import Agency
from dossier.canonical import canonical
from dossier.event import stamp
from dossier.journal import Recorded
from dossier.journal.draft import idempotency_key
from dossier.log import Log, read_item
from dossier.refusals import Refusal, Refused
from dossier.writing import Accepted, Outcome, Submission
from dossier.writing.command import Item
from dossier.writing.deliberation import Deliberation
from dossier.writing.memory import Memory
from dossier.writing.pending import NOT_WRITTEN, differently
from dossier.writing.writer import now

Events = list[dict[str, Any]]
Post = Callable[[Sequence["Posting"]], list[list[Outcome]]]


class Posting(NamedTuple):
    """The events of one row, of one agency; what opens a dossier stands first."""

    agency: Agency
    events: Events


def into(log: Log) -> Post:
    """Post to the log. Rows wait their turn when others keep it busy; the outcomes are durable."""

    def post(postings: Sequence[Posting]) -> list[list[Outcome]]:
        return [ticket.result() for ticket in [_patiently(log, posting) for posting in postings]]

    return post


def _patiently(log: Log, posting: Posting) -> Future[list[Outcome]]:
    while True:
        try:
            return log.post(posting.events, posting.agency, atomic=True)
        except Refused as error:
            if error.refusal.slug != "overloaded":
                raise
            time.sleep(0.05)


class Rehearsal:
    """Decides as the log would, on what the log holds and what was rehearsed before; writes nothing."""

    def __init__(self, log: Log) -> None:
        self.whereabouts = Rehearsed(log.journal)
        self._memory = Memory(log.journal, sys.maxsize)
        self._seen: dict[bytes, bytes] = {}

    def post(self, postings: Sequence[Posting]) -> list[list[Outcome]]:
        """The outcomes the log would give."""
        instant = now()
        new = [self._new(posting) for posting in postings]
        submissions = [
            Submission([self._item(given, posting.agency, instant) for given in own], atomic=True)
            for posting, own in zip(postings, new, strict=True)
        ]
        deliberation = Deliberation(self._memory.of(submissions), stamp(instant))
        for submission in submissions:
            deliberation.consider(submission)
        self._memory.learn(deliberation.states)
        self.whereabouts.hold(*deliberation.holdings())
        decided = deliberation.settle([NOWHERE] * len(deliberation.drafts))
        answers = [_whole(*row) for row in zip(postings, new, decided, strict=True)]
        self._remember(postings, answers)
        return answers

    def _new(self, posting: Posting) -> Events:
        """The events of a row that no earlier one had."""
        return [given for given in posting.events if self._seen.get(_key(given)) != _digest(given)]

    def _item(self, given: dict[str, Any], agency: Agency, instant: datetime) -> Item:
        """An event to be decided; refused where its key was taken by another content."""
        return differently(None).refusal if _key(given) in self._seen else read_item(given, agency, instant)

    def _remember(self, postings: Sequence[Posting], answers: list[list[Outcome]]) -> None:
        for posting, own in zip(postings, answers, strict=True):
            if not any(isinstance(outcome, Refusal) for outcome in own):
                self._seen |= {_key(given): _digest(given) for given in posting.events}
                self.whereabouts.place({_key(given): UUID(given["subject"]) for given in posting.events})


NOWHERE = Recorded(UUID(int=0), 0, 0, b"")
"""Where a rehearsed event stands."""


def _whole(posting: Posting, new: Events, decided: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of a row's events, new or not: one that repeats is a duplicate, unless the row is refused."""
    refused = any(isinstance(outcome, Refusal) for outcome in decided)
    repeated: Outcome = NOT_WRITTEN if refused else Accepted(NOWHERE, duplicate=True)
    keys, own = {_key(given) for given in new}, iter(decided)
    return [next(own) if _key(given) in keys else repeated for given in posting.events]


def _key(given: dict[str, Any]) -> bytes:
    return idempotency_key(given["source"], given["id"])


def _digest(given: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(given)).digest()[:16]
