"""Readiness: told in time, whatever of it does not answer."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import Response

from api.routes import health

PATIENCE = 0.4


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that neither answers nor refuses."""
    ended = threading.Event()
    monkeypatch.setattr(health, "READY_SECONDS", PATIENCE)
    monkeypatch.setattr(health, "service", lambda request: None)
    monkeypatch.setattr(health, "_writing", lambda srv: asyncio.sleep(60))
    for check in ("_reading", "_projecting"):
        monkeypatch.setattr(health, check, lambda srv: ended.wait(60))
    yield
    ended.set()


@pytest.mark.usefixtures("silent")
def test_a_probe_is_answered_in_the_time_of_one_check() -> None:
    async def probed() -> tuple[Response, float]:
        started = time.monotonic()
        return await health.ready(cast(Request, None)), time.monotonic() - started

    loop = asyncio.new_event_loop()
    answer, took = loop.run_until_complete(probed())
    told: dict[str, Any] = json.loads(bytes(answer.body))
    assert (answer.status_code, told["status"]) == (503, "unready")
    assert {told[check] for check in ("writing", "reading", "projecting")} == {"fails"}
    assert took < 2 * PATIENCE
    loop.close()
