"""Parts: a generation's tables made from the log, one partition of it at a time, in as many processes as are given."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, ThreadPoolExecutor, wait
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql

from dossier.collection import collect_seldom
from projections.generations import store
from projections.generations.generations import SQL
from projections.project import TABLES, Projected, Stored, project
from projections.rulesets.ruleset import Ruleset

PARTS = 8
"""The log's partitions: each is built by itself, in one transaction."""
CHUNK = 500
"""Dossiers whose rows are held in memory before they are written."""
ALONE = 20_000
"""Events up to which parts are built in this process: starting others would take longer."""
Progress = Callable[[int, int], None]
Under = tuple[Ruleset, tuple[str, ...]]
"""A ruleset, and the tables that are projected under it."""


def build_parts(
    connection: psycopg.Connection[Any],
    owner: str,
    generation: int,
    start: int,
    under: Under,
    workers: int,
    progress: Progress,
) -> None:
    """Build those parts of a generation that are not built yet, up to a position, by so many processes at a time."""
    missing, done, of = left(connection, generation, start)
    progress(done, of)
    with _pool(workers, of - done) as pool:
        waiting = {pool.submit(build_part, owner, generation, part, start, *under) for part in missing}
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for part in finished:
                done += part.result()[0]
                progress(done, of)


class Left(NamedTuple):
    """What of a generation is still to be built: the parts, and how many events are done, of how many."""

    missing: list[int]
    done: int
    of: int


def left(connection: psycopg.Connection[Any], generation: int, start: int) -> Left:
    """How far a build up to a position has come."""
    built = {part: events for part, events, _ in connection.execute(SQL["built"], (generation,))}
    [(of,)] = connection.execute(SQL["volume"], (start,)).fetchall()
    return Left([part for part in range(PARTS) if part not in built], sum(built.values()), of)


def build_part(
    owner: str, generation: int, part: int, start: int, rules: Ruleset, tables: Sequence[str] = TABLES
) -> tuple[int, int]:
    """Project every dossier of one partition of the log up to a position; rows and note are one transaction."""
    collect_seldom()
    events = dossiers = 0
    with psycopg.connect(owner, application_name="dossier-part") as reader, psycopg.connect(owner) as writer:
        writer.execute(SQL["part_turn"], (generation, part))
        if built := writer.execute(SQL["part_found"], (generation, part)).fetchone():
            return built[0], built[1]
        chunk: list[Projected] = []
        for dossier, stored in histories(reader, part, start):
            chunk.append(project(dossier, stored, rules, tables))
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
    for table, data in store.lines(generation, chunk).items():
        store.copy_rows(writer, f"{table}_{generation}", data)
    store.note_set_aside(writer, generation, chunk)


def _pool(workers: int, events: int) -> Executor:
    """What builds the parts: processes, or this one where starting those would take longer."""
    if events <= ALONE:
        return ThreadPoolExecutor(1)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])  # one process imports what the workers need, and forks them
    return ProcessPoolExecutor(workers, context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Have this worker end when the rebuild it works for is killed: nobody else would end it."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
