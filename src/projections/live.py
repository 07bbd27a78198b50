"""The live projector: after each commit, the dossiers it touched are projected anew. One leads, others stand by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

import psycopg

from projections import store
from projections.project import Projected, project
from projections.rulebook import under
from projections.ruleset import RulesetUnknown
from projections.store import SQL

BATCH = 1_000
"""Events a transaction takes at the most: enough to share the work on a dossier, few enough to stay prompt."""
PACE = 0.1
"""Seconds from one step to the next while events keep coming: they share what a step costs whatever its size."""


def step(connection: psycopg.Connection[Any], batch: int = BATCH) -> int:
    """Project what one batch of new events touched: rows and position in one transaction. How many events it took.

    Waits for whoever is switching generations or stepping now; so several projectors never do the same work.
    """
    with connection.transaction():
        generation = store.served(connection, hold=True)
        if generation is None:
            return 0
        rows = connection.execute(SQL["touched"], (generation.position, store.ENDLESS, batch)).fetchall()
        if rows:
            refresh(connection, generation, {dossier for _, dossier in rows}, until=rows[-1][0])
            connection.execute(SQL["advance"], (rows[-1][0], generation.id))
        return len(rows)


def refresh(
    connection: psycopg.Connection[Any], generation: store.Generation, dossiers: set[Any], *, until: int
) -> None:
    """Write dossiers' rows anew in a generation, from their whole histories up to a position.

    Never beyond it: what a generation says at a position can be told again later. Raises RulesetUnknown.
    """
    rules = under(connection, generation.ruleset, generation.digest)
    histories = connection.execute(SQL["histories"], (list(dossiers), until)).fetchall()
    projected: list[Projected] = [
        project(dossier, [(version, position, stored) for _, version, position, stored in own], rules)
        for dossier, own in groupby(histories, key=lambda row: row[0])
    ]
    store.write(connection, generation.id, projected)


class Projector:
    """Keeps the served generation up with the log until told to stop. Woken by NOTIFY, and by the clock."""

    def __init__(self, conninfo: str, *, poll: float = 1.0, report: Callable[[str], None] = lambda _: None) -> None:
        """`poll` seconds is the longest an event waits when its notification is lost."""
        self.conninfo = conninfo
        self.poll = poll
        self.report = report
        self.stopping = threading.Event()

    def run(self) -> None:
        """Lead when nobody does; after any loss of the database, or a ruleset that is not known here, try again."""
        while not self.stopping.is_set():
            try:
                with psycopg.connect(
                    self.conninfo, autocommit=True, application_name="dossier-projector"
                ) as connection:
                    self._lead(connection)
            except psycopg.Error as error:
                self.report(type(error).__name__)
                self.stopping.wait(0.5)
            except RulesetUnknown as error:  # until a version that knows it is installed, or another one is served
                self.report(str(error))
                self.stopping.wait(10 * self.poll)

    def stop(self) -> None:
        """Return from `run` after the step at hand."""
        self.stopping.set()

    def _lead(self, connection: psycopg.Connection[Any]) -> None:
        while not self.stopping.is_set():
            row = connection.execute(SQL["lead"]).fetchone()
            if row and row[0]:
                connection.execute("LISTEN journal")
                self._follow(connection)
            else:
                self.stopping.wait(self.poll)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        while not self.stopping.is_set():
            began = time.monotonic()
            if taken := step(connection):
                self.stopping.wait(0 if taken == BATCH else began + PACE - time.monotonic())
            else:
                for _ in connection.notifies(timeout=self.poll, stop_after=1):
                    pass
