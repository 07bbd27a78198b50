"""The connections of each role: to the embedded server, or to the one the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg.conninfo import conninfo_to_dict

from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable
from dossier.database.options import PROGRAM, with_option
from dossier.database.queries import queries
from dossier.settings import Settings, variable

OLDEST = 16  # the first version that grants a role without its rights (WITH SET, INHERIT FALSE)
NAMES_A_PARAMETER = ("invalid URI query parameter", "invalid connection option")
"""How libpq begins to say that it knows no parameter of that name."""


@dataclass(frozen=True)
class Database:
    """Where each role connects, for libpq: the owner migrates, the app runs, the reader sees no vault."""

    owner: str
    app: str
    reader: str


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The database of these settings, for as long as the block lasts; migrating it is the caller's to do.

    On a server of one's own the roles are created when absent. Raises DatabaseUnavailable.
    """
    if settings.database_url is None:
        with EmbeddedPostgres(settings.data) as server:
            yield Database(*(server.url(role) for role in ("dossier_owner", "dossier_app", "dossier_reader")))
    else:
        given = {"dossier_app": settings.app_database_url, "dossier_reader": settings.reader_database_url}
        _check_written(settings)
        _prepare(settings.database_url, borrowed=[role for role, url in given.items() if url is None])
        app, reader = (url or as_role(settings.database_url, role) for role, url in given.items())
        yield Database(with_option(settings.database_url, PROGRAM), app, reader)


def as_role(conninfo: str, role: str) -> str:
    """The same connection, acting as a role from its first statement; a URL stays a URL."""
    return with_option(conninfo, f"-c role={role}")


def _prepare(owner: str, borrowed: list[str]) -> None:
    sql = queries(files("dossier.database") / "roles.sql")
    try:
        with psycopg.connect(owner) as connection:
            _refuse_old(connection.info.server_version)
            _refuse_other_encoding(connection.info.parameter_status("server_encoding"))
            for name in ["create", *(f"lend_{role}" for role in borrowed)]:
                connection.execute(sql[name])
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"cannot connect to DOSSIER_DATABASE_URL: {_first_line(error)}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnavailable(
            f"the user of DOSSIER_DATABASE_URL cannot set up the roles ({_first_line(error)}): "
            "as an administrator, CREATE ROLE dossier_app; CREATE ROLE dossier_reader; "
            "GRANT dossier_app, dossier_reader TO that user"
        ) from error


def _check_written(settings: Settings) -> None:
    """That each connection is written as libpq reads it. What it says of others is not repeated: a password may be."""
    for field in ("database_url", "app_database_url", "reader_database_url"):
        try:
            conninfo_to_dict(getattr(settings, field) or "")
        except psycopg.ProgrammingError as error:
            said = _first_line(error)
            what = said if said.startswith(NAMES_A_PARAMETER) else "it cannot be read"
            raise DatabaseUnavailable(
                f"{variable(field)} is no connection: {what}; write it as postgresql://USER:PASSWORD@HOST/DATABASE, "
                "what is no letter or digit in a password as %XX"
            ) from None


def _refuse_other_encoding(encoding: str | None) -> None:
    if encoding != "UTF8":
        raise DatabaseUnavailable(
            f"the database of DOSSIER_DATABASE_URL is in {encoding}, which has not all letters: "
            "make it with ENCODING 'UTF8' TEMPLATE template0"
        )


def _refuse_old(version: int) -> None:
    if version < OLDEST * 10_000:
        raise DatabaseUnavailable(
            f"DOSSIER_DATABASE_URL is PostgreSQL {version // 10_000}: upgrade it to {OLDEST} or later"
        )


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]
