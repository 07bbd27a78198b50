"""A database that was in use before a migration goes on being used after it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from dossier.database.cluster import SUPERUSER
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import migrate
from projections.generations import generations
from projections.project import TABLES
from projections.rulesets.ruleset import ruleset

NEW = ("fact_objective", "statement", "fact_growth", "fact_enterprise", "fact_figure", "fact_technology", "fact_topic",
       "fact_stay", "fact_tie", "fact_delivery", "fact_activity")  # fmt: skip
"""Tables that such a database lacks."""


@pytest.fixture
def before(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[str]:
    """A database that has had the migrations before 0007."""
    name = f"old_{uuid4().hex}"
    for file in (files("dossier.database") / "migrations").iterdir():
        if file.name < "0004":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    create = sql.SQL("CREATE DATABASE {} OWNER dossier_owner TEMPLATE template0").format(sql.Identifier(name))
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
        administrator.execute(create)
        migrate(server.url("dossier_owner", name), tmp_path)
        yield server.url("dossier_owner", name)
        administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


CREATED_BEFORE = (
    b"INSERT INTO projection.generation (ruleset, digest, status, start, position)"
    b" VALUES (%(ruleset)s, %(digest)s, %(status)s, %(start)s, %(start)s) RETURNING id"
)


def test_generations_of_before_are_served_and_cut_off_builds_begin_anew(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tuple(table for table in TABLES if table not in NEW)
    monkeypatch.setattr(generations, "TABLES", old)
    monkeypatch.setitem(generations.SQL, "create", CREATED_BEFORE)
    with psycopg.connect(before) as connection:
        served = generations.create(connection, ruleset(), start=0, status="served")
        generations.attach(connection, served)
        building = generations.create(connection, ruleset(), start=0)
    migrate(before)
    with psycopg.connect(before.replace("dossier_owner", "dossier_app")) as connection:
        for table in (*NEW, "fact_referral"):
            assert connection.execute(sql.SQL("SELECT * FROM {}").format(generations.whole(table))).fetchall() == []
        connection.execute(
            "INSERT INTO projection.fact_objective (generation, dossier, number, objective_id, status, responsible,"
            " blockers) VALUES (%s, gen_random_uuid(), 1, 'o', 'open', '{hub}', '[]')",
            (served,),
        )
        said = "INSERT INTO projection.statement (generation, dossier, enterprise, said) VALUES (%s, %s, '0', '[]')"
        connection.execute(said, (served, uuid4()))
    with psycopg.connect(before) as connection:
        assert connection.execute("SELECT id FROM projection.generation").fetchall() == [(served,)]
        left = connection.execute(
            "SELECT relname FROM pg_class WHERE relname ~ %s AND relnamespace = 'projection'::regnamespace",
            (f"_{building}$",),
        ).fetchall()
        assert left == []
