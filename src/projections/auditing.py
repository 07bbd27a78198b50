"""Served projections against a replay of the log, and figures against a recount of it: nothing stored is trusted."""

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
from projections import exchange, store
from projections.facts_reader import FACTS, root_of, table_of, with_rules
from projections.figures import Asked, digest_of, figure, hide
from projections.indicator import indicator
from projections.project import TABLES, Projected, project
from projections.rulebook import last_activated, lookup
from projections.ruleset import Ruleset
from projections.store import Generation

CHUNK = 500
Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]
REPLAYED = "audit_"
"""What the names of the temporary tables of a replay begin with."""


def audit_projections(connection: Connection, conninfo: str, progress: Progress) -> int:
    """Project the log anew up to where the served generation stands, and compare. How many dossiers. Raises Wrong.

    The caller's transaction, of isolation REPEATABLE READ, is the snapshot; the log is read by a second connection,
    since it only ever grows.
    """
    generation = store.served(connection)
    if generation is None:
        raise Wrong("projection.generation: none is served")
    rules = lookup(connection, generation.ruleset)
    expect(generation.digest == rules.digest, "projection.generation: the ruleset's digest is another")
    activated = last_activated(connection, rules)
    expect(rules.id == activated.id, f"projection.generation: the log says that {activated.id} is in force")
    reached = generation.position <= head(connection)
    expect(reached, f"projection.generation: the log does not reach position {generation.position}")
    dossiers, aside = replay(connection, conninfo, generation, rules, progress)
    for table in TABLES:
        _compare(connection, table, generation.id)
    held = {position: reason for position, _, reason, _ in connection.execute(store.SQL["set_asides"])}
    expect(held == aside, "projection.set_aside: other events are set aside than a replay sets aside")
    return dossiers


def audit_figure(
    connection: Connection, conninfo: str, told: dict[str, Any], progress: Progress, *, readings_kept: bool = True
) -> dict[str, Any]:
    """Count a published figure again, from the log alone, cut where its certificate says. The recount. Raises Wrong.

    `told` is the answer of `/v1/indicators/{name}`, with the `from` and `to` it was asked for where it was;
    `readings_kept` is whether the access ledger and the vault are there too, which some indicators count.
    """
    if indicator(told["indicator"]).ledger and not readings_kept:
        raise Wrong(f"{told['indicator']} counts readings too, which are not in an exported log: leave out --log")
    certificate = told["certificate"]
    told_of = "readings" in certificate or not indicator(told["indicator"]).ledger
    expect(told_of, "the certificate does not say how many readings were counted")
    rules = lookup(connection, certificate["ruleset"])
    expect(rules.digest == certificate["ruleset_digest"], "the ruleset's digest is another: these are other rules")
    position = int(certificate["position"])
    expect(position <= head(connection), f"the log does not reach position {position}")
    root = root_of(connection, position)
    expect(root == certificate["root"], f"the tree over {position} events has another root: this is another log")
    generation = Generation(0, rules.id, rules.digest, position, root)
    replay(connection, conninfo, generation, rules, progress)
    facts = {table: table_of(connection, sql.Identifier("pg_temp", REPLAYED + table), 0) for table in FACTS}
    if indicator(told["indicator"]).ledger:
        facts["fact_exchange"] = exchange.table(connection, position, int(certificate["readings"]))
    facts = with_rules(facts, rules)
    asked = Asked(told["by"], told.get("from"), told.get("to"), controlled=False)
    counted = figure(indicator(told["indicator"]), asked, generation, facts)
    rows = [hide(row, told["by"]) if hidden else row for row, hidden in _beside(counted["rows"], told)]
    expect(rows == told["rows"], "the rows are not what the log comes to")
    digest = digest_of(rows)
    expect(certificate["result_digest"] == digest, "the certificate is not what the log comes to")
    return counted | {"rows": rows, "certificate": certificate}


def _beside(rows: list[dict[str, Any]], told: dict[str, Any]) -> list[tuple[dict[str, Any], bool]]:
    """Each row that was counted, and whether it was told as hidden: what hides it is not for a recount to say."""
    hidden = [{name: row[name] for name in told["by"]} for row in told["rows"] if row["suppressed"]]
    return [(row, {name: row[name] for name in told["by"]} in hidden) for row in rows]


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


def _compare(connection: Connection, table: str, generation: int) -> None:
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
