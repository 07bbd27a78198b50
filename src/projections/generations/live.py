"""The live projector: after each commit, the dossiers it touched are projected anew. One leads, others stand by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg

from projections.generations import store
from projections.generations.recent import Recent, Unsealed, opened
from projections.generations.store import SQL
from projections.project import Projected, Stored, project_events, project_further
from projections.rulesets.rulebook import under
from projections.rulesets.ruleset import Ruleset, RulesetUnknown

BATCH = 1_000
"""Events a transaction takes at the most: enough to share the work on a dossier, few enough to stay prompt."""
PACE = 0.1
"""Seconds from one step to the next while events keep coming: they share what a step costs whatever its size."""


def step(connection: psycopg.Connection[Any], batch: int = BATCH, recent: Recent | None = None) -> int:
    """Project what one batch of new events touched: rows and position in one transaction. How many events it took.

    Waits for whoever is switching generations or stepping now; so several projectors never do the same work. What is
    remembered from step to step (`recent`) saves reading and writing, and changes nothing else.
    """
    recent = Recent() if recent is None else recent
    with connection.transaction():
        generation = store.served(connection, hold=True)
        if generation is None:
            return 0
        recent.at(generation.id, generation.position)
        rows = connection.execute(SQL["new"], (generation.position, batch)).fetchall()
        if not rows:
            return 0
        reached = rows[-1][0]
        histories, projected = _projected(connection, generation, rows, recent)
        store.write(connection, generation.id, projected, recent.rows)
        connection.execute(SQL["advance"], (reached, generation.id))
    recent.learn((generation.id, reached), histories, projected)
    return len(rows)


def reach(conninfo: str, position: int) -> None:
    """Project until what is served includes a position: for a command, which may run where no server does."""
    with psycopg.connect(conninfo, autocommit=True, application_name="dossier-projector") as connection:
        while (served := store.served(connection)) is not None and served.position < position and step(connection):
            pass


def _projected(
    connection: psycopg.Connection[Any], generation: store.Generation, rows: Sequence[Any], recent: Recent
) -> tuple[dict[UUID, Unsealed], list[Projected]]:
    """The histories that new events belong to, up to the last of them, and what they are projected to."""
    new: dict[UUID, list[Stored]] = {}
    for position, dossier, version, stored in rows:
        new.setdefault(dossier, []).append((version, position, stored))
    known = recent.histories(new)
    unknown = read(connection, new.keys() - known.keys(), until=rows[-1][0])
    rules = under(connection, generation.ruleset, generation.digest)
    further = [
        project_further(recent.rows[dossier], own.events, own.unreadable, len(new[dossier]), rules)
        for dossier, own in known.items()
    ]
    return known | unknown, [*further, *_wholly(unknown, rules)]


def _wholly(histories: Mapping[UUID, Unsealed], rules: Ruleset) -> list[Projected]:
    return [project_events(dossier, own.events, own.unreadable, rules) for dossier, own in histories.items()]


def read(connection: psycopg.Connection[Any], dossiers: Set[UUID], *, until: int) -> dict[UUID, Unsealed]:
    """Whole histories of dossiers up to a position."""
    if not dossiers:
        return {}
    rows = connection.execute(SQL["histories"], (list(dossiers), until)).fetchall()
    return {
        dossier: opened(dossier, [(version, position, stored) for _, version, position, stored in own])
        for dossier, own in groupby(rows, key=lambda row: row[0])
    }


def refresh(
    connection: psycopg.Connection[Any], generation: store.Generation, dossiers: Set[UUID], *, until: int
) -> None:
    """Write dossiers' rows anew in a generation, from their whole histories up to a position.

    Never beyond it: what a generation says at a position can be told again later. Raises RulesetUnknown.
    """
    rules = under(connection, generation.ruleset, generation.digest)
    histories = read(connection, dossiers, until=until)
    store.write(connection, generation.id, _wholly(histories, rules))


class Projector:
    """Keeps the served generation up with the log until told to stop. Woken by NOTIFY, and by the clock."""

    def __init__(
        self,
        conninfo: str,
        *,
        poll: float = 1.0,
        report: Callable[[str], None] = lambda _: None,
        unknown: Callable[[str], None] | None = None,
    ) -> None:
        """`poll` seconds is the longest an event waits when its notification is lost.

        `unknown` is told of a ruleset that is not known here; by default `report` is.
        """
        self.conninfo = conninfo
        self.poll = poll
        self.report = report
        self.unknown = unknown
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
                (self.unknown or self.report)(str(error))
                self.stopping.wait(10 * self.poll)

    def stop(self) -> None:
        """Return from `run` after the step at hand."""
        self.stopping.set()

    def _lead(self, connection: psycopg.Connection[Any]) -> None:
        while not self.stopping.is_set():
            row = connection.execute(SQL["lead"]).fetchone()
            if row and row[0]:
                self._look_for_rules(connection)
                connection.execute("LISTEN journal")
                self._follow(connection)
            else:
                self.stopping.wait(self.poll)

    def _look_for_rules(self, connection: psycopg.Connection[Any]) -> None:
        """Whether what is served can be followed, before there is anything new: that is told when a version starts."""
        if (served := store.served(connection)) is not None:
            under(connection, served.ruleset, served.digest)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        recent = Recent()
        while not self.stopping.is_set():
            began = time.monotonic()
            if taken := step(connection, recent=recent):
                self.stopping.wait(0 if taken == BATCH else began + PACE - time.monotonic())
            else:
                for _ in connection.notifies(timeout=self.poll, stop_after=1):
                    pass
