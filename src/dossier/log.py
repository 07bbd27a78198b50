"""The log as a service: the database, journal, writer, access ledger and organisations, opened and closed together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dossier.agencies import Agency, register, registered
from dossier.database.connections import Database, open_database
from dossier.database.migrate import migrate
from dossier.journal import Journal
from dossier.ledger import Ledger
from dossier.refusals import Refused
from dossier.settings import Settings
from dossier.writing import Outcome, Submission, Writer, intake
from dossier.writing.command import Item
from dossier.writing.writer import now


@dataclass
class Log:
    """One running log. Every way in (HTTP, import, demonstration) goes through `post`."""

    database: Database
    journal: Journal
    writer: Writer
    ledger: Ledger
    agencies: dict[str, Agency] = field(default_factory=dict)

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
        items = [read_item(event, agency, instant, expected_version) for event in events]
        return self.writer.submit(Submission(items, atomic))

    def register(self, *agencies: Agency) -> None:
        """Add organisations, or change what is known of them."""
        with self.journal.reading() as connection:
            for agency in agencies:
                register(connection, agency)
        self.refresh()

    def refresh(self) -> None:
        """Read the register of organisations again."""
        with self.journal.reading() as connection:
            self.agencies = registered(connection)


def read_item(event: Any, agency: Agency, instant: datetime, expected_version: int | None = None) -> Item:
    """A command, or the refusal of one that cannot be read."""
    try:
        return intake.read(event, agency, instant, expected_version=expected_version)
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
    log = Log(database, journal, writer, ledger)
    try:
        log.refresh()
        yield log
    finally:
        writer.close()
        ledger.close()
        journal.close()
