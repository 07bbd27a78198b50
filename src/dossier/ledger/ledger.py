"""The ledger itself: entries go in durably, those of concurrent readings together, and are read back in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from dossier.journal import Journal
from dossier.ledger.appending import SQL, Appending
from dossier.ledger.entry import MARKING, Entry, Seen
from dossier.ledger.group import Group
from dossier.refusals import refused


class Asked(NamedTuple):
    """Which entries an auditor asks for: `start` included, `end` excluded."""

    dossier: UUID | None = None
    agency: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class Ledger:
    """Appends from any thread and reads back. Close it."""

    def __init__(
        self, journal: Journal, conninfo: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.clock = clock
        self._journal = journal
        self._appending = Appending(conninfo)
        self._group = Group()

    def record(self, *entries: Entry) -> list[Entry]:
        """Record readings; they are durable when this returns. Raises Refused, and then nothing may be shown."""
        if not entries:
            return []
        return self._group.add(entries, lambda group: self._appending.append(group, self.clock()))

    def close(self) -> None:
        """Close the connection; who still records opens it again."""
        self._appending.close()

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

    def walk(self, page: int = 1_000, asked: Asked = Asked()) -> Iterator[Entry]:  # noqa: B008 - nobody can change it
        """Every entry asked for in order, a page at a time."""
        after = 0
        while found := self.asked(asked, after, page):
            yield from found
            after = found[-1].number

    def _rows(self, query: str, params: Any = None) -> list[tuple[Any, ...]]:
        with _readable(), self._journal.reading() as connection:
            return connection.execute(SQL[query], params).fetchall()


@contextmanager
def _readable() -> Iterator[None]:
    """Refuse by name what nobody could have recorded, like a year before the first. Raises Refused."""
    try:
        yield
    except psycopg.DataError:
        detail = "An entry of the access ledger cannot be read: `dossier audit log` says which."
        raise refused("not-what-was-signed", detail) from None


def _entry(number: int, dossier: UUID, role: str, agency: str | None, reader: str | None, purpose: str, kind: str,
           version: int, position: int, at: datetime, stored: bytes) -> Entry:  # fmt: skip
    return Entry(Seen(dossier, version, position), role, purpose, kind, agency, reader, number, at)
