"""The ledger itself: readings go in together, one durable transaction for all that wait, and are read back in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import tuple_row
from psycopg_pool import PoolTimeout

from dossier.database.queries import queries
from dossier.journal import Journal, LogUnreachable
from dossier.ledger.entry import MARKING, Entry, Seen
from dossier.refusals import refused

SQL = queries(files("dossier.ledger") / "ledger.sql")
PATIENCE = 5.0
"""Seconds a reading may take to be recorded before it is refused."""
WAITING = 10_000
"""Entries that may wait; beyond, readings are refused at once."""
log = structlog.get_logger()


class Asked(NamedTuple):
    """Which entries an auditor asks for: `start` included, `end` excluded."""

    dossier: UUID | None = None
    agency: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class Ledger:
    """Appends from any thread and reads back. Owns one connection to write by, opened when first needed; close it.

    Whoever comes first writes what waits, the others' entries with their own: no thread, and one COMMIT for all.
    """

    def __init__(
        self, journal: Journal, conninfo: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.clock = clock
        self._journal = journal
        self._conninfo = conninfo
        self._connection: psycopg.Connection[Any] | None = None
        self._turn = threading.Lock()
        self._waiting: deque[tuple[Sequence[Entry], Future[list[Entry]]]] = deque()

    def record(self, *entries: Entry) -> list[Entry]:
        """Record readings; they are durable when this returns. Raises Refused, and then nothing may be shown."""
        if not entries:
            return []
        if sum(len(own) for own, _ in tuple(self._waiting)) > WAITING:
            raise _unrecorded()
        ticket: Future[list[Entry]] = Future()
        self._waiting.append((entries, ticket))
        if not self._turn.acquire(timeout=PATIENCE):
            raise _unrecorded()
        try:
            if not ticket.done():
                self._write_waiting()
        finally:
            self._turn.release()
        return ticket.result()

    def close(self) -> None:
        """Close the connection; who still records opens it again."""
        with self._turn:
            self._disconnect()

    def entries(self, after: int = 0, limit: int = 1_000) -> list[tuple[int, bytes]]:
        """(number, stored bytes) of entries after a number, in order: the leaves of a tree over the ledger."""
        return [(number, stored) for number, stored in self._rows("entries", (after, limit))]

    def since(self) -> datetime:
        """Since when readings are recorded."""
        found: datetime = self._rows("since")[0][0]
        return found

    def asked(self, asked: Asked, after: int, limit: int) -> list[Entry]:
        """Entries that an auditor asks for, after a number, in order."""
        return [_entry(*row) for row in self._rows("asked", asked._asdict() | {"after": after, "limit": limit})]

    def of_dossier(self, dossier: UUID, before: int | None, limit: int) -> list[Entry]:
        """A dossier's readings, the latest first."""
        params = {"dossier": dossier, "before": before, "limit": limit}
        return [_entry(*row) for row in self._rows("of_dossier", params)]

    def own(self, like: Entry, limit: int = 1, until: datetime | None = None) -> list[Entry]:
        """The latest readings that made the reader of an entry know its dossier, the latest first."""
        params = {"dossier": like.seen.dossier, "role": like.role, "agency": like.agency, "reader": like.reader,
                  "kinds": list(MARKING), "until": until, "limit": limit}  # fmt: skip
        return [_entry(*row) for row in self._rows("own", params)]

    def walk(self, page: int = 1_000) -> Iterator[Entry]:
        """Every entry in order, a page at a time."""
        after = 0
        while found := self.asked(Asked(), after, page):
            yield from found
            after = found[-1].number

    def _rows(self, query: str, params: Any = None) -> list[tuple[Any, ...]]:
        with self._journal.reading() as connection:
            return connection.execute(SQL[query], params).fetchall()

    def _write_waiting(self) -> None:
        group = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            recorded = self._write([entry for entries, _ in group for entry in entries])
        except Exception as error:  # whatever it is: what is not recorded is not shown
            log.error("readings could not be recorded", error=type(error).__name__)
            self._disconnect()
            for _, ticket in group:
                ticket.set_exception(_unrecorded())
            return
        done = 0
        for entries, ticket in group:
            ticket.set_result(recorded[done : done + len(entries)])
            done += len(entries)

    def _write(self, entries: Sequence[Entry]) -> list[Entry]:
        connection, (number, last) = self._begun()
        at = max(self.clock(), last) if last else self.clock()
        numbered = [entry._replace(number=number + place, at=at) for place, entry in enumerate(entries, 1)]
        with connection.pipeline():
            connection.execute(SQL["append"], _columns(numbered))
            connection.execute(SQL["commit"])
        return numbered

    def _begun(self) -> tuple[psycopg.Connection[Any], tuple[int, datetime | None]]:
        """The turn to record, on a new connection should the one before be gone: nothing was written by then."""
        if self._connection is not None:
            try:
                return self._connection, _begin(self._connection)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                self._disconnect()
        self._connection = _connect(self._conninfo)
        return self._connection, _begin(self._connection)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(conninfo: str) -> psycopg.Connection[Any]:
    try:
        connection = psycopg.connect(
            conninfo, autocommit=True, row_factory=tuple_row, application_name="dossier-ledger", connect_timeout=5
        )
        connection.execute("SET statement_timeout = '5s'")
        return connection
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise LogUnreachable(str(error)) from error


def _begin(connection: psycopg.Connection[Any]) -> tuple[int, datetime | None]:
    cursor = connection.execute(SQL["begin"])
    while cursor.nextset():
        pass
    found = cursor.fetchone()
    return (int(found[0]), found[1]) if found else (0, None)


def _columns(entries: Sequence[Entry]) -> tuple[list[Any], ...]:
    rows = [
        (e.number, e.seen.dossier, e.role, e.agency, e.reader, e.purpose, e.kind, e.seen.version, e.seen.position, e.at,
         e.stored())
        for e in entries
    ]  # fmt: skip
    return tuple(list(column) for column in zip(*rows, strict=True))


def _entry(number: int, dossier: UUID, role: str, agency: str | None, reader: str | None, purpose: str, kind: str,
           version: int, position: int, at: datetime, stored: bytes) -> Entry:  # fmt: skip
    return Entry(Seen(dossier, version, position), role, purpose, kind, agency, reader, number, at)


def _unrecorded() -> Exception:
    return refused("reading-not-recorded", "Nothing personal is shown that is not recorded first: try again.")
