"""A log that commands open when they are called in this process, without starting one each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from tests.posting import AGENCIES

from api.command_line import reading, rehearsals, rules_cycle
from dossier.database.connections import Database
from dossier.log import Log, running_log
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset


@pytest.fixture
def log(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """A running log with three organisations, whatever `--data` says."""
    ensure_served(database.owner, ruleset())
    with running_log(database) as running:
        running.register(*AGENCIES.values())
        for module in (reading, rehearsals, rules_cycle):
            monkeypatch.setattr(module, "opened", lambda data: nullcontext(running))
        yield running
