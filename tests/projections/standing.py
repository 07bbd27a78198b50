"""How the projections of a database stand: caught up step by step, and compared row by row."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from tests.posting import AGENCIES, cloud_event
from tests.projections.telling import Told

from dossier.catalogue.fact import PREFIX
from dossier.log import Log
from dossier.writing import Accepted
from projections.generations import generations, live
from projections.generations.parts import PARTS, build_part
from projections.project import TABLES
from projections.rulesets.ruleset import ruleset

Rows = dict[str, set[Any]]


def catch_up(conninfo: str, batch: int = live.BATCH) -> int:
    """Project until nothing is new; how many steps it took."""
    steps = 0
    with psycopg.connect(conninfo, autocommit=True) as connection:
        while live.step(connection, batch):
            steps += 1
    return steps


def rows(owner: str, generation: int | None = None, of: Collection[UUID] = ()) -> Rows:
    """Every row of a generation (of the served one, if none is named) by table, without its number.

    `of` bounds it to some dossiers.
    """
    found: Rows = {}
    with psycopg.connect(owner) as connection:
        if generation is None:
            generation = served(owner)
        for table in (*TABLES, "set_aside"):
            query = sql.SQL(
                "SELECT (to_jsonb(t) - '{{generation,at,fingerprint}}'::text[])::text FROM {} t "
                "WHERE generation = {} AND {}"
            )
            bound = sql.SQL("dossier = ANY({})").format(sql.Literal(list(of))) if of else sql.SQL("true")
            named = query.format(sql.Identifier("projection", table), sql.Literal(generation), bound)
            found[table] = {row[0] for row in connection.execute(named)}
    return found


def served(owner: str) -> int:
    """The number of the generation being served."""
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT id FROM projection.generation WHERE status = 'served'").fetchone()
    assert row is not None
    return int(row[0])


def rebuilt_rows(owner: str, of: Collection[UUID] = ()) -> Rows:
    """What a rebuild would make of the whole log now: built in this process, looked at, and taken away again."""
    with psycopg.connect(owner, autocommit=True) as connection:
        row = connection.execute("SELECT coalesce(max(position), 0) FROM journal.event").fetchone()
        assert row is not None
        generation = generations.create(connection, ruleset(), start=row[0])
        for part in range(PARTS):
            build_part(owner, generation, part, row[0], ruleset())
        generations.attach(connection, generation)
        found = rows(owner, generation, of)
        generations.drop(connection, generation)
    return found


def tell(log: Log, dossier: UUID, told: list[Told]) -> list[int]:
    """Post facts on a dossier, each by its own organisation; their positions. All must be taken."""
    positions = []
    for one in told:
        said = dict(one)
        at, by = str(said.pop("at", "2024-03-01")), said.pop("by", "hub")
        ((name, data),) = said.items()
        time = at if "T" in at else f"{at}T09:00:00+01:00"
        event = cloud_event(name, data, dossier, AGENCIES[by], time=time)
        assert event["type"] == f"{PREFIX}{name}.v1"
        [outcome] = log.post([event], AGENCIES[by]).result(30)
        assert isinstance(outcome, Accepted), outcome
        positions.append(outcome.recorded.position)
    return positions
