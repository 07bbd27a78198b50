"""The log as a service: the database, journal, writer, access ledger and organisations, opened and closed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeGuard

from dossier.agencies import BRUSSELS, Agency, ancestors, register, registered
from dossier.caretaker import Caretaker
from dossier.catalogue import EventCorrected
from dossier.database.connections import Database, open_database
from dossier.database.migrate import migrate
from dossier.journal import Journal
from dossier.ledger import Ledger
from dossier.refusals import Refusal, Refused
from dossier.settings import Settings
from dossier.vocabulary.publication import vocabularies
from dossier.vocabulary.unmapped import UnmappedQueue, Waiting
from dossier.vocabulary.vocabulary import unmapped_words
from dossier.writing import Accepted, Outcome, Submission, Writer, intake
from dossier.writing.command import Command, Item
from dossier.writing.wording import corrected_words
from dossier.writing.writer import now


@dataclass
class Log:
    """One running log. Every way in (HTTP, import, demonstration) goes through `post`."""

    database: Database
    journal: Journal
    writer: Writer
    unmapped: UnmappedQueue
    ledger: Ledger
    agencies: dict[str, Agency] = field(default_factory=dict)
    _reading: Lock = field(default_factory=Lock)

    def post(
        self,
        events: Iterable[Any],
        agency: Agency,
        *,
        atomic: bool = False,
        expected_version: int | None = None,
        at: datetime | None = None,
    ) -> Future[list[Outcome]]:
        """Read CloudEvents of an agency (JSON form) and queue them; one outcome each, in order, once durable."""
        instant = at or now()
        expected = None if expected_version is None else frozenset((expected_version,))
        items = [read_item(event, agency, instant, expected) for event in events]
        return self.submit(agency, Submission(items, atomic))

    def submit(self, agency: Agency, submission: Submission) -> Future[list[Outcome]]:
        """Queue items of an agency; its words without a common term are counted once it is known what became of them.

        Raises Refused when too much waits.
        """
        ticket = self.writer.submit(submission)
        if any(item.unmapped or _corrects(item) for item in submission.items):
            ticket.add_done_callback(lambda done: self._count(agency.id, submission, done))
        return ticket

    def _count(self, agency: str, submission: Submission, done: Future[list[Outcome]]) -> None:
        """An event counts when it was recorded now, or was refused for the very word: repeats say nothing new."""
        outcomes = done.result() if done.exception() is None else ()
        for item, outcome in zip(submission.items, outcomes, strict=False):
            if isinstance(outcome, Accepted) and not outcome.duplicate:
                words = corrected_words(outcome.recorded.stored, item.vocabulary) if _corrects(item) else item.unmapped
                self.unmapped.met(agency, words, outcome.recorded.position)
            elif isinstance(outcome, Refusal):
                self.unmapped.met(agency, outcome.unmapped, None)

    def waiting(self, agency: str) -> list[Waiting]:
        """The words an organisation posted that have no common term to this day, the most frequent first."""
        vocabulary = self.agencies[agency].vocabulary
        found = self.unmapped.waiting(agency)
        return [one for one in found if unmapped_words(one.type, {one.field: one.word}, vocabulary)]

    def register(self, *agencies: Agency) -> None:
        """Add organisations, or change what is known of them."""
        with self.journal.reading() as connection:
            for agency in agencies:
                register(connection, agency)
        self.refresh()

    def refresh(self) -> None:
        """Read the register of organisations and their vocabularies again: what was there before this was called.

        One at a time: who read before a vocabulary was published must not have the last word over who read after.
        """
        with self._reading:
            self._refresh()

    def _refresh(self) -> None:
        known = {agency.id: agency.vocabulary for agency in self.agencies.values() if agency.vocabulary}
        with self.journal.reading() as connection:
            agencies = registered(connection)
            spoken = vocabularies(connection, known)
        today = datetime.now(BRUSSELS).date()
        self.agencies = {
            id_: agency._replace(
                vocabulary=spoken.get(id_), speaks_for=frozenset(ancestors(agencies, id_, today)) - {id_}
            )
            for id_, agency in agencies.items()
        }


def _corrects(item: Item) -> TypeGuard[Command]:
    """Whether it is a correction: which words it brings is known once it is decided."""
    return isinstance(item, Command) and isinstance(item.fact, EventCorrected)


def read_item(event: Any, agency: Agency, instant: datetime, expected: frozenset[int] | None = None) -> Item:
    """A command, or the refusal of one that cannot be read."""
    try:
        return intake.read(event, agency, instant, expected=expected)
    except Refused as error:
        return error.refusal


@contextmanager
def open_log(settings: Settings) -> Iterator[Log]:
    """Migrate the database of these settings and open its log; everything is closed when the block ends."""
    with open_database(settings) as database:
        migrate(database.owner)
        with running_log(database, queue_limit=settings.queue_limit) as log:
            yield log


@contextmanager
def running_log(database: Database, *, queue_limit: int = 20_000) -> Iterator[Log]:
    """The log of a database that is already migrated."""
    journal = Journal(database.app)
    writer = Writer(journal, queue_limit=queue_limit)
    ledger = Ledger(journal, database.app)
    log = Log(database, journal, writer, UnmappedQueue(journal.reading), ledger)
    caretaker = Caretaker(log.refresh, log.unmapped.write)
    try:
        log.refresh()
        caretaker.start()
        yield log
    finally:
        writer.close()
        caretaker.close()
        ledger.close()
        journal.close()
