"""The rehearser: does the rehearsals asked for, each in a process of its own, also those that a restart cut off."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import structlog

from api.beside.child import Child, Parent, blocked_signals, run
from api.beside.watch import watching
from dossier.database.connections import Database
from dossier.journal import Journal, LogUnreachable
from projections.rehearsal.rehearsal import SQL
from projections.rehearsal.rehearsing import rehearse

log = structlog.get_logger()
LOOK_SECONDS = 0.5
MORE_POLITE = 5
"""How much further than other children it stands back: the live projector goes before it."""


@contextmanager
def rehearsing(database: Database, journal: Journal) -> Iterator[None]:
    """Do what is asked for until the block ends; what is running then is taken up at the next start."""
    with watching("rehearsal", partial(_watch, database, journal)):
        yield


def _watch(database: Database, journal: Journal, stopping: threading.Event) -> None:
    blocked_signals()
    while not stopping.wait(LOOK_SECONDS):
        try:
            with journal.reading() as connection:
                row = connection.execute(SQL["waiting"]).fetchone()
        except LogUnreachable:
            continue
        if row:
            rehearsal = Child("dossier-rehearsal", __name__, (database.owner, str(row[0])), daemon=False)
            exitcode = run(rehearsal, stopping)
            if exitcode and not stopping.is_set():
                log.warning("rehearsal ended and is taken up again", exitcode=exitcode)


def live(parent: Parent, owner: str, asked: str) -> None:
    """Do one rehearsal."""
    os.nice(MORE_POLITE)
    rehearse(owner, UUID(asked))
