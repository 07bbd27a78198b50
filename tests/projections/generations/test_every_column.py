"""A value changed in any column of any table is found, whatever that table is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.projections.standing import catch_up, tell
from tests.projections.telling import Told
from tests.projections.whole import Whole

from api.demonstration.fill import fill
from dossier.auditing.fingerprints import FINGERPRINTED, check_fingerprints
from dossier.auditing.whole import audit
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.log import running_log
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.generations import store
from projections.generations.auditing import compare, replay
from projections.generations.generations import ensure_served
from projections.generations.rebuild import rebuild
from projections.project import TABLES
from projections.rulesets.rulebook import lookup
from projections.rulesets.ruleset import ruleset

Connection = psycopg.Connection[Any]
COLUMNS = """
    SELECT n.nspname || '.' || c.relname, a.attname, t.typname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND n.nspname !~ '^(pg_|information_schema)'
    AND a.attgenerated = '' AND a.attidentity = '' ORDER BY 1, a.attnum
"""
OTHER = {
    "text": "coalesce({c}, '') || 'x'",
    "int2": "coalesce({c}, 0) + 1003",
    "int4": "coalesce({c}, 0) + 1000003",
    "int8": "coalesce({c}, 0) + 1000003",
    "numeric": "coalesce({c}, 0) + 1000003",
    "float8": "coalesce({c}, 0) + 1000003",
    "bool": "{c} IS NOT TRUE",
    "bytea": "set_byte(coalesce(nullif({c}, ''), '\\x00'), 0, get_byte(coalesce(nullif({c}, ''), '\\x00'), 0) # 1)",
    "uuid": "gen_random_uuid()",
    "date": "coalesce({c}, '2026-01-01') + 1",
    "timestamptz": "coalesce({c}, '2026-01-01') + interval '1 us'",
    "series": "CASE {c} WHEN 'events' THEN 'readings' ELSE 'events' END",
    "jsonb": "jsonb_build_array({c})",
    "_text": "coalesce({c}, '{{}}') || '{{x}}'",
    "_int8": "coalesce({c}, '{{}}') || '{{7}}'",
    "_date": "coalesce({c}, '{{}}') || '{{2026-01-01}}'",
}
"""By its type, what a value is changed to."""
PROJECTED = {f"projection.{table}" for table in TABLES}
PUBLISHED = """
    INSERT INTO statistics.publication
        (indicator, number, position, ruleset, ruleset_digest, certificate, contributions, cells)
    VALUES ('survival', 1, 7, 'r', 'd', '{}', '\\x01', '\\x02')
"""
GROWN: list[Told] = [
    {"dossier-opened": {}},
    {"enterprise-linked": {"legal_identifier": "0472909840", "role": "founder"}},
    *(
        {"figures-reported": {"legal_identifier": "0472909840", "period": f"{year}", "headcount_fte": 10 + year % 100}}
        for year in range(2020, 2025)
    ),
]
WORKED = """
    INSERT INTO imports.run (id, mapping, declared, file, dry_run, status, position)
    VALUES ('00000000-0000-4000-8000-000000000001', 'm', 'd', 'a;b', false, 'running', 0);
    INSERT INTO imports.fault SELECT id, 3, 1, 'c', 'h', 'v', 'a' FROM imports.run;
    INSERT INTO projection.rehearsal (id, ruleset, digest, against, status)
    VALUES ('00000000-0000-4000-8000-000000000001', 'r', 'd', 'a', 'running');
    INSERT INTO projection.rehearsed_dossier
    SELECT id, gen_random_uuid(), 'phase', 'a', 'b', '{}', '{}' FROM projection.rehearsal;
    INSERT INTO projection.rehearsed_figure SELECT id, 1, 'survival', '{}', '1', '2' FROM projection.rehearsal;
    INSERT INTO projection.set_aside SELECT id, 1, gen_random_uuid(), 'r' FROM projection.generation;
    INSERT INTO registry.unmapped VALUES ('hub', 't', 'f', 'word', 1, 0, now(), now(), '{1}');
    INSERT INTO vault.registration VALUES (sha256('k'), gen_random_uuid(), sha256('c'));
    INSERT INTO webhook.subscription (id, agency, url, position, secret)
    VALUES ('00000000-0000-4000-8000-000000000001', 'hub', 'https://hub.example/hook', 0, 's');
    INSERT INTO webhook.delivery
    SELECT id, 1, 't', 'delivered', 0, '[]', now(), now() FROM webhook.subscription;
