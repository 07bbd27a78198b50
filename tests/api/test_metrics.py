"""Metrics: what the database cannot be asked for is not known; routes by their whole address."""

from __future__ import annotations

import asyncio
import math

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from api import metrics
from api.metrics import FOLLOWING, Measured
from api.routes import health
from dossier.journal import LogUnreachable


def test_a_database_that_is_away_leaves_its_gauges_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(log: object) -> None:
        raise LogUnreachable("it is down")

    class Nobody:
        log = None

    monkeypatch.setattr(health, "service", lambda request: Nobody)
    monkeypatch.setattr(health, "measure", away)
    metrics.BEHIND.set(7)
    asyncio.run(health.metrics(Request({"type": "http"})))
    told = {one.name: one.samples for one in text_string_to_metric_families(generate_latest().decode())}
    for gauge in FOLLOWING:
        [sample] = told[gauge._name]
        assert math.isnan(sample.value), gauge._name


def test_routes_that_several_prefixes_share_are_told_apart() -> None:
    router, app = APIRouter(), FastAPI()

    @router.get("/proof/of-metrics/{number}")
    def proof(number: int) -> int:
        return number

    for prefix in ("/v1/log", "/v1/readings"):
        app.include_router(router, prefix=prefix)
    app.add_middleware(Measured)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
            for _ in range(2):
                await client.get("/v1/log/proof/of-metrics/1")
            await client.get("/v1/readings/proof/of-metrics/1")
            await client.get("/nowhere/of-metrics")

    asyncio.run(ask())
    name = "dossier_http_request_duration_seconds_count"
    for prefix, times in (("/v1/log", 2.0), ("/v1/readings", 1.0)):
        labels = {"method": "GET", "route": f"{prefix}/proof/of-metrics/{{number}}", "status": "200"}
        assert REGISTRY.get_sample_value(name, labels) == times
    assert REGISTRY.get_sample_value(name, labels | {"route": "/proof/of-metrics/{number}"}) is None
