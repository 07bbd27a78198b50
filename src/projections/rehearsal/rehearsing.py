"""Rehearsing: build or catch up the draft generation of a ruleset, and compare it with the one served."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
import psycopg

from projections.generations import generations, live, store
from projections.generations.catching_up import catch_up
from projections.generations.rebuild import build
from projections.generations.store import Generation
from projections.project import TABLES
from projections.rehearsal import rehearsal
from projections.rehearsal.comparing import Compared, spoken
from projections.rehearsal.difference import Change, Moved
from projections.rehearsal.rehearsal import SQL, Rehearsal
from projections.rulesets import rulebook
from projections.rulesets.reach import reached_tables
from projections.rulesets.ruleset import Ruleset, changed

Connection = psycopg.Connection[Any]
Progress = Callable[[int, int, float], None]
ATTEMPTS = 10
"""How often a rehearsal whose process was killed is taken up again before it is called failed."""
FAR = 200_000
"""Events a served generation may be behind the log and still be worth copying from."""
SERVER = "dossier-rehearsal"


def rehearse(
    owner: str, asked: UUID, *, workers: int = 2, progress: Progress = lambda done, of, per_second: None
) -> Rehearsal:
    """Do a rehearsal that was asked for, and end it: done, or failed with its reason. Resumes one that was cut off.

    Waits for its turn: one generation is built at a time.
    """
    with psycopg.connect(owner, autocommit=True, application_name=SERVER) as connection:
        connection.execute(generations.SQL["wait_turn"])
        attempt = connection.execute(SQL["attempt"], (asked,)).fetchone()
        if attempt is not None:
            try:
                if attempt[0] > ATTEMPTS:
                    raise RuntimeError(f"it ended without a result {ATTEMPTS} times")
                _rehearse(connection, owner, rehearsal.read(connection, asked), workers, progress)
            except psycopg.OperationalError:
                raise  # the database is gone: taken up again when it is back
            except Exception as error:
                connection.execute(SQL["failed"], (f"{type(error).__name__}: {error}", asked))
        connection.execute(generations.SQL["end_turn"])
        return rehearsal.read(connection, asked)


def _rehearse(connection: Connection, owner: str, asked: Rehearsal, workers: int, progress: Progress) -> None:
    rules = rulebook.lookup(connection, asked.ruleset)
    began = time.monotonic()
    before: list[int] = []

    def tell(done: int, of: int) -> None:
        before.append(done)
        seconds = time.monotonic() - began
        per_second = (done - before[0]) / seconds if seconds else 0.0
        connection.execute(SQL["progress"], (done, of, per_second, asked.id))
        progress(done, of, per_second)

    draft = _draft(connection, owner, rules, workers, tell)
    _compare(connection, asked, draft, rules)


def _draft(
    connection: Connection, owner: str, rules: Ruleset, workers: int, tell: Callable[[int, int], None]
) -> Generation:
    """A generation under the ruleset: one that was built before, or a new one that projects what the rules reach."""
    ready = connection.execute(generations.SQL["ready"], (rules.id, rules.digest, generations.program())).fetchone()
    if ready:
        return Generation(*ready)
    built = build(connection, owner, rules, _tables(connection, rules), workers=workers, progress=tell)
    connection.execute(generations.SQL["drafted"], (built.generation,))
    return Generation(built.generation, rules.id, rules.digest, built.position)


def _tables(connection: Connection, rules: Ruleset) -> Sequence[str]:
    """The tables to project: those that a changed rule reaches; all, when what is served was made otherwise."""
    served = store.served(connection)
    if served is None:
        return TABLES
    (head,) = connection.execute(generations.SQL["head"]).fetchone() or (0,)
    if not generations.made_here(connection, served.id) or head - served.position > FAR:
        return TABLES
    return reached_tables(changed(rulebook.under(connection, served.ruleset, served.digest), rules))


def level(connection: Connection, draft: Generation, rules: Ruleset, refreshed: set[UUID] | None = None) -> Generation:
    """Bring a draft exactly to where the served generation stands in the snapshot of this transaction; what is served.

    Both then say the same log: whatever differs is due to the rules.
    """
    served = store.served(connection)
    assert served is not None
    assert served.position >= draft.position
    position = draft.position
    while position < served.position:
        reached = catch_up(connection, draft.id, position, rules, until=served.position, refreshed=refreshed)
        assert reached > position
        position = reached
    return served


def abreast(connection: Connection, draft: Generation) -> None:
    """Wait until the served generation is no longer behind a draft, helping its projector on."""
    while (served := store.served(connection)) is not None and served.position < draft.position:
        live.step(connection)


def _compare(connection: Connection, asked: Rehearsal, draft: Generation, rules: Ruleset) -> None:
    abreast(connection, draft)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        served = level(connection, draft, rules)
        old = rulebook.under(connection, served.ruleset, served.digest)
        compared = Compared(served, draft, old, rules, asked.days)
        connection.execute(SQL["clear_dossiers"], (asked.id,))
        connection.execute(SQL["clear_figures"], (asked.id,))
        digest = hashlib.sha256()
        for found in compared.dossiers(connection):
            _keep_dossiers(connection, asked.id, found, digest)
        for number, cell in enumerate(compared.figures(connection), 1):
            _keep_figure(connection, asked.id, number, cell, digest)
        connection.execute(SQL["done"], (draft.id, served.position, f"sha256:{digest.hexdigest()}", asked.id))


def _keep_dossiers(
    connection: Connection, asked: UUID, found: list[tuple[UUID, Change]], digest: hashlib._Hash
) -> None:
    with connection.cursor().copy(SQL["keep_dossiers"]) as copy:
        for dossier, change in found:
            said = spoken(change)
            day = [change.on] if change.on else []
            copy.write_row((asked, dossier, change.field, "".join(day), *said, change.rules, change.positions))
            digest.update("\t".join([str(dossier), change.field, *day, *said]).encode() + b"\n")


def _keep_figure(connection: Connection, asked: UUID, number: int, cell: Moved, digest: hashlib._Hash) -> None:
    texts = [orjson.dumps(part).decode() for part in (cell.row, cell.before, cell.after)]
    hidden = cell.hidden or (None, None)
    kept = (asked, number, cell.indicator, *texts, *hidden, cell.on, list(cell.rules))
    connection.execute(SQL["keep_figure"], kept)
    said = [*texts, orjson.dumps(hidden).decode(), cell.on or ""] if cell.hidden else texts
    digest.update("\t".join(["figure", cell.indicator, *said]).encode() + b"\n")
