"""Probes and metrics, for the operator."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.metrics import measure
from api.problems import documented
from api.service import Service, ServiceOf, Who, allow, service
from dossier.journal import LogUnreachable
from dossier.refusals import Refused
from dossier.writing import Submission
from projections import store
from projections.rulebook import lookup
from projections.ruleset import RulesetUnknown

router = APIRouter(tags=["operation"])
READY_SECONDS = 2.0


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", responses={503: {"description": "Reading, writing or projecting does not work"}})
async def ready(request: Request) -> Response:
    """Reading, writing and projecting work: the writer thread answered, the log's role reached the database, and this
    version knows the ruleset that is served.
    """
    srv = service(request)
    checks = {
        "writing": _writing(srv),
        "reading": asyncio.to_thread(_reading, srv),
        "projecting": asyncio.to_thread(_projecting, srv),
    }
    found: dict[str, str] = {}
    for name, check in checks.items():
        try:
            await asyncio.wait_for(check, READY_SECONDS)
            found[name] = "works"
        except (TimeoutError, LogUnreachable, Refused, RulesetUnknown):
            found[name] = "fails"
    works = set(found.values()) == {"works"}
    return JSONResponse({"status": "ready" if works else "unready", **found}, 200 if works else 503)


async def _writing(srv: Service) -> None:
    """An empty submission goes through the writer's queue and thread; then the log's own connection is tried."""
    await asyncio.wrap_future(srv.log.writer.submit(Submission(())))
    await asyncio.to_thread(srv.log.journal.check_writing)


def _reading(srv: Service) -> None:
    srv.log.journal.head()


def _projecting(srv: Service) -> None:
    with srv.log.journal.reading() as connection:
        generation = store.served(connection)
        if generation is not None:
            lookup(connection, generation.ruleset)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus metrics. No label ever holds a person, a dossier or a query."""
    srv = service(request)
    with contextlib.suppress(TimeoutError, LogUnreachable):  # what the process itself knows is still worth telling
        await asyncio.wait_for(asyncio.to_thread(measure, srv.log), READY_SECONDS)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/projections", responses=documented("unauthenticated", "forbidden"))
def projections(srv: ServiceOf, who: Who) -> dict[str, Any]:
    """The generation being served, how far it is behind the log, and the events set aside with their reasons."""
    allow(who, "operator", "analyst", "auditor")
    with srv.log.journal.reading() as connection:
        generation = store.served(connection)
        aside = connection.execute(store.SQL["set_asides"]).fetchall()
    head = srv.log.journal.head().position
    return {
        "generation": generation.id if generation else None,
        "ruleset": generation.ruleset if generation else None,
        "ruleset_digest": generation.digest if generation else None,
        "position": str(generation.position if generation else 0),
        "behind": head - generation.position if generation else head,
        "set_aside": [
            {"position": str(position), "dossier": str(dossier), "reason": reason, "at": at.isoformat()}
            for position, dossier, reason, at in aside
        ],
    }
