"""The baselines of the `eventsourcing` library as it comes: its recorder, and its projection runner.

Run in a process of its own, over loopback (see `house`).
"""

from __future__ import annotations

import sys
import time
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresTrackingRecorder
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL


def store(conninfo: str) -> PostgresDatastore:
    """The library's own pool."""
    parts: dict[str, Any] = conninfo_to_dict(conninfo)
    return PostgresDatastore(parts["dbname"], "127.0.0.1", parts["port"], parts["user"], "", pool_size=2)


def stored(conninfo: str, limit: int | None = None) -> list[StoredEvent]:
    """The events of the log as the library stores them."""
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM journal.stored_event"
            " ORDER BY notification_id LIMIT %s",
            (limit,),
        ).fetchall()
    return [StoredEvent(*row) for row in rows]


def insert(conninfo: str, batch: int) -> float:
    """Events a second by `recorder.insert_events`, into its own table."""
    events = stored(conninfo)
    with store(conninfo) as datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name=f"stock_{batch}")
        recorder.create_table()
        started = time.perf_counter()
        for place in range(0, len(events), batch):
            recorder.insert_events(events[place : place + batch])
        return len(events) / (time.perf_counter() - started)


class View(PostgresTrackingRecorder):
    """One upsert an event into a table of dossiers, with its tracking in the same transaction."""

    UPSERT = SQL(
        "INSERT INTO public.stock_view (dossier, version, state) VALUES (%s, %s, %s)"
        " ON CONFLICT (dossier) DO UPDATE SET version = excluded.version, state = excluded.state"
    )

    def upsert(self, dossier: UUID, version: int, state: bytes, tracking: Tracking) -> None:
        """One event's row and position, together."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.UPSERT, (dossier, version, state), prepare=True)


def project(conninfo: str, limit: int) -> float:
    """Events a second by a projection that does one upsert an event, as `ProjectionRunner` drives it."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE public.stock_view (dossier uuid PRIMARY KEY, version bigint, state bytea)")
    with store(conninfo) as datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="stock_source")
        recorder.create_table()
        events = stored(conninfo, limit)
        for place in range(0, len(events), 1_000):
            recorder.insert_events(events[place : place + 1_000])
        view = View(datastore, tracking_table_name="stock_tracking")
        view.create_table()
        started = time.perf_counter()
        with recorder.subscribe(gt=0) as subscription:
            for done, notification in enumerate(subscription, 1):
                tracking = Tracking("stock", notification.id)
                view.upsert(
                    UUID(str(notification.originator_id)), notification.originator_version, notification.state, tracking
                )
                if done == len(events):
                    return len(events) / (time.perf_counter() - started)
    raise RuntimeError("the subscription ended early")


if __name__ == "__main__":
    what, given, number = sys.argv[1:]
    print((insert if what == "insert" else project)(given, int(number)))
