"""The turn to write, held by a test, so that writers queue up behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from tests.posting import HUB, accepted, cloud_event

from dossier.database.connections import Database
from dossier.log import Log
from dossier.writing.registration import new_dossier_id

KEY = 7021984
WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def turn_taken(database: Database) -> Iterator[Callable[[int], None]]:
    """Nobody writes inside the block; what it gives waits until so many writers wait for their turn."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (KEY,))
        yield lambda writers: until_waiting(database, writers)


def until_waiting(database: Database, writers: int) -> None:
    """Wait until so many writers wait for their turn."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        eventually(lambda: connection.execute(WAITING, (KEY,)).fetchone() == (writers,))


@contextmanager
def one_group(database: Database, log: Log) -> Iterator[None]:
    """What is posted inside the block is decided together, after it: an event before it holds the writer up."""
    with turn_taken(database) as until_waiting:
        first = log.post([cloud_event("dossier-opened", {}, new_dossier_id())], HUB)
        until_waiting(1)
        yield
    accepted(first.result(30)[0])


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds; a test that waits longer fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)
