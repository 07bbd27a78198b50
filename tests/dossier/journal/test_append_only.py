"""Nobody changes or removes what is in the log: the application may not, and the owner is refused too."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from tests.dossier.journal.drafting import NOW, draft

from dossier.database.connections import Database
from dossier.journal import Journal

DOSSIER = UUID("01890000-0000-7000-8000-000000000001")
PARTS = ["journal.event", *(f"journal.event_{part}" for part in range(8))]
OF_THE_LOG = [
    statement.format(table)
    for table in PARTS
    for statement in (
        "UPDATE {} SET stored = ''",
        "UPDATE {} SET position = position + 1",
        "DELETE FROM {}",
        "TRUNCATE {}",
    )
]
OF_THE_KEYS = [
    "UPDATE journal.event_key SET version = 2",
    "DELETE FROM journal.event_key",
    "TRUNCATE journal.event_key",
]
COLUMNS = "position, dossier, version, type, agency, recordedtime, stored"
COPY = f"INSERT INTO journal.event ({COLUMNS}) SELECT {COLUMNS} FROM journal.event"
ROUNDABOUT = [
    "DELETE FROM journal.stored_event",
    "UPDATE journal.stored_event SET state = ''",
    f"{COPY} ON CONFLICT (dossier, version) DO UPDATE SET stored = ''",
    "MERGE INTO journal.event e USING journal.event f ON e.position = f.position WHEN MATCHED THEN DELETE",
    "SELECT * FROM journal.event FOR UPDATE",
    "LOCK TABLE journal.event IN EXCLUSIVE MODE",
    "DROP TABLE journal.event",
    "ALTER TABLE journal.event DISABLE TRIGGER ALL",
    "ALTER TABLE journal.event DETACH PARTITION journal.event_0",
    "DROP TRIGGER append_only ON journal.event",
    "CREATE RULE gone AS ON INSERT TO journal.event DO INSTEAD NOTHING",
    "CREATE TABLE journal.other ()",
    "SET ROLE dossier_owner",
    "SET session_replication_role = replica",
    "UPDATE vault.entry SET personal = ''",
]
BY_THE_READER = [
    "SELECT * FROM vault.entry",
    "DELETE FROM journal.event",
    "INSERT INTO journal.event_key VALUES ('\\x00000000000000000000000000000000', gen_random_uuid(), 1)",
    COPY,
    "DELETE FROM vault.entry",
    "DELETE FROM journal.holding",
]


@pytest.fixture(scope="module")
def filled(shared_database: Database) -> Database:
    """A database with an event in it."""
    journal = Journal(shared_database.app)
    journal.append([draft(DOSSIER, 1, note="Amina")], NOW, held=[("0403019261", DOSSIER)])
    journal.close()
    return shared_database


@pytest.fixture
def unchanged(filled: Database) -> Iterator[Database]:
    """The same, found as it was afterwards."""
    before = contents(filled)
    yield filled
    assert contents(filled) == before


def contents(database: Database) -> list[list[tuple[object, ...]]]:
    with psycopg.connect(database.owner) as connection:
        tables = ("journal.event", "journal.event_key", "vault.entry", "journal.holding")
        return [connection.execute(f"TABLE {table}".encode()).fetchall() for table in tables]


def execute(conninfo: str, statement: str) -> None:
    with psycopg.connect(conninfo) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", [*OF_THE_LOG, *OF_THE_KEYS, *ROUNDABOUT])
def test_the_application_is_refused(unchanged: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(unchanged.app, statement)


@pytest.mark.parametrize("statement", OF_THE_LOG)
def test_the_owner_is_refused_too(unchanged: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        execute(unchanged.owner, statement)


@pytest.mark.parametrize("statement", BY_THE_READER)
def test_the_reader_changes_nothing_and_sees_no_person(unchanged: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(unchanged.reader, statement)


def test_the_digest_cannot_be_given(unchanged: Database) -> None:
    with pytest.raises(psycopg.errors.GeneratedAlways):
        execute(
            unchanged.app,
            "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored, digest) "
            "VALUES (2, gen_random_uuid(), 1, 't', 'a', now(), '', '')",
        )


def test_every_part_of_the_log_is_tried_here(filled: Database) -> None:
    with psycopg.connect(filled.owner) as connection:
        parts = connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'journal.event'::regclass"
        ).fetchall()
    assert {part for (part,) in parts} == set(PARTS[1:])
