"""No table that counts is left out of a backup, whenever it was added."""

from __future__ import annotations

import psycopg

from dossier.backups.tables import PLAIN, tables
from dossier.database.connections import Database

EVERY = (
    "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
PARTS = "SELECT inhrelid::regclass::text FROM pg_inherits"


def test_every_table_is_kept_but_projections_and_the_list_of_migrations(shared_database: Database) -> None:
    with psycopg.connect(shared_database.owner) as connection:
        every = {name for (name,) in connection.execute(EVERY)} - {name for (name,) in connection.execute(PARTS)}
        kept = {table.name for table in tables(connection)}
    left_out = every - kept
    assert {name for name in left_out if not name.startswith("projection.")} == {"public.migration"}
    assert {"journal.event", "journal.event_key", "vault.entry", "registry.agency", "seal.tile"} <= kept


def test_a_table_of_a_later_version_is_kept_too(database: Database) -> None:
    with psycopg.connect(database.owner) as connection:
        connection.execute(
            "CREATE SCHEMA later; CREATE TABLE later.note (a text, b int GENERATED ALWAYS AS (1) STORED)"
        )
        [found] = [table for table in tables(connection) if table.name == "later.note"]
    assert (found.columns, found.order) == (("a",), ("a",))


def test_tables_come_after_those_they_name(shared_database: Database) -> None:
    with psycopg.connect(shared_database.owner) as connection:
        names = [table.name for table in tables(connection)]
    assert names.index("registry.agency") < names.index("seal.witness") < names.index("seal.cosignature")


def test_what_a_table_tells_does_not_depend_on_the_session(database: Database) -> None:
    with psycopg.connect(database.owner) as connection:
        connection.execute(
            "CREATE TABLE public.odd (k text PRIMARY KEY, at timestamptz, b bytea, x float8, n numeric[])"
        )
        connection.execute(
            "INSERT INTO odd VALUES ('é', '2026-10-25 02:30+02', '\\x00ff', 0.1, '{1.10}'),"
            " ('Z', null, '', 1e300, null)"
        )
    told = []
    for options in (PLAIN, f"-c timezone=Asia/Tokyo {PLAIN}"):
        with psycopg.connect(database.owner, options=options) as connection:
            [table] = [table for table in tables(connection) if table.name == "public.odd"]
            with connection.cursor().copy(table.told()) as copy:
                told.append(b"".join(bytes(piece) for piece in copy))
    assert (
        told[0] == told[1] == b"Z\t\\N\t\\\\x\t1e+300\t\\N\n\xc3\xa9\t2026-10-25 00:30:00+00\t\\\\x00ff\t0.1\t{1.10}\n"
    )
