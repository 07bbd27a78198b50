"""The rehearser: does the rehearsals asked for, each in a process of its own, also those that a restart cut off."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from uuid import UUID

import structlog

from dossier.database.connections import Database
from dossier.journal import Journal, LogUnreachable
from projections.rehearsal import SQL
from projections.rehearsing import rehearse

log = structlog.get_logger()
LOOK_SECONDS = 0.5


@contextmanager
def rehearsing(database: Database, journal: Journal) -> Iterator[None]:
    """Do what is asked for until the block ends; what is running then is taken up at the next start."""
    stopping = threading.Event()
    watcher = threading.Thread(target=_watch, args=(database, journal, stopping), name="rehearsal-watch")
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join()


def _watch(database: Database, journal: Journal, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_SECONDS):
        try:
            with journal.reading() as connection:
                row = connection.execute(SQL["waiting"]).fetchone()
        except LogUnreachable:
            continue
        if row:
            _do(database.owner, str(row[0]), stopping)


def _do(owner: str, asked: str, stopping: threading.Event) -> None:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # for the child, while it is starting
    process = spawn.Process(target=_rehearse, args=(owner, asked, theirs), name="dossier-rehearsal")
    process.start()
    theirs.close()
    while process.is_alive() and not stopping.wait(0.2):
        pass
    ours.close()  # the process ends when this end is gone, also when this one was killed
    process.join(15)
    if process.is_alive():
        process.kill()
        process.join()
    if process.exitcode and not stopping.is_set():
        log.warning("rehearsal ended and is taken up again", exitcode=process.exitcode)


def _rehearse(owner: str, asked: str, parent: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(10)  # requests go first, then the live projector

    def until_parent_ends() -> None:
        try:
            parent.recv()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=until_parent_ends, daemon=True).start()
    rehearse(owner, UUID(asked))
