"""What is sealed, as an answer finds it: in one snapshot, what was just posted waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import IsolationLevel

from api.service import Service
from dossier.refusals import refused
from dossier.sealing import reading
from dossier.sealing.reading import Checkpoint, Connection
from dossier.sealing.series import EVENTS, Series

PATIENCE = 3.0
"""Seconds to wait for events of the log that are about to be sealed."""


@contextmanager
def snapshot(srv: Service) -> Iterator[Connection]:
    """One truth of the seal for as long as the block lasts."""
    with srv.log.journal.reading() as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True  # said as it begins
        try:
            with connection.transaction():
                yield connection
        finally:
            if not connection.closed:
                connection.isolation_level = connection.read_only = None


@contextmanager
def covering(srv: Service, position: int, of: Series = EVENTS) -> Iterator[tuple[Connection, Checkpoint]]:
    """A snapshot in which a position is sealed, if the series has it: what was just posted is waited for."""
    with snapshot(srv) as connection:
        sealed = reading.checkpoint(connection, of)
        if sealed is not None and sealed.size >= position:
            yield connection, sealed
            return
    wait_for_seal(srv, lambda sealed, head: sealed >= min(position, head), of=of)
    with snapshot(srv) as connection:
        yield connection, latest(connection, of)


def wait_for_seal(
    srv: Service, enough: Callable[[int, int], bool], patience: float = PATIENCE, of: Series = EVENTS
) -> bool:
    """Wait until what is sealed and where the series stands are enough; whether they came to be."""
    deadline = time.monotonic() + patience
    while True:
        with srv.log.journal.reading() as connection:
            sealed = reading.checkpoint(connection, of)
            if enough(sealed.size if sealed else 0, reading.head(connection, of)):
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)


def latest(connection: Connection, of: Series) -> Checkpoint:
    """The checkpoint a series was signed at last. Raises Refused where there is none."""
    sealed = reading.checkpoint(connection, of)
    if sealed is None:
        raise refused("unavailable", "Nothing is sealed yet.")
    return sealed
