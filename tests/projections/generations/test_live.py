"""The live projector: prompt, alone, never twice; a fact it cannot take stops nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.posting import HUB, contact, post
from tests.projections.standing import catch_up, rebuilt_rows, rows, tell
from tests.projections.telling import Told

from api.app import create_app
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier import catalogue as c
from dossier.log import Log
from dossier.settings import Settings
from dossier.writing.registration import new_dossier_id
from projections.dossiers.dossiers import AsOf, Dossiers
from projections.generations import live, store
from projections.generations.live import Projector
from projections.generations.recent import Recent
from projections.history import taking

JOURNEY: list[Told] = [
    {"dossier-opened": {}, "at": "2024-01-15"},
    {"phase-declared": {"phase": "creation"}, "at": "2024-02-01"},
]


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def projectors(journal_log: Log) -> Iterator[Callable[[], Projector]]:
    """A function that starts a projector in a thread of its own."""
    started: list[tuple[Projector, threading.Thread]] = []

    def start() -> Projector:
        projector = Projector(journal_log.database.app, poll=0.2)
        thread = threading.Thread(target=projector.run)
        thread.start()
        started.append((projector, thread))
        return projector

    yield start
    for projector, _ in started:
        projector.stop()
    for _, thread in started:
        thread.join()


def answer(log: Log, data: Path, path: str) -> Any:
    """What the application answers an operator, in this process."""
    token = TokenKey(data).issue(Principal("operator"))

    async def ask() -> Any:
        transport = httpx.ASGITransport(create_app(Settings(data=data), log))
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
            return (await client.get(path)).json()

    return asyncio.run(ask())


def at_head(log: Log) -> bool:
    with psycopg.connect(log.database.owner) as connection:
        row = connection.execute("SELECT position FROM projection.generation WHERE status = 'served'").fetchone()
    return row is not None and int(row[0]) == log.journal.head().position


def test_a_step_takes_a_batch_and_says_how_many(journal_log: Log) -> None:
    for _ in range(3):
        tell(journal_log, new_dossier_id(), JOURNEY)
    with psycopg.connect(journal_log.database.app, autocommit=True) as connection:
        assert [live.step(connection, 4) for _ in range(3)] == [4, 2, 0]


def test_of_a_dossier_stepped_on_lately_only_what_is_new_is_read_and_written(
    journal_log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And all of it again once somebody else has stepped in between."""
    cleared: list[set[str]] = []
    clear = store.clear

    def noted(connection: psycopg.Connection[Any], generation: int, stale: dict[str, list[UUID]]) -> None:
        cleared.append(set(stale))
        clear(connection, generation, stale)

    monkeypatch.setattr(store, "clear", noted)
    dossier, recent = new_dossier_id(), Recent()
    tell(journal_log, dossier, JOURNEY)
    with psycopg.connect(journal_log.database.app, autocommit=True) as connection:
        for remembers in (recent, recent, None, recent):
            post(journal_log, contact(dossier))
            live.step(connection, recent=remembers)
    first, second, others, third = cleared
    assert first == others == third == set(store.CLEARED)
    assert {"current", "timeline"} <= second < {"current", "timeline", "fact_dossier", "fact_presence", "fact_delivery"}
    assert rows(journal_log.database.owner) == rebuilt_rows(journal_log.database.owner)


def test_a_projector_remembers_no_more_than_it_may(journal_log: Log) -> None:
    recent = Recent(most=5)
    dossiers = [new_dossier_id() for _ in range(4)]
    with psycopg.connect(journal_log.database.app, autocommit=True) as connection:
        for dossier in dossiers:
            tell(journal_log, dossier, JOURNEY)
            live.step(connection, recent=recent)
    assert list(recent.rows) == dossiers[-2:]


def test_without_a_generation_there_is_nothing_to_do(shared_log: Log) -> None:
    with psycopg.connect(shared_log.database.owner) as connection:
        connection.execute("UPDATE projection.generation SET status = 'kept'")
        assert live.step(connection) == 0
        connection.rollback()


def test_the_projector_follows_within_a_second(journal_log: Log, projectors: Callable[[], Projector]) -> None:
    projectors()
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    for _ in range(5):
        post(journal_log, contact(dossier))
        wait_until(lambda: at_head(journal_log), 1)


