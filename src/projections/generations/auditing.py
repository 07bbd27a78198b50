"""Served projections against a replay of the log: nothing stored is trusted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from dossier.sealing.reading import head
from dossier.verification.wrong import Wrong, expect
from projections.generations import generations, store
from projections.generations.generation_audit import check_parts, check_set_aside
from projections.generations.generations import SQL
from projections.generations.store import Generation
from projections.project import TABLES, Projected, project
from projections.rulesets.rulebook import last_activated, lookup
from projections.rulesets.ruleset import Ruleset

CHUNK = 500
Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]
REPLAYED = "audit_"
"""What the names of the temporary tables of a replay begin with."""


def begin_snapshot(connection: Connection) -> None:
    """Begin the transaction of an audit, in one snapshot: no generation that is in it goes before it ends.

    Locks come first: what was dropped between a snapshot and its first look would be missed in what is there.
    """
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    for table in TABLES:
        connection.execute(_made("LOCK TABLE {whole} IN ACCESS SHARE MODE", table))


def audit_projections(connection: Connection, conninfo: str, progress: Progress) -> int:
    """Project the log anew up to where each generation stands, and compare. How many dossiers are served. Raises Wrong.

    The caller's transaction, as of `begin_snapshot`, is the snapshot; the log is read by a second connection,
    since it only ever grows. What another program made, or other rules, is held against the hash taken of it.
    """
    generation = store.served(connection)
    if generation is None:
        raise Wrong("projection.generation: none is served")
    rules = lookup(connection, generation.ruleset)
    expect(
        generation.digest == rules.digest, "projection.generation: the ruleset's digest is another: `dossier rebuild`"
    )
    activated = last_activated(connection, rules)
    expect(rules.id == activated.id, f"projection.generation: the log says that {activated.id} is in force")
    dossiers = _audit(connection, conninfo, generation, rules, progress)
    for *beside, made_by, content in connection.execute(SQL["beside"]).fetchall():
        _audit_beside(connection, conninfo, Generation(*beside), made_by, content, progress)
    return dossiers


def _audit_beside(
    connection: Connection, conninfo: str, own: Generation, made_by: str, content: str | None, progress: Progress
) -> None:
    """Hold one that is not served against a replay; or, where this program cannot make it again, against its hash."""
    if not generations.is_attached(connection, own.id):
        return  # dropped since the snapshot was taken
    if made_by == generations.program() and own.digest == (rules := lookup(connection, own.ruleset)).digest:
        _audit(connection, conninfo, own, rules, progress)
    elif content is not None:
        same = generations.whole_content(connection, own.id) == content
        expect(same, f"projection.generation: generation {own.id} holds other rows than when it was put by")


def _audit(connection: Connection, conninfo: str, generation: Generation, rules: Ruleset, progress: Progress) -> int:
    """Hold a generation against a replay; how many dossiers it has."""
    reached = generation.position <= head(connection)
    expect(reached, f"projection.generation: the log does not reach position {generation.position}")
    dossiers, aside = replay(connection, conninfo, generation, rules, progress)
    for table in TABLES:
        compare(connection, table, generation.id)
    check_set_aside(connection, generation.id, aside)
    check_parts(connection, generation.id)
    return dossiers


def replay(
    connection: Connection, conninfo: str, generation: Generation, rules: Ruleset, progress: Progress
) -> tuple[int, dict[int, str]]:
    """Project the log up to a generation's position into temporary tables, which go when the transaction ends.

    How many dossiers, and which events were set aside.
    """
    connection.execute("SET LOCAL client_min_messages TO warning")
    for table in TABLES:
        connection.execute(_made("DROP TABLE IF EXISTS {own}", table))
        connection.execute(_made("CREATE TEMPORARY TABLE {own} (LIKE {whole}) ON COMMIT DROP", table))
    aside: dict[int, str] = {}
    dossiers = events = 0
    with psycopg.connect(conninfo) as reader, closing(_histories(reader, generation.position)) as histories:
        for chunk in _chunks(histories):
            projected = [project(dossier, stored, rules) for dossier, stored in chunk]
            _write(connection, generation.id, projected)
            aside |= {position: reason for one in projected for position, reason in one.set_aside.items()}
            dossiers += len(chunk)
            events += sum(len(stored) for _, stored in chunk)
            progress(events, generation.position)
    return dossiers, aside


def _histories(reader: Connection, until: int) -> Generator[tuple[UUID, list[Any]], None, None]:
    """The histories of all dossiers up to a position, one at a time, in constant memory."""
    query = sql.SQL(
        "COPY (SELECT uuid_send(dossier), version, position, stored FROM journal.event WHERE position <= {}"
        " ORDER BY dossier, version) TO STDOUT (FORMAT BINARY)"
    ).format(sql.Literal(until))
    with reader.cursor().copy(query) as copy:
        copy.set_types(["bytea", "int4", "int8", "bytea"])
        for dossier, rows in groupby(copy.rows(), key=itemgetter(0)):
            yield UUID(bytes=dossier), [row[1:] for row in rows]


def _chunks(found: Iterator[Any]) -> Iterator[list[Any]]:
    chunk = []
    for one in found:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _write(connection: Connection, generation: int, projected: list[Projected]) -> None:
    for table, rows in store.lines(generation, projected).items():
        with connection.cursor().copy(_made("COPY {own} FROM STDIN", table)) as copy:
            copy.write(rows)


def compare(connection: Connection, table: str, generation: int) -> None:
    """Raise Wrong at a row that only one side has."""
    row = connection.execute(
        _made(
            "(SELECT dossier FROM (TABLE {own} EXCEPT ALL SELECT * FROM {whole} WHERE generation = {generation}) a) "
            "UNION ALL "
            "(SELECT dossier FROM (SELECT * FROM {whole} WHERE generation = {generation} EXCEPT ALL TABLE {own}) b) "
            "LIMIT 1",
            table,
            generation,
        )
    ).fetchone()
    expect(row is None, f"projection.{table}: dossier {row[0] if row else ''} is not what a replay of the log makes")


def _made(statement: str, table: str, generation: int = 0) -> sql.Composed:
    return sql.SQL(statement).format(
        own=sql.Identifier("pg_temp", REPLAYED + table),
        whole=sql.Identifier("projection", table),
        generation=sql.Literal(generation),
    )
