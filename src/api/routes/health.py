"""Probes and metrics, for the operator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from pydantic.json_schema import SkipJsonSchema

from api.identity.rights import allow
from api.metrics import forget, measure
from api.protocol.problems import documented
from api.service import Service, ServiceOf, Who, service
from dossier.journal import LogUnreachable
from dossier.refusals import Refused
from dossier.writing import Submission
from projections.generations import generations, store
from projections.rulesets.rulebook import under
from projections.rulesets.ruleset import RulesetUnknown

router = APIRouter(tags=["operation"])
READY_SECONDS = 2.0


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", responses={503: {"description": "Reading, writing or projecting does not work"}})
async def ready(request: Request) -> Response:
    """Reading, writing and projecting work: the writer thread answered, the log's role reached the database, and this
    version has the rules that are served; where it has not, `detail` says what to do.
    """
    srv = service(request)
    checks = {
        "writing": _writing(srv),
        "reading": asyncio.to_thread(_reading, srv),
        "projecting": asyncio.to_thread(_projecting, srv),
    }
    why = dict(zip(checks, await asyncio.gather(*map(_tried, checks.values())), strict=True))
    works = set(why.values()) == {None}
    found = {name: "works" if reason is None else "fails" for name, reason in why.items()}
    said = {"detail": detail} if (detail := "; ".join(filter(None, why.values()))) else {}
    return JSONResponse({"status": "ready" if works else "unready", **found, **said}, 200 if works else 503)


async def _tried(check: Awaitable[None]) -> str | None:
    """Why a check fails, empty where there is no more to tell; None where it works in time.

    All are tried at once: whoever probes waits for an answer two seconds or so.
    """
    try:
        await asyncio.wait_for(check, READY_SECONDS)
    except RulesetUnknown as error:
        return str(error)
    except (TimeoutError, LogUnreachable, Refused):
        return ""
    return None


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
            under(connection, generation.ruleset, generation.digest)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Prometheus metrics. No label ever holds a person, a dossier or a query."""
    srv = service(request)
    try:
        await asyncio.wait_for(asyncio.to_thread(measure, srv.log), READY_SECONDS)
    except (TimeoutError, LogUnreachable):  # what the process itself knows is still worth telling
        forget()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class SetAside(BaseModel):
    """An event that a projection could not take, and why."""

    position: str
    dossier: str
    reason: str
    at: str


class Building(BaseModel):
    """How far the generation being built has come, in events; the pace is that since it began or was resumed."""

    done: int
    of: int
    per_second: float
    seconds_left: float | None


class Projections(BaseModel):
    """What is served, and how the projections stand; `building` is there only while a generation is built."""

    generation: int | None
    ruleset: str | None
    ruleset_digest: str | None
    position: str
    behind: int
    set_aside: list[SetAside]
    building: Building | SkipJsonSchema[None] = None


@router.get("/v1/projections", response_model=Projections, response_model_exclude_unset=True,
            responses=documented("unauthenticated", "forbidden"))  # fmt: skip
def projections(srv: ServiceOf, who: Who) -> dict[str, Any]:
    """The generation being served, how far it is behind the log, and the events set aside with their reasons.

    While a rebuild or a rehearsal builds another, how far that has come and how long it will take.
    """
    allow(who, "operator", "analyst", "auditor")
    with srv.log.journal.reading() as connection:
        generation = store.served(connection)
        aside = connection.execute(store.SQL["set_asides"]).fetchall()
        building = generations.building(connection)
    head = srv.log.journal.head().position
    told: dict[str, Any] = {
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
    if building is not None:
        told["building"] = {
            "done": building.done,
            "of": building.of,
            "per_second": round(building.per_second, 1),
            "seconds_left": building.seconds_left,
        }
    return told
