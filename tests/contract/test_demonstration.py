"""The demonstration sent to a running service by the organisations' own programs: the same as written beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.contract.running import Running

from api.demonstration import journeys

POPULATION = ("demo", "--dossiers", "12", "--seed", "3")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "data")
    running.start()
    yield running
    running.stop()


def test_each_organisation_reports_by_http_and_again_adds_nothing(service: Running) -> None:
    told = sum(map(len, journeys(12, 3, datetime.now(UTC).date())))
    done = service.command(*POPULATION, "--url", service.url)
    assert done.stdout.splitlines()[-1] == f"{told} events recorded, 0 were there before", done.stderr
    for again in ((), ("--url", service.url)):
        assert service.run(*POPULATION, *again).splitlines()[-1] == f"0 events recorded, {told} were there before"