def test_events_that_keep_coming_share_steps(
    journal_log: Log, projectors: Callable[[], Projector], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[float, int]] = []
    step = live.step

    def noted(connection: psycopg.Connection[Any], **given: Any) -> int:
        began = time.monotonic()
        taken = step(connection, **given)
        steps.append((began, taken))
        return taken

    monkeypatch.setattr(live, "step", noted)
    projectors()
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    begun = time.monotonic()
    while time.monotonic() < begun + 6 * live.PACE or len(journal_log.journal.history(dossier)) < 40:
        post(journal_log, contact(dossier))
    wait_until(lambda: at_head(journal_log))
    busy = [following - began for (began, taken), (following, _) in pairwise(steps) if taken]
    assert len(busy) > 1
    assert min(busy) >= live.PACE


def test_the_second_projector_takes_over(journal_log: Log, projectors: Callable[[], Projector]) -> None:
    first = projectors()
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    wait_until(lambda: at_head(journal_log))
    projectors()
    first.stop()
    post(journal_log, contact(dossier))
    wait_until(lambda: at_head(journal_log))


def test_a_lost_connection_is_made_again(journal_log: Log, projectors: Callable[[], Projector]) -> None:
    projectors()
    dossier = new_dossier_id()
    tell(journal_log, dossier, JOURNEY)
    for _ in range(3):
        with psycopg.connect(journal_log.database.app) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'dossier-projector' AND datname = current_database()"
            )
        post(journal_log, contact(dossier))
        wait_until(lambda: at_head(journal_log))


class TestAFactThatBreaks:
    """One fact whose value a projection cannot take."""

    POISON = "poison"

    @pytest.fixture(autouse=True)
    def breaking(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = taking.TAKE[c.AidApplied]

        def take(r: Any, fact: c.AidApplied, on: str, event: Any) -> None:
            if fact.application_id == self.POISON:
                raise ZeroDivisionError("the person is Zoé")
            taken(r, fact, on, event)

        monkeypatch.setitem(taking.TAKE, c.AidApplied, take)

    @pytest.fixture
    def poisoned(self, journal_log: Log) -> tuple[UUID, int]:
        dossier = new_dossier_id()
        broken: Told = {"aid-applied": {"application_id": self.POISON, "instrument": "grant"}}
        position = tell(journal_log, dossier, [*JOURNEY, broken])[-1]
        tell(journal_log, new_dossier_id(), JOURNEY)
        catch_up(journal_log.database.app)
        return dossier, position

    def test_it_is_set_aside_with_its_reason_and_stops_no_other(
        self, journal_log: Log, poisoned: tuple[UUID, int]
    ) -> None:
        assert at_head(journal_log)
        found = rows(journal_log.database.owner)
        assert len(found["current"]) == 2
        [aside] = found["set_aside"]
        assert "ZeroDivisionError in brussels.dossier.aid-applied.v1" in aside
        assert "Zoé" not in aside, "a reason names no value"
        assert found == rebuilt_rows(journal_log.database.owner)

    def test_its_own_dossier_goes_on_with_its_true_version(self, journal_log: Log, poisoned: tuple[UUID, int]) -> None:
        dossier, _ = poisoned
        for personal in (False, True):
            shown = Dossiers(journal_log.journal).state(dossier, AsOf(), personal=personal)
            assert shown is not None
            assert (shown.version, shown.document["version"], shown.document["phase"]["value"]) == (3, 3, "creation")
            line = Dossiers(journal_log.journal).timeline(dossier, AsOf(), personal=personal)
            assert line is not None
            assert (line.version, len(line.document)) == (3, 2)

    def test_the_operator_is_told(self, journal_log: Log, poisoned: tuple[UUID, int], tmp_path: Path) -> None:
        _, position = poisoned
        told = answer(journal_log, tmp_path, "/v1/projections")
        assert [(one["position"], one["reason"]) for one in told["set_aside"]] == [
            (str(position), "ZeroDivisionError in brussels.dossier.aid-applied.v1")
        ]

    def test_once_corrected_it_is_taken(self, journal_log: Log, poisoned: tuple[UUID, int]) -> None:
        dossier, position = poisoned
        data = {"application_id": "mended", "instrument": "grant"}
        tell(journal_log, dossier, [{"event-corrected": {"corrects": str(position), "data": data}}])
        catch_up(journal_log.database.app)
        found = rows(journal_log.database.owner)
        assert found["set_aside"] == set()
        assert len(found["fact_aid"]) == 1
        assert found == rebuilt_rows(journal_log.database.owner)


def test_agencies_that_became_part_of_another_name_their_successor(journal_log: Log, tmp_path: Path) -> None:
    journal_log.register(HUB._replace(id="atrium", source_prefix="urn:atrium", successor="hub"))
    told = answer(journal_log, tmp_path, "/v1/agencies")["agencies"]
    assert {one["id"]: one["successor"] for one in told} == {
        "atrium": "hub",
        "hub": None,
        "innoviris": None,
        "finance": None,
    }