"""
"""What no event of the demonstration comes to."""
CHOSEN = {
    ("imports.run", "status"): "'failed'",
    ("projection.fact_objective", "status"): "CASE {c} WHEN 'reached' THEN 'dropped' ELSE 'reached' END",
    ("projection.generation", "status"): "'draft'",
    ("projection.rehearsal", "status"): "'failed'",
    ("seal.checkpoint", "root"): "sha256({c})",
    ("registry.service", "capacity"): "'closed'",
    ("seal.census", "bucket"): "({c} + 1) % 65536",
    ("seal.census_page", "level"): "({c} + 1) % 3",
    ("webhook.delivery", "status"): "'failed'",
    ("webhook.delivery", "due_at"): "now(), status = 'waiting'",
    ("webhook.subscription", "previous_secret"): "'s', previous_until = now()",
    ("webhook.subscription", "previous_until"): "now(), previous_secret = 's'",
    ("webhook.subscription", "relation"): "'own'",
    ("webhook.subscription", "status"): "'disabled'",
}
"""Where the database takes some values alone."""


@pytest.fixture(scope="module")
def app(shared_database: Database) -> str:
    return shared_database.app


@pytest.fixture(scope="module")
def filled_once(server: EmbeddedPostgres, shared_database: Database) -> Iterator[Connection]:
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        fill(log, 60, 3, date(2025, 6, 30))
        tell(log, new_dossier_id(), GROWN)
    catch_up(shared_database.app)
    rebuild(shared_database.owner, ruleset(), workers=1)
    with psycopg.connect(shared_database.app) as connection:
        connection.execute(WORKED)
    name = str(conninfo_to_dict(shared_database.owner)["dbname"])
    with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.commit()
        superuser.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield superuser


@pytest.fixture
def filled(filled_once: Connection) -> Iterator[Connection]:
    """A log of the demonstration with something in every table, opened by somebody who may do anything to it."""
    yield filled_once
    filled_once.rollback()


class Column(NamedTuple):
    """A column, and what its value is changed to."""

    table: str
    name: str
    other: str


def columns(connection: Connection) -> Iterator[Column]:
    for table, name, kind in connection.execute(COLUMNS):
        yield Column(table, name, CHOSEN.get((table, name), OTHER[kind]).format(c=f't."{name}"'))


def change(connection: Connection, column: Column) -> None:
    """Change a value of the first row, whatever it takes; the schema is as before."""
    table = sql.Identifier(*column.table.split("."))
    statement = sql.SQL(
        "UPDATE {} t SET {} = {} WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM {} "
        "ORDER BY tableoid DESC LIMIT 1)"
    )
    made = statement.format(table, sql.Identifier(column.name), sql.SQL(column.other), table)
    assert connection.execute(made).rowcount == 1, f"{column.table} is empty"


def missed(connection: Connection, changed: Iterable[Column], audited: Callable[[], object]) -> list[Column]:
    """The columns whose change neither the database nor an audit finds, each changed alone and taken back."""
    passed = []
    for column in changed:
        with suppress(Wrong, psycopg.errors.IntegrityError), connection.transaction(force_rollback=True):
            change(connection, column)
            audited()
            passed.append(column)
    return passed


def test_in_a_served_table(filled: Connection, app: str) -> None:
    served = [column for column in columns(filled) if column.table in PROJECTED and column.name != "generation"]
    generation = store.served(filled)
    assert generation is not None
    rules = lookup(filled, generation.ruleset)
    replay(filled, app, generation, rules, lambda done, of: None)
    for table in TABLES:
        compare(filled, table, generation.id)
    for table in TABLES:
        own = [column for column in served if column.table == f"projection.{table}"]
        assert own
        assert missed(filled, own, partial(compare, filled, table, generation.id)) == []


def test_in_a_table_whose_rows_carry_fingerprints(filled: Connection) -> None:
    check_fingerprints(filled)
    own = [column for column in columns(filled) if column.table in FINGERPRINTED]
    assert {column.table for column in own} == FINGERPRINTED.keys()
    assert missed(filled, own, partial(check_fingerprints, filled)) == []


def test_in_any_other_table(whole: Whole) -> None:
    whole.superuser.execute("SET LOCAL session_replication_role = origin")  # so it leaves a deed
    whole.superuser.execute(PUBLISHED)
    whole.superuser.execute("SET LOCAL session_replication_role = replica")
    others = [column for column in columns(whole.superuser) if column.table not in {*FINGERPRINTED, *PROJECTED}]
    assert missed(whole.superuser, others, partial(audit, whole.superuser, None, lambda done, of: None)) == []


def test_by_anybody_but_the_program_with_all_triggers_on(filled: Connection) -> None:
    """Who is not the program, superuser or not, draws no fingerprint."""
    filled.execute("SET LOCAL session_replication_role = origin")
    own = [column for column in columns(filled) if column.table in FINGERPRINTED]
    assert missed(filled, own, partial(check_fingerprints, filled)) == []
