"""Fixtures of every test that needs PostgreSQL: one server a run, one fresh migrated database where asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import migrate

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")


LONG = ("api/command_line", "projections/spark", "contract", "docs", "browser", "pilot", "properties")
"""Folders of files that take long: they start servers, clusters, browsers."""


MEMORY = Path("/dev/shm")
ROOM = 8 * 2**30
"""What a run may leave on it until it ends, and as much again for others."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests write in memory where there is room: many are slow for what a disk takes to make a database.

    What they prove outlives processes, and no machine: a disk would add nothing.
    """
    if MEMORY.is_dir() and disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


TOGETHER = ("/projections/spark/", "/contract/webhooks/")
"""Folders of which one worker does all files: each worker would start a cluster, or a service, of its own."""


class ByCostlyFixture(LoadFileScheduling):  # type: ignore[misc]
    """A file on one worker, and the files of some folders all on the same."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if folder in nodeid), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """How `--dist loadfile` is done here."""
    return ByCostlyFixture(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that at the end no worker waits long for the others."""
    items.sort(key=lambda item: _rank(item.path.relative_to(Path(__file__).parent).as_posix()))


def _rank(path: str) -> int:
    return next((place for place, folder in enumerate(LONG) if path.startswith(folder + "/")), len(LONG))


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this run's own, outside pytest's directory: another run resets the rights of that one."""
    place = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with (
        TemporaryDirectory(prefix="dossier-test-", dir=place) as directory,
        EmbeddedPostgres(Path(directory)) as server,
    ):
        hasten(server)
        yield server


def hasten(server: EmbeddedPostgres) -> None:
    """Have a server wait for no disk, where it is on one."""
    with psycopg.connect(server.url(SUPERUSER, SUPERUSER), autocommit=True) as administrator:
        for setting in ("fsync", "full_page_writes"):
            administrator.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        administrator.execute("SELECT pg_reload_conf()")


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
