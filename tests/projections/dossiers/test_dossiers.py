"""Reading one dossier: under the ruleset that is served, and whatever one event may be."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.projections.standing import tell
from tests.projections.telling import Told

from api.app import create_app
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.event import opened
from dossier.log import Log
from dossier.settings import Settings
from dossier.writing.registration import new_dossier_id
from projections import project
from projections.dossiers import dossiers
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.rulesets.ruleset import Ruleset, RulesetUnknown, ruleset

JOURNEY: list[Told] = [
    {"dossier-opened": {}, "at": "2024-01-15"},
    {"contact-made": {"channel": "phone"}, "at": "2024-02-01"},
    {"contact-made": {"channel": "visit"}, "at": "2024-03-01"},
]


@pytest.fixture
def told(journal_log: Log) -> tuple[UUID, list[int]]:
    dossier = new_dossier_id()
    return dossier, tell(journal_log, dossier, JOURNEY)


def answer(log: Log, data: Path, path: str) -> httpx.Response:
    """What the application answers an auditor, in this process."""
    token = TokenKey(data).issue(Principal("auditor"))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(Settings(data=data), log))
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
            return await client.get(path)

    return asyncio.run(ask())


def serve_under(log: Log, name: str) -> None:
    with psycopg.connect(log.database.owner) as connection:
        connection.execute(
            "UPDATE projection.generation SET ruleset = %s, digest = 'another' WHERE status = 'served'", (name,)
        )


def test_a_dossier_is_projected_under_the_ruleset_that_is_served(
    journal_log: Log, told: tuple[UUID, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    elder = ruleset().rules | {
        "phase.without-declaration": {"values": [{"from": "1990-01-01", "value": {"without_enterprise": "idea"}}]}
    }
    known = {"2025.1": Ruleset("2025.1", elder, "sha256:elder"), ruleset().id: ruleset()}
    monkeypatch.setattr(dossiers, "under", lambda _, name, digest: known[name])
    reader = Dossiers(journal_log.journal)
    said = []
    for name in known:
        serve_under(journal_log, name)
        shown = reader.state(told[0], AsOf(), personal=True)
        assert shown is not None
        said.append(shown.document["phase"]["value"])
    assert said[0] == "idea"
    assert said[1] != "idea"


def test_a_ruleset_that_is_served_and_not_known_is_told(
    journal_log: Log, told: tuple[UUID, list[int]], tmp_path: Path
) -> None:
    assert answer(journal_log, tmp_path, "/health/ready").json()["projecting"] == "works"
    serve_under(journal_log, "2999.1")
    with pytest.raises(RulesetUnknown, match=r"no ruleset 2999\.1"):
        Dossiers(journal_log.journal).state(told[0], AsOf(), personal=True)
    ready = answer(journal_log, tmp_path, "/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["projecting"]) == (503, "unready", "fails")
    read = answer(journal_log, tmp_path, f"/v1/dossiers/{told[0]}")
    assert (read.status_code, read.json()["type"]) == (503, "/problems/unavailable")


def test_an_event_that_cannot_be_read_is_shown_by_its_bytes(
    journal_log: Log, told: tuple[UUID, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, positions = told

    def opening(body: dict[str, Any], position: int, *rest: Any) -> Any:
        if position == positions[1]:
            raise KeyError("a type of a later version")
        return opened(body, position, *rest)

    monkeypatch.setattr(project, "opened", opening)
    response = answer(journal_log, tmp_path, f"/v1/dossiers/{dossier}/history")
    assert response.status_code == 200
    events = response.json()["events"]
    assert [event.get("unreadable", False) for event in events] == [False, True, False]
    assert set(events[1]) == {"position", "version", "digest", "stored", "unreadable"}
    stored = base64.b64decode(events[1]["stored"])
    assert events[1]["position"] == str(positions[1])
    assert events[1]["digest"] == hashlib.sha256(stored).hexdigest()
    assert b"contact-made" in stored
