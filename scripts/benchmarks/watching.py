"""Watching what follows the log: which position the projected rows, or the checkpoint, had reached when."""

from __future__ import annotations

import bisect
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

EVERY = 0.004


def served_position(connection: psycopg.Connection[Any]) -> int:
    """The position that the served rows have reached."""
    row = connection.execute("SELECT position FROM projection.generation WHERE status = 'served'").fetchone()
    return int(row[0]) if row else 0


def sealed_position(connection: psycopg.Connection[Any]) -> int:
    """The position that the latest checkpoint covers."""
    row = connection.execute("SELECT size FROM seal.checkpoint WHERE series = 'events'").fetchone()
    return int(row[0]) if row else 0


Reached = Callable[[psycopg.Connection[Any]], int]


class Seen:
    """Samples of (position reached, when), in order."""

    def __init__(self, conninfo: str, reached: Reached) -> None:
        self.conninfo = conninfo
        self.reached = reached
        self.positions: list[int] = []
        self.times: list[float] = []
        self.stopping = threading.Event()

    def watch(self) -> None:
        """Sample until told to stop."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            while not self.stopping.is_set():
                position = self.reached(connection)
                self.positions.append(position)
                self.times.append(time.time())
                time.sleep(EVERY)

    def lags(self) -> list[float]:
        """Milliseconds from an event's recorded time to the first sample that had reached it."""
        with psycopg.connect(self.conninfo) as connection:
            rows = connection.execute(
                "SELECT position, extract(epoch FROM recordedtime)::float8 FROM journal.event"
                " WHERE position > %s AND position <= %s",
                (self.positions[0], self.positions[-1]),
            ).fetchall()
        return [(self.times[bisect.bisect_left(self.positions, position)] - at) * 1000 for position, at in rows]


@contextmanager
def watching(conninfo: str, reached: Reached = served_position) -> Iterator[Seen]:
    """Watch while the block lasts."""
    seen = Seen(conninfo, reached)
    thread = threading.Thread(target=seen.watch)
    thread.start()
    try:
        yield seen
        time.sleep(3 * EVERY)
    finally:
        seen.stopping.set()
        thread.join()
