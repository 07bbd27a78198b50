"""Fingerprints: rows that nothing sealed vouches for say whether anybody but the program changed them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.conftest import copied

from dossier.auditing.fingerprints import DIGESTED, FINGERPRINTED, check_fingerprints
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import digests, migrate
from dossier.verification.wrong import Wrong

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "verify-the-log.md"
RUN = """
    INSERT INTO imports.run (id, mapping, declared, file, dry_run, status, position, started_at)
    VALUES (gen_random_uuid(), 'm', 'd', 'a;b', false, 'running', 0, '2026-03-29 02:30+01')
"""
WORD = "INSERT INTO registry.unmapped VALUES ('hub', 't', 'f', 'word', 1, 0, now(), now(), '{1}')"


def stranger(server: EmbeddedPostgres, database: Database) -> psycopg.Connection[Any]:
    """Somebody who may do anything to a database, and is not the program."""
    return psycopg.connect(server.url(SUPERUSER, str(conninfo_to_dict(database.owner)["dbname"])), autocommit=True)


def test_the_tables_are_those_whose_trigger_draws_one(database: Database) -> None:
    with psycopg.connect(database.app) as app:
        found = app.execute(
            "SELECT relnamespace::regnamespace || '.' || relname, tgnargs FROM pg_trigger "
            "JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'fingerprint'"
        )
        assert dict(found.fetchall()) == {table: int(table in DIGESTED) for table in FINGERPRINTED}


def test_the_guide_names_each_of_them() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [table for table in FINGERPRINTED if f"`{table}`" not in text] == []


@pytest.mark.parametrize("role", ["app", "owner"])
def test_what_the_program_leaves_is_in_order(database: Database, role: str) -> None:
    with psycopg.connect(getattr(database, role), autocommit=True) as program:
        program.execute(RUN)
        program.execute("UPDATE imports.run SET rows = 7")
        program.execute("UPDATE imports.run SET file = '', status = 'done'")
        check_fingerprints(program)


@pytest.mark.parametrize("statement", [RUN, "UPDATE imports.run SET rows = 7", "UPDATE imports.run SET file = 'a;c'"])
def test_what_somebody_else_leaves_is_found(server: EmbeddedPostgres, database: Database, statement: str) -> None:
    with psycopg.connect(database.app, autocommit=True) as app, stranger(server, database) as other:
        app.execute(RUN)
        other.execute(statement.encode())
        with pytest.raises(Wrong, match=r"^imports\.run: row \[\"[-0-9a-f]{36}\"\] is not as the program left it$"):
            check_fingerprints(app)


def test_a_file_that_was_changed_without_its_digest_is_found(server: EmbeddedPostgres, database: Database) -> None:
    with psycopg.connect(database.app, autocommit=True) as app, stranger(server, database) as other:
        app.execute(RUN)
        other.execute("SET session_replication_role = replica")
        other.execute("UPDATE imports.run SET file = 'a;c'")
        with pytest.raises(Wrong, match=r"^imports\.run"):
            check_fingerprints(app)


def test_what_an_organisation_wrote_is_not_told(server: EmbeddedPostgres, database: Database) -> None:
    """Its words may be anything."""
    with psycopg.connect(database.app, autocommit=True) as app, stranger(server, database) as other:
        app.execute(WORD)
        other.execute("UPDATE registry.unmapped SET recorded = 99")
        with pytest.raises(Wrong) as raised:
            check_fingerprints(app)
    assert str(raised.value) == 'registry.unmapped: row ["hub", "t", "f"] is not as the program left it'


def test_a_fingerprint_is_alike_whatever_a_session_asks_for(database: Database) -> None:
    with psycopg.connect(database.app, autocommit=True) as app:
        for setting in ("timezone = 'Asia/Kathmandu'", "bytea_output = 'escape'", "extra_float_digits = -3"):
            app.execute(sql.SQL("SET ") + sql.SQL(setting))
        app.execute(RUN)
        app.execute(
            "INSERT INTO projection.rehearsal (id, ruleset, digest, against, status, per_second) "
            "VALUES (gen_random_uuid(), 'r', 'd', 'a', 'running', 1234.56789012345678)"
        )
        check_fingerprints(app)
    with psycopg.connect(database.app) as another:
        check_fingerprints(another)


def test_what_was_there_before_is_taken_as_it_is_found(server: EmbeddedPostgres) -> None:
    with copied(server, "template0") as empty:
        migrate(empty.owner, names=[name for name in digests() if name < "0033"])
        with psycopg.connect(empty.app, autocommit=True) as app:
            for statement in (RUN, WORD):
                app.execute(statement.encode())
            migrate(empty.owner)
            check_fingerprints(app)
            app.execute("UPDATE imports.run SET rows = 7")
            check_fingerprints(app)
