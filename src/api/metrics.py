"""Metrics by Prometheus' conventions."""

from __future__ import annotations

import math
import time
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dossier.log import Log
from projections.generations import generations, store
from projections.generations.pace import Progress

REQUESTS = Histogram(
    "dossier_http_request_duration_seconds",
    "Time to answer, by route and status",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
)
POSITION = Gauge("dossier_log_position", "Events in the log")
BEHIND = Gauge("dossier_projection_lag_events", "Events the served projections are behind the log")
SET_ASIDE = Gauge("dossier_projection_set_aside_events", "Events set aside because a projection could not take them")
WAITING = Gauge("dossier_writer_queue_events", "Events waiting to be written")
REHEARSED = Gauge("dossier_rehearsal_events", "Events that the running rehearsal has projected")
REHEARSING = Gauge("dossier_rehearsal_events_of", "Events that the running rehearsal will project; 0 when none runs")
REHEARSING_RATE = Gauge("dossier_rehearsal_events_per_second", "Events that the running rehearsal projects a second")
REHEARSING_LEFT = Gauge(
    "dossier_rehearsal_seconds_left", "Seconds the running rehearsal will go on projecting; NaN when not known yet"
)
BUILT = Gauge("dossier_rebuild_events", "Events that the generation being built holds so far")
BUILDING = Gauge("dossier_rebuild_events_of", "Events the generation being built will hold; 0 when none is")
BUILDING_RATE = Gauge("dossier_rebuild_events_per_second", "Events projected a second into the generation being built")
BUILDING_LEFT = Gauge(
    "dossier_rebuild_seconds_left", "Seconds until the generation being built is projected; NaN when not known yet"
)
FOLLOWERS = Gauge("dossier_followers", "Clients that follow GET /v1/stream now")
ATTEMPTS = Counter(
    "dossier_webhook_attempts_total", "Requests to endpoints of webhooks, by what came of them", ["outcome"]
)
COURIERS = Gauge("dossier_webhooks_active", "Webhooks that this process delivers for")
UNDELIVERED = Gauge("dossier_webhook_waiting_deliveries", "Deliveries that failed and wait for another attempt")
FOLLOWING = (
    POSITION, BEHIND, SET_ASIDE, REHEARSED, REHEARSING, REHEARSING_RATE, REHEARSING_LEFT,
    BUILT, BUILDING, BUILDING_RATE, BUILDING_LEFT,
)  # fmt: skip
"""The gauges that follow the database."""
FAILURES = Counter("dossier_http_failures_total", "Answers of 500 and above", ["route", "status"])


def measure(log: Log) -> None:
    """Read the gauges that follow the database."""
    WAITING.set(log.writer.waiting)
    head = log.journal.head().position
    POSITION.set(head)
    with log.journal.reading() as connection:
        generation = store.served(connection)
        SET_ASIDE.set(len(connection.execute(store.SQL["set_asides"]).fetchall()))
        rehearsing = connection.execute(generations.SQL["rehearsing"]).fetchone()
        building = generations.building(connection)
    _tell(Progress(*rehearsing) if rehearsing else None, REHEARSED, REHEARSING, REHEARSING_RATE, REHEARSING_LEFT)
    _tell(building, BUILT, BUILDING, BUILDING_RATE, BUILDING_LEFT)
    BEHIND.set(math.nan if generation is None else max(0, head - generation.position))


def forget() -> None:
    """The database cannot be asked: what follows it is not known, which is neither 0 nor what it was."""
    for gauge in FOLLOWING:
        gauge.set(math.nan)


def _tell(progress: Progress | None, done: Gauge, of: Gauge, rate: Gauge, left: Gauge) -> None:
    """Set the gauges of work that is under way, or of none."""
    now = progress or Progress(0, 0, 0.0)
    done.set(now.done)
    of.set(now.of)
    rate.set(now.per_second)
    left.set(math.nan if now.seconds_left is None and progress else now.seconds_left or 0)


def route_of(scope: Scope) -> str:
    """The pattern of the route a request came to, with the prefix of its router, which the route does not know."""
    told: Any = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route") or scope.get("endpoint")
    return getattr(told, "path", "none")


class Measured:
    """Times every request by the route's pattern, never by its path or query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            name = route_of(scope)
            REQUESTS.labels(scope["method"], name, status).observe(time.perf_counter() - started)
            if status >= 500:
                FAILURES.labels(name, status).inc()
