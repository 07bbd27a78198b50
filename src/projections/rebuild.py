"""Rebuild: regenerate everything from the log into a new generation, in parallel, then switch to it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql

from dossier.collection import collect_seldom
from projections import generations, live, store
from projections.generations import SQL
from projections.project import TABLES, Projected, Stored, project
from projections.ruleset import Ruleset, ruleset

PARTS = 8
"""The log's partitions: each is built by itself, in one transaction."""
CHUNK = 500
"""Dossiers whose rows are held in memory before they are written."""
CATCH_UP = 5_000
Progress = Callable[[int, int], None]


class Rebuilt(NamedTuple):
    """What a rebuild made: the generation now served and a hash of its content."""

    generation: int
    events: int
    dossiers: int
    content: str


class AlreadyRebuilding(Exception):
    """Another rebuild is running on this database."""


def rebuild(owner: str, rules: Ruleset, *, workers: int = 2, progress: Progress = lambda done, of: None) -> Rebuilt:
    """Build, catch up, switch. A build that was cut off is resumed: parts already built are not built again.

    `progress` is told how many events are done, of how many.
    """
    with psycopg.connect(owner, autocommit=True, application_name="dossier-rebuild") as connection:
        if not _scalar(connection, "one_build"):
            raise AlreadyRebuilding("another rebuild is running: wait for it to end")
        generation, start = _begin(connection, rules)
        _build_parts(connection, owner, generation, start, rules, workers, progress)
        hashes = _finish(connection, owner, generation, workers)
        content = _switch(connection, generation, start, rules, hashes)
        _drop_old(connection)
        events, dossiers = _built(connection, generation)
        return Rebuilt(generation, events, dossiers, content)


def build_part(owner: str, generation: int, part: int, start: int, ruleset_id: str) -> tuple[int, int]:
    """Project every dossier of one partition of the log up to a position; rows and note are one transaction."""
    collect_seldom()
    rules = ruleset(ruleset_id)
    events = dossiers = 0
    with psycopg.connect(owner) as reader, psycopg.connect(owner) as writer:
        writer.execute(SQL["part_turn"], (generation, part))
        if built := writer.execute(SQL["part_found"], (generation, part)).fetchone():
            return built[0], built[1]
        chunk: list[Projected] = []
        for dossier, stored in histories(reader, part, start):
            chunk.append(project(dossier, stored, rules))
            events += len(stored)
            dossiers += 1
            if len(chunk) == CHUNK:
                _write(writer, generation, chunk)
                chunk.clear()
        _write(writer, generation, chunk)
        writer.execute(SQL["part_built"], (generation, part, events, dossiers))
    return events, dossiers


def histories(reader: psycopg.Connection[Any], part: int, until: int) -> Iterator[tuple[UUID, list[Stored]]]:
    """The histories of one partition, one dossier at a time, in constant memory."""
    query = sql.SQL(
        "COPY (SELECT uuid_send(dossier), array_agg(version), array_agg(position), array_agg(stored)"
        " FROM (SELECT * FROM {} WHERE position <= {} ORDER BY dossier, version) AS ordered GROUP BY dossier)"
        " TO STDOUT (FORMAT BINARY)"
    ).format(sql.Identifier("journal", f"event_{part}"), sql.Literal(until))
    with reader.cursor().copy(query) as copy:
        copy.set_types(["bytea", "int4[]", "int8[]", "bytea[]"])
        for dossier, versions, positions, stored in copy.rows():
            yield UUID(bytes=dossier), list(zip(versions, positions, stored, strict=True))


def _write(writer: psycopg.Connection[Any], generation: int, chunk: list[Projected]) -> None:
    for table in TABLES:
        store.copy_rows(writer, f"{table}_{generation}", store.lines(table, generation, chunk))
    store.note_set_aside(writer, generation, chunk)


def _begin(connection: psycopg.Connection[Any], rules: Ruleset) -> tuple[int, int]:
    unfinished = connection.execute(SQL["unfinished"], (rules.id, rules.digest)).fetchone()
    if unfinished:
        return int(unfinished[0]), int(unfinished[1])
    start = int(_scalar(connection, "head"))
    with connection.transaction():
        return generations.create(connection, rules, start=start), start


def _build_parts(
    connection: psycopg.Connection[Any],
    owner: str,
    generation: int,
    start: int,
    rules: Ruleset,
    workers: int,
    progress: Progress,
) -> None:
    built = {part: events for part, events, _ in connection.execute(SQL["built"], (generation,))}
    of = int(_scalar(connection, "volume", (start,)))
    done = sum(built.values())
    progress(done, of)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])  # one process imports what the workers need, and forks them
    with ProcessPoolExecutor(workers, context, initializer=_end_with_parent) as pool:
        waiting = {
            pool.submit(build_part, owner, generation, part, start, rules.id)
            for part in range(PARTS)
            if part not in built
        }
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for part in finished:
                done += part.result()[0]
                progress(done, of)


def _end_with_parent() -> None:
    """Have this worker end when the rebuild it works for is killed: nobody else would end it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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


def _switch(
    connection: psycopg.Connection[Any], generation: int, position: int, rules: Ruleset, hashes: dict[str, int]
) -> str:
    """Catch up with what came while building, then switch: the last stretch holds the live projector off."""
    built_at = position
    behind = 1
    while behind:
        position, behind = _catch_up(connection, generation, position, rules)
    with connection.transaction():
        store.served(connection, hold=True)
        behind = 1
        while behind:
            position, behind = _catch_up(connection, generation, position, rules)
        if position != built_at:
            hashes = {table: generations.table_hash(connection, generation, table) for table in TABLES}
        content = generations.content_of(hashes)
        connection.execute(SQL["keep_served"])
        connection.execute(SQL["serve"], (content, generation))
    return content


def _catch_up(connection: psycopg.Connection[Any], generation: int, position: int, rules: Ruleset) -> tuple[int, int]:
    """Project what one batch of later events touched into the new generation; (position reached, events taken)."""
    with connection.transaction():
        rows = connection.execute(store.SQL["touched"], (position, CATCH_UP)).fetchall()
        if rows:
            own = store.Generation(generation, rules.id, rules.digest, position)
            live.refresh(connection, own, {dossier for _, dossier in rows})
            position = rows[-1][0]
            connection.execute(store.SQL["advance"], (position, generation))
        return position, len(rows)


def _drop_old(connection: psycopg.Connection[Any], keep: int = 1) -> None:
    """Drop generations but the served one and the `keep` latest before it, which going back would need."""
    kept = [row[0] for row in connection.execute(SQL["kept"])]
    for generation in kept[keep:]:
        with connection.transaction():
            generations.drop(connection, generation)


def _built(connection: psycopg.Connection[Any], generation: int) -> tuple[int, int]:
    built = connection.execute(SQL["built"], (generation,)).fetchall()
    return sum(row[1] for row in built), sum(row[2] for row in built)


def _scalar(connection: psycopg.Connection[Any], query: str, params: tuple[Any, ...] = ()) -> Any:
    row = connection.execute(SQL[query], params).fetchone()
    assert row is not None
    return row[0]
