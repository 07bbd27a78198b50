"""Fixtures of every test that needs PostgreSQL: one server a run, one fresh migrated database where asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import migrate

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


LONG = ("api/command_line", "projections/spark", "contract", "docs", "browser", "pilot", "properties")
"""Folders of files that take long: they start servers, clusters, browsers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that at the end no worker waits long for the others."""
    items.sort(key=lambda item: _rank(item.path.relative_to(Path(__file__).parent).as_posix()))


def _rank(path: str) -> int:
    return next((place for place, folder in enumerate(LONG) if path.startswith(folder + "/")), len(LONG))


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this run's own, outside pytest's directory: another run resets the rights of that one."""
    with TemporaryDirectory(prefix="dossier-test-") as directory, EmbeddedPostgres(Path(directory)) as server:
        yield server


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    """The name of a migrated database that nobody writes to: copied, it saves migrating again."""
    migrate(server.url("dossier_owner"))
    return "dossier"


@pytest.fixture
def database(server: EmbeddedPostgres, template: str) -> Iterator[Database]:
    """A fresh migrated database for one test."""
    with copied(server, template) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def shared_database(server: EmbeddedPostgres, template: str) -> Iterator[Database]:
    """A fresh migrated database for the tests of one module."""
    with copied(server, template) as fresh:
        yield fresh


@contextmanager
def copied(server: EmbeddedPostgres, template: str) -> Iterator[Database]:
    """A copy of a database, dropped after use with whatever is still connected to it."""
    name = f"test_{uuid4().hex}"
    words = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    create = sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER dossier_owner STRATEGY file_copy")
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
        administrator.execute(create.format(**words))
        yield Database(*(server.url(f"dossier_{role}", name) for role in ("owner", "app", "reader")))
        administrator.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**words))
