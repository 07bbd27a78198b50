"""A log with its projections: one of its own for a test, or one that a module shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.posting import AGENCIES

from dossier.database.connections import Database
from dossier.log import Log, running_log
from projections.generations import ensure_served
from projections.ruleset import ruleset


@pytest.fixture
def journal_log(database: Database) -> Iterator[Log]:
    """A running log with three organisations, an empty generation served, nobody projecting."""
    yield from _running(database)


@pytest.fixture(scope="module")
def shared_log(shared_database: Database) -> Iterator[Log]:
    """The same for the tests of one module."""
    yield from _running(shared_database)


def _running(database: Database) -> Iterator[Log]:
    ensure_served(database.owner, ruleset())
    with running_log(database) as log:
        log.register(*AGENCIES.values())
        yield log
