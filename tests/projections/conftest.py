"""A log with its projections: one of its own for a test, or one that a module shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.posting import AGENCIES
from tests.projections.whole import Whole, whole_log

from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.log import Log, running_log
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset


@pytest.fixture
def journal_log(database: Database) -> Iterator[Log]:
    """A running log with three organisations, an empty generation served, nobody projecting."""
    yield from _running(database)


@pytest.fixture(scope="module")
def shared_log(shared_database: Database) -> Iterator[Log]:
    """The same for the tests of one module."""
    yield from _running(shared_database)


@pytest.fixture(scope="module")
def whole_log_of_module(
    server: EmbeddedPostgres, shared_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Whole]:
    with whole_log(server, shared_database, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.fixture
def whole(whole_log_of_module: Whole) -> Iterator[Whole]:
    """A log in which every table holds something, sealed; whatever a test does to its database is undone."""
    yield whole_log_of_module
    whole_log_of_module.superuser.rollback()


def _running(database: Database) -> Iterator[Log]:
    ensure_served(database.owner, ruleset())
    with running_log(database) as log:
        log.register(*AGENCIES.values())
        yield log
