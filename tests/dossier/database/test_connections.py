"""Each role has a connection, and the log is append-only whichever way a role connects."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from dossier.database import connections
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database, as_role, open_database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable
from dossier.database.migrate import migrate
from dossier.database.options import PROGRAM, for_anybody, with_option
from dossier.settings import Settings

EVENT = """
INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored)
VALUES (1, '00000000-0000-0000-0000-000000000001', 1, 'noted', 'hub', now(), '{}')
"""
CHANGES = {
    "update": "UPDATE journal.event SET agency = 'other'",
    "delete": "DELETE FROM journal.event",
    "truncate": "TRUNCATE journal.event",
    "update a part": "UPDATE journal.event_0 SET agency = 'other'",
    "delete from a part": "DELETE FROM journal.event_0",
    "truncate a part": "TRUNCATE journal.event_0",
}


def logged_in(database: Database, server: EmbeddedPostgres) -> Database:
    """Each role logs in under its own name, as on the embedded server."""
    return database


def acting(database: Database, server: EmbeddedPostgres) -> Database:
    """One user acts as each role, as on a server that only DOSSIER_DATABASE_URL names."""
    url = server.url(SUPERUSER, str(conninfo_to_dict(database.owner)["dbname"]))
    with open_database(Settings(database_url=url)) as found:
        return Database(database.owner, found.app, found.reader)


@pytest.fixture(scope="module", params=[logged_in, acting], ids=["logged in", "acting"])
def roles(request: pytest.FixtureRequest, shared_database: Database, server: EmbeddedPostgres) -> Database:
    form: Callable[[Database, EmbeddedPostgres], Database] = request.param
    return form(shared_database, server)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["owner", "app", "reader"])
def test_no_role_changes_the_log(roles: Database, role: str, change: str) -> None:
    with (
        psycopg.connect(getattr(roles, role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(CHANGES[change].encode())


def test_the_app_adds_to_the_log(roles: Database) -> None:
    with psycopg.connect(roles.app) as connection:
        assert connection.execute(EVENT).rowcount == 1
        connection.rollback()


def test_the_reader_does_not_see_the_vault(roles: Database) -> None:
    with psycopg.connect(roles.reader) as connection:
        connection.execute("SELECT count(*) FROM journal.event")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM vault.entry")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("postgresql://me@host/base", "postgresql://me@host/base?options=-c%20role%3Ddossier_app"),
        (
            "postgresql://me@host/base?sslmode=require&options=-c%20jit%3Doff",
            "postgresql://me@host/base?sslmode=require&options=-c%20jit%3Doff%20-c%20role%3Ddossier_app",
        ),
        ("host=there dbname=base", "host=there dbname=base options='-c role=dossier_app'"),
    ],
)
def test_a_connection_takes_a_role_beside_what_it_had(before: str, after: str) -> None:
    assert conninfo_to_dict(as_role(before, "dossier_app")) == conninfo_to_dict(after)
    assert ("://" in before) == ("://" in as_role(before, "dossier_app"))


@pytest.mark.parametrize(
    "conninfo",
    ["postgresql://me@host/base", "postgresql://me@host/base?options=-c%20jit%3Doff", "dbname=base host=there"],
)
def test_a_connection_of_the_program_s_is_anybody_s_without_what_it_says_of_itself(conninfo: str) -> None:
    given = with_option(conninfo, PROGRAM)
    assert given != conninfo
    assert (for_anybody(given), for_anybody(conninfo)) == (conninfo, conninfo)


def test_connections_given_for_the_roles_are_used(server: EmbeddedPostgres) -> None:
    app, reader = "postgresql://app@there/base", "postgresql://reader@there/base"
    settings = Settings(database_url=server.url(SUPERUSER), app_database_url=app, reader_database_url=reader)
    with open_database(settings) as found:
        assert (found.app, found.reader) == (app, reader)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server that never heard of dossier, but for two users with a database each."""
    with EmbeddedPostgres(tmp_path) as server:
        with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
            administrator.execute("DROP DATABASE dossier")
            administrator.execute("DROP ROLE dossier_owner, dossier_app, dossier_reader")
            administrator.execute("CREATE ROLE landlord LOGIN CREATEROLE")
            administrator.execute("CREATE DATABASE house OWNER landlord")
            administrator.execute("CREATE ROLE lodger LOGIN")
        yield server


def test_a_server_of_ones_own_gets_the_roles_and_needs_no_superuser(bare: EmbeddedPostgres) -> None:
    for _ in ("first start", "second start"):
        with open_database(Settings(database_url=bare.url("landlord", "house"))) as found:
            migrate(found.owner)
            for conninfo, role in ((found.app, "dossier_app"), (found.reader, "dossier_reader")):
                with psycopg.connect(conninfo) as connection:
                    assert connection.execute("SELECT current_user").fetchone() == (role,)


def test_a_user_without_the_right_to_create_roles_is_told_what_to_do(bare: EmbeddedPostgres) -> None:
    settings = Settings(database_url=bare.url("lodger", "house"))
    with (
        pytest.raises(DatabaseUnavailable, match=r"as an administrator, CREATE ROLE dossier_app"),
        open_database(settings),
    ):
        pass


def test_a_server_that_is_too_old_is_refused(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "OLDEST", 99)
    with (
        pytest.raises(DatabaseUnavailable, match="is PostgreSQL 18: upgrade it to 99 or later"),
        open_database(Settings(database_url=server.url(SUPERUSER))),
    ):
        pass


def test_an_unreachable_server_is_named_in_one_line(tmp_path: Path) -> None:
    settings = Settings(database_url=f"postgresql://me:secret@/base?host={tmp_path}")
    said = r"^cannot connect to DOSSIER_DATABASE_URL: .*$"
    with pytest.raises(DatabaseUnavailable, match=said) as refusal, open_database(settings):
        pass
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ["mysql://me:secret@there", "postgresql://me:se secret@there/base", "secret"])
@pytest.mark.parametrize("field", ["database_url", "app_database_url"])
def test_what_is_no_connection_is_told_without_what_it_holds(field: str, url: str, tmp_path: Path) -> None:
    settings = Settings(**{"database_url": f"postgresql://me@/base?host={tmp_path}", field: url})  # type: ignore[arg-type]
    said = f"^DOSSIER_{field.upper()} is no connection: it cannot be read"
    with pytest.raises(DatabaseUnavailable, match=said) as refusal, open_database(settings):
        pass
    assert "secret" not in str(refusal.value)


def test_a_parameter_that_there_is_not_is_named() -> None:
    settings = Settings(database_url="postgresql://me:secret@there/base?sslmod=require")
    with pytest.raises(DatabaseUnavailable, match='invalid URI query parameter: "sslmod"'), open_database(settings):
        pass


def test_a_database_without_all_letters_is_refused(bare: EmbeddedPostgres) -> None:
    with psycopg.connect(bare.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
        made = "CREATE DATABASE old OWNER landlord TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
        administrator.execute(made)
    said = "is in LATIN1, which has not all letters: make it with ENCODING 'UTF8'"
    with (
        pytest.raises(DatabaseUnavailable, match=said),
        open_database(Settings(database_url=bare.url("landlord", "old"))),
    ):
        pass
