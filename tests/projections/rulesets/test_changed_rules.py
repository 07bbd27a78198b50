"""A new version of the program with other rules under a name that is served: nothing is told until it is rebuilt."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.projections.changing import tell_all
from tests.projections.ruling import other
from tests.projections.standing import tell

from api.app import create_app
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.log import Log
from dossier.settings import Settings
from projections.figures.facts_reader import FactsReader
from projections.generations import live, store
from projections.generations.rebuild import rebuild
from projections.rehearsal import rehearsal
from projections.rulesets.ruleset import RulesetChanged, ruleset

OLDER = "sha256:older"


@pytest.fixture
def told(journal_log: Log) -> list[UUID]:
    """Dossiers whose rows an older version made, under a 2026.1 that said something else."""
    dossiers = tell_all(journal_log)
    with psycopg.connect(journal_log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET digest = %s WHERE status = 'served'", (OLDER,))
    return dossiers


def answers(log: Log, data: Path, *paths: str) -> list[httpx.Response]:
    """What an auditor is answered."""
    headers = {"authorization": f"Bearer {TokenKey(data).issue(Principal('auditor'))}"}

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app(Settings(data=data), log))
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def served(log: Log) -> store.Generation:
    with log.journal.reading() as connection:
        generation = store.served(connection)
    assert generation is not None
    return generation


def test_nothing_is_certified_under_rules_that_the_program_has_no_more(
    journal_log: Log, told: list[UUID], tmp_path: Path
) -> None:
    paths = (f"/v1/dossiers/{told[0]}", "/v1/indicators/ict-share")
    read = answers(journal_log, tmp_path, *paths)
    assert [(one.status_code, one.json()["type"]) for one in read] == [(503, "/problems/unavailable")] * 2
    assert all("rebuild" in one.json()["detail"] for one in read)
    with pytest.raises(RulesetChanged, match="`dossier rebuild`"):
        FactsReader(journal_log.journal).facts()


def test_readiness_says_what_to_do(journal_log: Log, told: list[UUID], tmp_path: Path) -> None:
    [ready] = answers(journal_log, tmp_path, "/health/ready")
    said: dict[str, Any] = ready.json()
    assert (ready.status_code, said["projecting"], said["writing"], said["reading"]) == (503, "fails", "works", "works")
    assert "`dossier rebuild`" in said["detail"]


def test_the_projector_says_it_before_there_is_anything_new(journal_log: Log, told: list[UUID]) -> None:
    said: list[str] = []
    projector = live.Projector(journal_log.database.app, poll=0.01, unknown=said.append)
    thread = threading.Thread(target=projector.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not said and time.monotonic() < deadline:
        time.sleep(0.01)
    projector.stop()
    thread.join()
    assert "ruleset 2026.1" in said[0]
    assert "`dossier rebuild`" in said[0]


def test_a_rehearsal_compares_nothing_with_such_rows(journal_log: Log, told: list[UUID]) -> None:
    rules = other("sector.ict.2008")
    with journal_log.journal.reading() as connection, pytest.raises(RulesetChanged):
        rehearsal.request(connection, rules)


def test_a_rebuild_puts_it_right(journal_log: Log, told: list[UUID], tmp_path: Path) -> None:
    tell(journal_log, told[0], [{"contact-made": {"channel": "phone"}, "at": "2025-03-01"}])
    rebuild(journal_log.database.owner, ruleset(), workers=1)
    read = answers(journal_log, tmp_path, "/health/ready", f"/v1/dossiers/{told[0]}", "/v1/indicators/ict-share")
    assert [one.status_code for one in read] == [200, 200, 200]
    assert served(journal_log).digest == ruleset().digest
    certificate = read[2].json()["certificate"]
    assert certificate["ruleset_digest"] == ruleset().digest
