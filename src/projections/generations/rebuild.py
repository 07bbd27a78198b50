"""Rebuild: regenerate everything from the log into a new generation, in parallel, then switch to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

import psycopg

from dossier.journal.turn import take_turn
from projections.generations import generations, store
from projections.generations.catching_up import caught_up
from projections.generations.generations import SQL
from projections.generations.pace import Pace
from projections.generations.parts import Progress, Under, build_parts
from projections.project import TABLES
from projections.rulesets import rulebook
from projections.rulesets.ruleset import Ruleset

KEPT = 1
"""Generations of the served ruleset that stay beside the served one: what a rebuild replaced can be gone back to."""


class Rebuilt(NamedTuple):
    """What a rebuild made: the generation now served and a hash of its content."""

    generation: int
    events: int
    dossiers: int
    content: str


BuildParts = Callable[[psycopg.Connection[Any], str, int, int, Under, int, Progress], None]
"""Builds those parts of a generation that are not built yet: its number, and up to which position."""


class AlreadyRebuilding(Exception):
    """Another rebuild is running on this database."""


class MadeByAnother(Exception):
    """What would be copied was made by another program, and would pass for rows of this one."""


class Built(NamedTuple):
    """A generation that is built and can be read by its number, up to a position; and table -> hash of its content."""

    generation: int
    position: int
    hashes: dict[str, int]


def rebuild(
    owner: str,
    rules: Ruleset,
    *,
    workers: int = 2,
    progress: Progress = lambda done, of: None,
    tables: Sequence[str] = TABLES,
    parts: BuildParts | None = None,
) -> Rebuilt:
    """Build, catch up, switch. A build that was cut off is resumed: parts already built are not built again.

    `progress` is told how many events are done, of how many. Tables but those named are copied as they are served.
    Switching to another ruleset than the one served is an activation, and recorded as one. `parts` builds the parts,
    by default in processes of this machine. Raises AlreadyRebuilding, MadeByAnother.
    """
    with psycopg.connect(owner, autocommit=True, application_name="dossier-rebuild") as connection:
        if not _scalar(connection, "one_build"):
            raise AlreadyRebuilding("another rebuild is running: wait for it to end")
        built = build(connection, owner, rules, tables, workers=workers, progress=progress, parts=parts)
        content = _switch(connection, built, rules)
        _drop_old(connection)
        generations.put_by(connection)
        events, dossiers = _built(connection, built.generation)
        connection.execute(SQL["end_turn"])  # closing the connection would do it too, a moment later
        return Rebuilt(built.generation, events, dossiers, content)


def build(
    connection: psycopg.Connection[Any],
    owner: str,
    rules: Ruleset,
    tables: Sequence[str] = TABLES,
    *,
    workers: int = 2,
    progress: Progress = lambda done, of: None,
    parts: BuildParts | None = None,
) -> Built:
    """A generation under a ruleset beside the one served: `tables` projected from the log, the others copied.

    Its progress is kept with it, for `generations.building`. Resumes one that was cut off. The caller holds the lock
    of rebuilds.
    """
    generation, start = _begin(connection, rules, tables)
    pace = Pace()

    def tell(done: int, of: int) -> None:
        connection.execute(SQL["progress"], {"generation": generation, **pace.at(done, of)._asdict()})
        progress(done, of)

    if tables:
        (parts or build_parts)(connection, owner, generation, start, (rules, tuple(tables)), workers, tell)
    return Built(generation, start, _finish(connection, owner, generation, workers))


def _begin(connection: psycopg.Connection[Any], rules: Ruleset, tables: Sequence[str]) -> tuple[int, int]:
    """The generation to build and the position its parts are built up to; tables that are copied are there at once."""
    program, wanted = generations.program(), sorted(tables)
    unfinished = connection.execute(SQL["unfinished"], (rules.id, rules.digest, program, wanted)).fetchone()
    if unfinished:
        return int(unfinished[0]), int(unfinished[1])
    copied = [table for table in TABLES if table not in wanted]
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        start = int(_scalar(connection, "head"))
        source = store.served(connection) if copied else None
        if source is not None:
            if not generations.made_here(connection, source.id):
                raise MadeByAnother("what is served was made by another version: rebuild all, without --projection")
            start = source.position
        generation = generations.create(connection, rules, start=start, tables=wanted)
        for table in copied if source else ():
            assert source is not None
            generations.copy(connection, table, source.id, generation)
        return generation, start


def _finish(connection: psycopg.Connection[Any], owner: str, generation: int, workers: int) -> dict[str, int]:
    """Index every table and attach them all; table -> hash of its content. A build cut off here is finished later."""
    with ThreadPoolExecutor(workers) as pool:
        hashes = dict(zip(TABLES, pool.map(partial(_finish_table, owner, generation), TABLES), strict=True))
    if not generations.is_attached(connection, generation):
        with connection.transaction():
            generations.attach(connection, generation)
    return hashes


def _finish_table(owner: str, generation: int, table: str) -> int:
    with psycopg.connect(owner, autocommit=True) as connection:
        generations.index(connection, generation, table)
        return generations.table_hash(connection, generation, table)


def _switch(connection: psycopg.Connection[Any], built: Built, rules: Ruleset) -> str:
    """Catch up with what came while building, then switch: the last stretch holds the live projector off."""
    generation, position, hashes = built
    position = caught_up(connection, generation, position, rules)
    with connection.transaction():
        served = store.served(connection, hold=True)
        position = caught_up(connection, generation, position, rules)
        if served is not None and served.ruleset != rules.id:
            position = _record_activation(connection, generation, position, rules, served)
        if position != built.position:
            hashes = {table: generations.table_hash(connection, generation, table) for table in TABLES}
        content = generations.content_of(hashes)
        generations.serve(connection, generation, content)
    return content


def _record_activation(
    connection: psycopg.Connection[Any], generation: int, position: int, rules: Ruleset, served: store.Generation
) -> int:
    """An activation that nobody rehearsed is told in the log like any other; the position then reached."""
    take_turn(connection)
    position = caught_up(connection, generation, position, rules)
    reason = "dossier rebuild --ruleset"
    recorded = rulebook.record_activation(connection, rules, served.ruleset, by="operator", reason=reason)
    connection.execute(store.SQL["advance"], (recorded[-1].position, generation))
    return recorded[-1].position


def _drop_old(connection: psycopg.Connection[Any]) -> None:
    """Drop generations of the served ruleset but the served one and the last before it, whatever it said then.

    So are drafts, and builds that were cut off, of another program: nobody can take them up. Others stay until somebody
    drops them: going back to those rules would need them. What is being read is left to the next rebuild.
    """
    kept = [row[0] for row in connection.execute(SQL["kept"])]
    left = [row[0] for row in connection.execute(SQL["left_over"], (generations.program(),))]
    for generation in kept[KEPT:] + left:
        with suppress(generations.StillRead):
            generations.drop(connection, generation)


def _built(connection: psycopg.Connection[Any], generation: int) -> tuple[int, int]:
    built = connection.execute(SQL["built"], (generation,)).fetchall()
    return sum(row[1] for row in built), sum(row[2] for row in built)


def _scalar(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(SQL[query]).fetchone()
    assert row is not None
    return row[0]
