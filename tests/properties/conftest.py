"""One log for the generated stories of a module: each is told on dossiers of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.posting import AGENCIES

from dossier.database.connections import Database
from dossier.log import Log, running_log
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset


@pytest.fixture(scope="module")
def told_log(shared_database: Database) -> Iterator[Log]:
    """A running log with three organisations, an empty generation served, nobody projecting."""
    ensure_served(shared_database.owner, ruleset())
    with running_log(shared_database) as log:
        log.register(*AGENCIES.values())
        yield log
