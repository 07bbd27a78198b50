"""The live schema is held against the migrations: whatever was switched off, granted or put beside it is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.conftest import copied

from dossier.auditing.catalog import check_catalog
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import digests, migrate
from dossier.verification.wrong import Wrong
from projections.generations import generations
from projections.generations.generations import ensure_served
from projections.project import TABLES
from projections.rulesets.ruleset import ruleset

Superuser = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def served(shared_database: Database) -> Database:
    """A database with a served generation, one that is built, and one that is being built."""
    ensure_served(shared_database.owner, ruleset())
    with psycopg.connect(shared_database.owner) as owner:
        built = generations.create(owner, ruleset(), start=0, status="kept")
        for table in TABLES:
            generations.index(owner, built, table)
        generations.attach(owner, built)
        generations.create(owner, ruleset(), start=0)
    return shared_database


@pytest.fixture
def superuser(server: EmbeddedPostgres, served: Database) -> Iterator[Superuser]:
    """Somebody who may do anything; what was done is undone."""
    with psycopg.connect(server.url(SUPERUSER, str(conninfo_to_dict(served.owner)["dbname"]))) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("role", ["app", "owner"])
def test_what_migrations_and_rebuilds_make_passes(served: Database, role: str) -> None:
    with psycopg.connect(getattr(served, role)) as connection:
        check_catalog(connection)


STATEMENTS = {
    "DROP TRIGGER append_only ON journal.event": "journal.event: trigger append_only is missing",
    "DROP TRIGGER append_only ON journal.event_3": "journal.event_3: trigger append_only is missing",
    "ALTER TABLE registry.agency DISABLE TRIGGER draw_up_deed": "registry.agency: trigger draw_up_deed is otherwise",
    "ALTER TABLE registry.agency ENABLE REPLICA TRIGGER draw_up_deed": "registry.agency: trigger draw_up_deed is other",
    "ALTER TABLE registry.service DISABLE TRIGGER ALL": "registry.service: constraint service_agency_fkey is otherwise",
    "CREATE TRIGGER more BEFORE INSERT ON journal.event_key FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()": "journal.event_key: trigger more is in no migration",
    "CREATE OR REPLACE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NULL; END'": "journal.refuse_change(): function is otherwise",
    "ALTER FUNCTION registry.draw_up_deed() SECURITY INVOKER": "registry.draw_up_deed(): function is otherwise",
    "ALTER FUNCTION registry.draw_up_deed() RESET search_path": "registry.draw_up_deed(): function is otherwise",
    "ALTER FUNCTION registry.draw_up(text, jsonb) OWNER TO dossier_app": "registry.draw_up(subject text, told jsonb):",
    "GRANT EXECUTE ON FUNCTION registry.draw_up(text, jsonb) TO PUBLIC":
        "registry.draw_up(subject text, told jsonb): rights of everybody is in no migration: EXECUTE",
    "CREATE FUNCTION registry.about(text) RETURNS text LANGUAGE sql AS 'SELECT $1'": "registry.about(text): function",
    "CREATE FUNCTION registry.more() RETURNS int LANGUAGE sql RETURN 1; "
    "ALTER EXTENSION pg_trgm ADD FUNCTION registry.more()": "registry.more(): function is in no migration",
    "CREATE VIEW vault.told AS SELECT 1 AS one; ALTER EXTENSION pg_trgm ADD VIEW vault.told":
        "vault.told: relation is in no migration",
    "CREATE FUNCTION public.similarity(text, name) RETURNS real LANGUAGE sql AS 'SELECT 1'":
        "public.similarity(text, name): function is in no migration",
    "GRANT UPDATE ON journal.event TO dossier_app":
        "journal.event: rights of dossier_app is otherwise than migrations make it: INSERT, SELECT, UPDATE",
    "GRANT INSERT ON journal.event TO dossier_app WITH GRANT OPTION": "journal.event: rights of dossier_app is otherw",
    "GRANT SELECT ON vault.entry TO dossier_reader": "vault.entry: rights of dossier_reader is in no migration",
    "GRANT UPDATE (at) ON ledger.reading TO dossier_app": "ledger.reading: rights of dossier_app on at is in no mig",
    "GRANT USAGE ON SCHEMA vault TO PUBLIC": "vault: rights of everybody is in no migration",
    "GRANT CREATE ON SCHEMA public TO dossier_app": "public: rights of dossier_app is in no migration: CREATE",
    "REVOKE SELECT ON registry.deed FROM dossier_reader": "registry.deed: rights of dossier_reader is missing",
    "ALTER DEFAULT PRIVILEGES FOR ROLE dossier_owner GRANT ALL ON TABLES TO dossier_app":
        "every schema: rights by default",
    "ALTER TABLE ledger.reading OWNER TO dossier_app": "ledger.reading: relation is otherwise",
    "ALTER SCHEMA seal OWNER TO dossier_app": "seal: schema is otherwise",
    "ALTER TABLE ledger.reading SET UNLOGGED": "ledger.reading: relation is otherwise",
    "ALTER TABLE vault.entry ENABLE ROW LEVEL SECURITY": "vault.entry: relation is otherwise",
    "CREATE POLICY hide ON ledger.reading USING (number < 7)": "ledger.reading: policy hide is in no migration",
    "CREATE RULE quiet AS ON INSERT TO registry.deed DO INSTEAD NOTHING": "registry.deed: rule quiet is in no migr",
    "CREATE OR REPLACE VIEW journal.stored_event AS SELECT dossier AS originator_id, version::bigint AS "
    "originator_version, type AS topic, stored AS state, position AS notification_id FROM journal.event "
    "WHERE position <> 7": "journal.stored_event: relation is otherwise",
    "CREATE VIEW vault.more AS SELECT 1 AS one": "vault.more: relation is in no migration",
    "CREATE TABLE public.more (n int)": "public.more: column n is in no migration",
    "ALTER TABLE journal.event ALTER digest DROP EXPRESSION": "journal.event: column digest is otherwise",
    "ALTER TABLE vault.entry ADD COLUMN more text": "vault.entry: column more is in no migration",
    "ALTER TABLE seal.key ALTER COLUMN since SET DEFAULT '2020-01-01'": "seal.key: column since is otherwise",
    "ALTER TABLE ledger.reading ALTER COLUMN kind DROP NOT NULL": "ledger.reading: column kind is otherwise",
    "ALTER TABLE registry.deed DROP CONSTRAINT deed_number_check": "registry.deed: constraint deed_number_check is mi",
    "ALTER DOMAIN seal.series DROP CONSTRAINT series_check": "seal.series: constraint series_check is missing",
    "DROP INDEX projection.generation_served": "projection.generation: index generation_served is missing",
    "CREATE INDEX more ON vault.entry (words)": "vault.entry: index more is in no migration",
    "CREATE TYPE registry.more AS ENUM ('a')": "registry.more: type is in no migration",
    "CREATE OPERATOR public.=== (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text)": "public.===: operator is in no",
    "CREATE SCHEMA evil; CREATE TABLE evil.more () INHERITS (registry.agency)":
        "registry.agency: child evil.more is in no migration",
    "ALTER ROLE dossier_app SUPERUSER": "dossier_app: role is otherwise than migrations make it: a role, superuser",
    "ALTER ROLE dossier_reader BYPASSRLS": "dossier_reader: role is otherwise",
    "GRANT dossier_owner TO dossier_app": "dossier_app: member of the owner is in no migration",
    "GRANT pg_write_all_data TO dossier_app": "dossier_app: member of pg_write_all_data is in no migration",
    "GRANT dossier_app TO dossier_reader": "dossier_reader: member of dossier_app is in no migration",
    "ALTER ROLE dossier_app SET session_replication_role = 'replica'":
        "dossier_app: setting session_replication_role is in no migration: replica",
    "ALTER ROLE ALL SET search_path = 'evil', 'pg_catalog'": "every role: setting search_path is in no migration",
    "GRANT SET ON PARAMETER session_replication_role TO dossier_app":
        "the setting session_replication_role: rights of dossier_app is in no migration: SET",
    "CREATE FUNCTION pg_temp.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER more ON login EXECUTE FUNCTION pg_temp.ev(); "
    "ALTER EXTENSION pg_trgm ADD EVENT TRIGGER more": "the database: event trigger more is in no",
    "CREATE FUNCTION pg_temp.ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER more ON sql_drop EXECUTE FUNCTION pg_temp.ev()": "the database: event trigger more is in no",
    "GRANT UPDATE ON projection.current_1 TO dossier_reader": "projection.current_1: rights of dossier_reader is oth",
    "ALTER TABLE projection.fact_aid_1 DISABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY":
        "projection.fact_aid_1: relation is otherwise",
    "CREATE RULE quiet AS ON UPDATE TO projection.current_2 DO INSTEAD NOTHING": "projection.current_2: rule quiet is",
    "ALTER TABLE projection.fact_phase_2 ADD CHECK (number < 3)": "projection.fact_phase_2: constraint CHECK ((number",
    "ALTER TABLE projection.fact_phase_3 ADD COLUMN more text": "projection.fact_phase_3: column more is in no migr",
    "CREATE INDEX more ON projection.current_1 (phase, ict)": "projection.current_1: index CREATE INDEX",
    "CREATE TABLE projection.more_1 (n int)": "projection.more_1: column n is in no migration",
}  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS)
def test_whatever_is_otherwise_is_found_and_named(superuser: Superuser, statement: str) -> None:
    superuser.execute(statement.encode())
    with pytest.raises(Wrong) as found:
        check_catalog(superuser)
    assert str(found.value).startswith(STATEMENTS[statement])


def test_what_is_found_is_told_in_one_line(superuser: Superuser) -> None:
    superuser.execute("CREATE VIEW vault.\"a\nb\" AS SELECT 'a\nb' AS one")
    with pytest.raises(Wrong) as found:
        check_catalog(superuser)
    assert "\n" not in str(found.value)


def test_an_owner_of_another_name_passes(server: EmbeddedPostgres) -> None:
    with copied(server, "template0") as empty, psycopg.connect(server.url(SUPERUSER), autocommit=True) as administrator:
        name = sql.Identifier(str(conninfo_to_dict(empty.owner)["dbname"]))
        administrator.execute("CREATE ROLE an_operator LOGIN")
        try:
            administrator.execute(sql.SQL("ALTER DATABASE {} OWNER TO an_operator").format(name))
            migrate(empty.owner.replace("dossier_owner", "an_operator"))
            with psycopg.connect(empty.app) as connection:
                check_catalog(connection)
        finally:
            administrator.execute(sql.SQL("ALTER DATABASE {} OWNER TO dossier_owner").format(name))
            with psycopg.connect(empty.owner.replace("dossier_owner", SUPERUSER), autocommit=True) as connection:
                connection.execute("DROP OWNED BY an_operator CASCADE")
            administrator.execute("DROP ROLE an_operator")


def test_what_an_older_version_made_and_this_one_migrated_passes(server: EmbeddedPostgres) -> None:
    """Its generations got their parts of newer tables by migrations."""
    with copied(server, "template0") as empty:
        migrate(empty.owner, names=[name for name in digests() if name < "0023"])
        with psycopg.connect(empty.owner) as owner:
            older = [table for table in TABLES if table != "fact_activity"]
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(generations, "TABLES", older)
                generations.attach(owner, generations.create(owner, ruleset(), start=0, status="served"))
        migrate(empty.owner)
        with psycopg.connect(empty.app) as connection:
            check_catalog(connection)
