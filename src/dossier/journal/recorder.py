"""The recorder: one transaction that appends events, their keys and their vault rows, in commit order.

Extends the `eventsourcing` recorder, whose promise it keeps: positions have no gap and no reader ever passes one
that is filled in later. It differs in four ways, measured or forced (docs/decisions/0004): the turn to write is an
advisory lock (LOCK TABLE would need rights to UPDATE that the application must not have); positions are counted
under that lock (a sequence leaves holes); rows go in by COPY (twice as fast as arrays); nothing is retried here,
for only the writer can tell a lost connection from a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row

from dossier.database.queries import queries
from dossier.journal.mapper import StoredDraft
from dossier.journal.rows import event_rows, key_rows, vault_rows

SQL = queries(files("dossier.journal") / "journal.sql")
SQL["told"] = SQL["told"].replace(b"COMPARING", SQL["comparing"].rstrip(b";"))
Conflict = IntegrityError
"""Another writer came first: a key or a version is taken. Read again and decide again."""
Holdings = Sequence[tuple[str, UUID]]


class BehindTheLog(Exception):
    """The events carry a recorded time before the log's last: stamp them again, not before `last`."""

    def __init__(self, last: datetime) -> None:
        super().__init__(f"the log's last recorded time is {last.isoformat()}")
        self.last = last


class LogUnreachable(Exception):
    """The connection was lost: what was being written may be stored or not."""


def datastore(conninfo: str, name: str) -> PostgresDatastore:
    """The library's pool, of one connection: a log has one writer at a time."""
    parts = conninfo_to_dict(conninfo)
    store = PostgresDatastore(
        dbname=str(parts.pop("dbname", "")),
        host=str(parts.pop("host", "")),
        port=str(parts.pop("port", "5432")),
        user=str(parts.pop("user", "")),
        password=str(parts.pop("password", "")),
        pool_size=1,
        connect_timeout=5,
        schema="journal",
    )
    assert isinstance(store.pool.kwargs, dict)
    store.pool.kwargs.update(parts, application_name=name)
    return store


class JournalRecorder(PostgresApplicationRecorder):
    """Appends to `journal.event` and reads through the view that speaks the library's names."""

    def __init__(self, store: PostgresDatastore) -> None:
        super().__init__(store, events_table_name="stored_event")

    def create_table(self) -> None:
        """Nothing: tables come from the migrations."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        recorded: datetime | None = None,
        erased: Sequence[UUID] = (),
        held: Holdings = (),
        released: Holdings = (),
        **_: Any,
    ) -> Sequence[int]:
        """Append all or nothing; their positions. `recorded` is the recorded time inside their bytes.

        Raises Conflict, BehindTheLog (nothing written) or LogUnreachable (unknown whether written).
        """
        drafts = [event for event in stored_events if isinstance(event, StoredDraft)]
        assert recorded is not None
        assert len(drafts) == len(stored_events)
        try:
            with self.datastore.get_connection() as connection:
                return _append(connection, drafts, recorded, erased, held, released)
        except (OperationalError, InterfaceError) as error:
            raise LogUnreachable(str(error)) from error


def _append(
    connection: Connection[Any],
    drafts: Sequence[StoredDraft],
    recorded: datetime,
    erased: Sequence[UUID],
    held: Holdings,
    released: Holdings,
) -> Sequence[int]:
    cursor: Cursor[Any] = connection.cursor(row_factory=tuple_row)
    try:
        head = _begin(cursor, recorded)
        positions = range(head + 1, head + 1 + len(drafts))
        copy_rows(cursor, "copy_events", event_rows(drafts, positions, recorded))
        copy_rows(cursor, "copy_keys", key_rows(drafts))
        if erased:
            cursor.execute(SQL["keep_sameness"], (list(erased), list(erased)))
            cursor.execute(SQL["erase"], (list(erased),))
            cursor.execute(SQL["erase_registrations"], (list(erased),))
        copy_rows(cursor, "copy_vault", vault_rows(drafts))
        for name, holdings in (("hold", held), ("release", released)):
            if holdings:
                cursor.execute(SQL[name], ([number for number, _ in holdings], [holder for _, holder in holdings]))
        cursor.execute(SQL["commit"])
        return positions
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise


def _begin(cursor: Cursor[Any], recorded: datetime) -> int:
    """Take the turn; the position the log stands at."""
    cursor.execute(SQL["begin"])
    while cursor.nextset():
        pass
    position, last = cursor.fetchone() or (0, recorded)
    if last > recorded:
        raise BehindTheLog(last)
    return int(position)


def copy_rows(cursor: Cursor[Any], query: str, rows: bytes | None) -> None:
    """Add rows by a named COPY; nothing where there are none."""
    if rows is not None:
        with cursor.copy(SQL[query]) as copy:
            copy.write(rows)
