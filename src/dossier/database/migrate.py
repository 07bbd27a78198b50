"""Migrations: the numbered .sql files that make the schema, each applied once and never changed after."""

import hashlib
from collections.abc import Collection
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg

from dossier.database.errors import DatabaseUnavailable, MigrationRefused
from dossier.database.queries import queries


def migrate(owner: str, directory: Traversable | None = None, names: Collection[str] | None = None) -> list[str]:
    """Apply what the database has not had yet, each in its own transaction; returns the names applied.

    `names` leaves out the migrations it does not name: a backup is restored under those it was made under.
    The roles must exist (see `open_database`). Refuses when an applied file has changed or is missing.
    """
    package = files("dossier.database")
    sources = _sources(directory or package / "migrations")
    sql = queries(package / "migration.sql")
    try:
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(sql["lock"])
            connection.execute(sql["create"])
            applied: dict[str, str] = dict(connection.execute(sql["applied"]).fetchall())
            _refuse_other_history(applied, sources)
            wanted = sources if names is None else names
            due = {name: text for name, text in sources.items() if name not in applied and name in wanted}
            for name, text in due.items():
                _apply(connection, sql["record"], name, text)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"cannot migrate the database: {_first_line(error)}") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnavailable(f"cannot migrate the database: {_first_line(error)}; migrate as its owner") from error
    return list(due)


def digests() -> dict[str, str]:
    """The migrations of this version, each with the SHA-256 of its text."""
    return {name: _digest(text) for name, text in _sources(files("dossier.database") / "migrations").items()}


def _sources(directory: Traversable) -> dict[str, bytes]:
    found = [file for file in directory.iterdir() if file.name.endswith(".sql")]
    return {file.name: file.read_bytes() for file in sorted(found, key=lambda file: file.name)}


def _refuse_other_history(applied: dict[str, str], sources: dict[str, bytes]) -> None:
    for name, digest in sorted(applied.items()):
        if name not in sources:
            raise MigrationRefused(f"the database has had {name}, unknown here: install the version that has it")
        if digest != _digest(sources[name]):
            raise MigrationRefused(f"{name} was changed after it was applied: restore it, and add a new migration")


def _apply(connection: psycopg.Connection, record: bytes, name: str, text: bytes) -> None:
    try:
        with connection.transaction():
            connection.execute(text)
            connection.execute(record, (name, _digest(text)))
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege):
        raise
    except psycopg.Error as error:
        raise MigrationRefused(f"{name} failed and left nothing behind: {_first_line(error)}") from error


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0]
