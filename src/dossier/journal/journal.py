"""The journal: append to the log, and read it back by dossier, by key and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg_pool import ConnectionPool, PoolTimeout

from dossier.event import Event, unseal
from dossier.folding import spellings, whole
from dossier.journal.draft import Draft, Recorded
from dossier.journal.entry import Entry
from dossier.journal.mapper import JournalMapper
from dossier.journal.recorder import SQL, Holdings, JournalRecorder, LogUnreachable, datastore

UNBOUNDED = 1 << 62


class Head(NamedTuple):
    """Where the log stands: 0 and None when it is empty."""

    position: int
    recordedtime: datetime | None


class Journal:
    """The log of one database. Owns its connections; close it."""

    def __init__(self, conninfo: str, *, readers: int = 8) -> None:
        self._datastore = datastore(conninfo, "dossier-writer")
        self.mapper = JournalMapper()
        self.recorder = JournalRecorder(self._datastore)
        self.pool = _readers(conninfo, readers, 1)
        self._planned = _readers(conninfo, readers, 0, options="-c plan_cache_mode=force_generic_plan")

    def close(self) -> None:
        """Close every connection."""
        self._datastore.close()
        self.pool.close()
        self._planned.close()

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection to read by. Raises LogUnreachable."""
        with _connected(self.pool) as connection:
            yield connection

    def append(
        self,
        drafts: Sequence[Draft],
        recorded: datetime,
        *,
        erased: Sequence[UUID] = (),
        held: Holdings = (),
        released: Holdings = (),
    ) -> list[Recorded]:
        """Store drafts in one durable transaction, by the library's mapper and recorder; what the log now holds."""
        stored = [self.mapper.to_stored_event(draft) for draft in drafts]
        positions = self.recorder.insert_events(stored, recorded=recorded, erased=erased, held=held, released=released)
        return [
            Recorded(draft.event.dossier, draft.event.version, position, event.state)
            for draft, position, event in zip(drafts, positions, stored, strict=True)
        ]

    def rows(self, query: str, params: Any = None) -> list[tuple[Any, ...]]:
        """The rows of a named query."""
        with self.reading() as connection:
            return connection.execute(SQL[query], params).fetchall()

    def told(self, dossier: UUID, *, personal: bool) -> list[tuple[Any, ...]]:
        """A dossier's events: version, position, stored bytes; with `personal`, what the vault still holds of each; and
        beside the first, the dossiers that ever said whether both are of one person.

        By a plan made once: PostgreSQL would plan anew every time, not knowing beforehand which partition is read, and
        that takes longer than reading.
        """
        with _connected(self._planned) as connection:
            return connection.execute(SQL["told"], {"dossier": dossier, "personal": personal}).fetchall()

    def history(self, dossier: UUID) -> list[Recorded]:
        """Every stored event of a dossier, in order; empty when there is no such dossier."""
        return [Recorded(*row) for row in self.rows("history", (dossier,))]

    def events_of(self, dossiers: Iterable[UUID]) -> dict[UUID, list[Event]]:
        """The histories of many dossiers in one query; dossiers without events are absent."""
        rows = self.rows("select_many", (list(dossiers),))
        return {
            dossier: [unseal(stored, position, dossier) for _, _, position, stored in own]
            for dossier, own in groupby(rows, key=lambda row: row[0])
        }

    def personal_of(self, dossiers: Iterable[UUID]) -> dict[tuple[UUID, int], tuple[bytes, bytes]]:
        """What the vault still holds of dossiers: (dossier, version) -> (personal bytes, salt)."""
        rows = self.rows("vault", (list(dossiers),))
        return {(dossier, version): (personal, salt) for dossier, version, personal, salt in rows}

    def recorded(self, keys: Iterable[bytes]) -> dict[bytes, Recorded]:
        """Events already in the log, by idempotency key."""
        return {key: Recorded(*rest) for key, *rest in self.rows("recorded", (list(keys),))}

    def places(self, keys: Iterable[bytes]) -> dict[bytes, UUID]:
        """The dossiers of events already in the log, by idempotency key."""
        return dict(self.rows("places", (list(keys),)))

    def holders(self, numbers: Iterable[str]) -> dict[str, set[UUID]]:
        """Which dossiers hold which enterprise numbers."""
        held: dict[str, set[UUID]] = {}
        for number, dossier in self.rows("holders", (list(numbers),)):
            held.setdefault(number, set()).add(dossier)
        return held

    def holdings(self) -> list[tuple[str, UUID]]:
        """Every enterprise number with each dossier that holds it."""
        return [(number, dossier) for number, dossier in self.rows("holdings")]

    def versions(self, dossiers: Iterable[UUID]) -> dict[UUID, int]:
        """How many events each dossier has."""
        return dict(self.rows("versions", (list(dossiers),)))

    def check_writing(self) -> None:
        """Reach the database by the writer's own connection. Raises LogUnreachable."""
        try:
            with self._datastore.get_connection() as connection:
                connection.execute("SELECT pg_is_in_recovery()")
        except PersistenceError as error:
            raise LogUnreachable(str(error)) from error

    def head(self) -> Head:
        """Where the log stands now."""
        found = self.rows("head")
        return Head(*found[0]) if found else Head(0, None)

    def feed(
        self,
        after: int,
        until: int,
        limit: int,
        *,
        types: Sequence[str] | None = None,
        agencies: Sequence[str] | None = None,
        size: int = UNBOUNDED,
    ) -> list[Entry]:
        """Up to `limit` events with `after` < position <= `until`, in order; no more once `size` bytes are reached."""
        params = {"after": after, "until": until, "limit": limit, "bytes": size}
        return [Entry(*row) for row in self.rows("feed", params | {"types": _list(types), "agencies": _list(agencies)})]

    def at(self, position: int) -> Entry | None:
        """The event at a position."""
        rows = self.rows("at", (position,))
        return Entry(*rows[0]) if rows else None

    def reached(self, position: int) -> datetime:
        """When the log came to a position it has."""
        recorded: datetime = self.rows("reached", (position,))[0][0]
        return recorded

    def search(self, words: str, limit: int) -> list[tuple[UUID, float]]:
        """Dossiers whose names or contacts look like the folded `words`, best first, with a score of 0 to 1."""
        found = self.rows("search", _asked(words) | {"limit": limit})
        return [(row[0], float(row[1])) for row in found]

    def found_by(self, words: str, dossiers: Iterable[UUID]) -> dict[UUID, set[int]]:
        """Of those of dossiers that have amendments, the versions of the events by which the `words` find them."""
        amended = [dossier for (dossier,) in self.rows("amended", (list(dossiers),))]
        found: dict[UUID, set[int]] = {}
        for dossier, version in self.rows("matched", _asked(words) | {"dossiers": amended}) if amended else ():
            found.setdefault(dossier, set()).add(version)
        return found

    def wholly(self, words: str, dossiers: Iterable[UUID]) -> set[UUID]:
        """Which of dossiers have the folded `words` whole: a name but for typing mistakes, a number or an address."""
        entire = whole(words)
        asked = _asked(entire) | {"dossiers": list(dossiers), "exactly": "@" in entire}
        return {dossier for (dossier,) in self.rows("wholly", asked)} if entire else set()


def _readers(conninfo: str, most: int, least: int, **more: str) -> ConnectionPool:
    kwargs = {"autocommit": True, "application_name": "dossier-reader", **more}
    return ConnectionPool(conninfo, min_size=least, max_size=most, timeout=5, open=True, kwargs=kwargs)


@contextmanager
def _connected(pool: ConnectionPool) -> Iterator[psycopg.Connection[Any]]:
    try:
        with pool.connection() as connection:
            yield connection
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
        raise LogUnreachable(str(error)) from error


def _asked(words: str) -> dict[str, Any]:
    """Folded words in each spelling, as they are and as a pattern."""
    asked = spellings(words)
    return {
        "asked": asked,
        "like": [one.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for one in asked],
    }


def _list(given: Sequence[str] | None) -> list[str] | None:
    return None if given is None else list(given)
