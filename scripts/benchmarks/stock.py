"""The baselines of the `eventsourcing` library as it comes: its recorder, and its projection runner.

Run in a process of its own, over loopback (see `house`).
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import get_topic
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier


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


class Stock(Application[UUID]):
    """The library's own application, over events that are in its table already."""


class Happened(DomainEvent):
    """Any event: the library's mapper decodes its state into attributes."""


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


class Upserting(Projection[View]):
    """Writes each event over what its dossier had before."""

    name = "stock"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """One event, decoded by the library."""
        state = orjson.dumps(vars(domain_event))
        self.view.upsert(domain_event.originator_id, domain_event.originator_version, state, tracking)


def environment(conninfo: str) -> dict[str, str]:
    """The database as the library is told of it; over loopback nobody asks for the password."""
    parts: dict[str, Any] = conninfo_to_dict(conninfo)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts["dbname"],
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": parts["user"],
        "POSTGRES_PASSWORD": "",
    }


def project(conninfo: str, limit: int) -> float:
    """Events a second that the library's `ProjectionRunner` brings to a projection of one upsert an event."""
    with psycopg.connect(conninfo) as connection:
        for table in ("stock_view", "stock_events", "stock_tracking"):
            connection.execute(SQL("DROP TABLE IF EXISTS public.{}").format(Identifier(table)))
        connection.execute("CREATE TABLE public.stock_view (dossier uuid PRIMARY KEY, version bigint, state bytea)")
    events = [replace(event, topic=get_topic(Happened)) for event in stored(conninfo, limit)]
    with store(conninfo) as datastore:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="stock_events")
        recorder.create_table()
        for place in range(0, len(events), 1_000):
            recorder.insert_events(events[place : place + 1_000])
        last = recorder.max_notification_id()
    started = time.perf_counter()
    with ProjectionRunner(
        application_class=Stock, projection_class=Upserting, view_class=View, env=environment(conninfo)
    ) as runner:
        runner.wait(last, timeout=600)
        return len(events) / (time.perf_counter() - started)


if __name__ == "__main__":
    what, given, number = sys.argv[1:]
    print((insert if what == "insert" else project)(given, int(number)))
