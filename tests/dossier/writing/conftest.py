"""Fixtures of the tests of writing: a log that runs on a real database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.posting import AGENCIES

from dossier.database.connections import Database
from dossier.log import Log, running_log


@pytest.fixture(scope="module")
def log(shared_database: Database) -> Iterator[Log]:
    """One log for the tests of a module: each writes to dossiers of its own."""
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        yield log
