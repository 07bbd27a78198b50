"""The composition root of the web application: everything is wired here and nowhere else."""

from __future__ import annotations

import copy
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import browsable, cloudevents, problems
from api.charts.rendering import Renderer
from api.following.tail import Tail, following
from api.headed import Headed
from api.imports.office import Office
from api.metrics import Measured
from api.oidc import Issuer
from api.packing import PackedReads
from api.pages import wiring as pages
from api.problems import PROBLEM_SCHEMA, documented
from api.rates import Rates
from api.registration import Registration
from api.routes import (
    bundles,
    changes,
    deeds,
    dossiers,
    events,
    export,
    feed,
    health,
    imports,
    indicators,
    peers,
    pilot,
    programmes,
    proofs,
    readings,
    reference,
    referrals,
    registering,
    replay,
    rulesets,
    services,
    undertakings,
    vocabularies,
    webhooks,
)
from api.service import Limits, Service
from api.tokens import TokenKey
from api.webhooks.dispatcher import Dispatcher, dispatching
from api.webhooks.sealing import Seal
from api.webhooks.sending import Sender
from api.webhooks.store import Subscriptions
from api.webhooks.subscription import Wanted
from api.webhooks.target import Targets
from dossier.ledger import ReaderKey
from dossier.log import Log
from dossier.settings import Settings
from dossier.writing.envelope import Unkept
from projections.facts_reader import FactsReader
from projections.newsstand import Newsstand
from projections.past import Past
from projections.press import Press

told = structlog.get_logger()
DESCRIPTION = """The shared dossier of every entrepreneur of the Brussels-Capital Region.

Agencies post CloudEvents to `/v1/events`; everything that can be read is rebuilt from them. Tokens are bearer tokens.
Errors are RFC 9457 problems whose `type` is stable."""


def create_app(settings: Settings, log: Log, *, demonstration: bool = False, publishing: bool = True) -> FastAPI:
    """The application over an open log; with `demonstration`, invented dossiers are pages open to everyone.

    With `publishing` it makes the public's figures itself; without, a press room beside it does.
    Whoever opened the log closes it.
    """
    app = FastAPI(
        title="The dossier",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_running,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # addresses name dossiers: see `Measured`
    )
    issuer = None
    if settings.oidc_issuer:
        issuer = Issuer(settings.oidc_issuer, settings.oidc_audience or "dossier")
    tail = Tail(
        log.journal, log.database.app, report=lambda reason: told.warning("tail lost the database", reason=reason)
    )
    targets = Targets(allow_private=settings.webhook_allow_private)
    seal = Seal(settings.data)
    rates = Rates(settings.rate_requests, settings.rate_events)
    app.state.service = Service(
        log,
        TokenKey(settings.data),
        Limits(),
        rates,
        tail,
        targets,
        Subscriptions(log.journal, seal),
        issuer,
        data=settings.data,
        readers=ReaderKey(settings.data),
    )
    app.state.dispatcher = Dispatcher(
        log.database.app,
        tail,
        Sender(targets),
        seal,
        lambda: log.agencies,
        report=lambda what, why: told.warning(what, reason=why),
    )
    app.state.facts = FactsReader(log.journal)
    app.state.press = (Press if publishing else Newsstand)(log.journal, log.database.app, app.state.facts)
    app.state.charts = Renderer()
    app.state.past = Past(log.journal, log.database.reader, limit=settings.past_events)
    app.state.imports = Office(log, settings.data)
    problems.install(app)
    app.router.routes.append(events.ROUTE)
    for module in (
        registering, dossiers, peers, replay, changes, readings, deeds, bundles, export, referrals, services,
        programmes, feed, webhooks, imports, indicators, rulesets, pilot, undertakings, vocabularies, reference, health,
    ):  # fmt: skip
        app.include_router(module.router)
    for address in proofs.ADDRESSES.values():
        app.include_router(proofs.router, prefix=address)
    app.include_router(proofs.witnessing)
    browsable.install(app)
    pages.install(app, demonstration=demonstration)
    app.add_middleware(PackedReads)
    app.add_middleware(Measured)
    app.add_middleware(Headed)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the requests, in their event loop."""
    async with following(app.state.service.tail), dispatching(app.state.dispatcher):
        yield


def _openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with what the routes that read their bodies themselves take and give."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = made.setdefault("components", {}).setdefault("schemas", {})
    components |= {"Problem": PROBLEM_SCHEMA, "CloudEvent": CLOUD_EVENT, "Receipt": RECEIPT, "Result": RESULT}
    components |= {"Registration": Registration.model_json_schema(), "Wanted": Wanted.model_json_schema()}
    components["Offer"] = services.Offer.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    made["paths"] = {events.ROUTE.path: {"post": copy.deepcopy(POST_EVENTS)}} | made["paths"]
    for address, path in made["paths"].items():
        for operation in path.values():
            operation["responses"] |= documented("headers-too-large")
            if address.startswith("/v1/"):
                operation["responses"] |= documented("unavailable", "internal") | operation["responses"]
                if operation.get("security") or address == "/v1/events":
                    operation["responses"] |= documented("too-many-requests")
            answer = operation.get("responses", {}).get("422", {})
            if "application/json" in answer.get("content", {}):
                answer["content"] = {problems.MEDIA_TYPE: {"schema": problems.PROBLEM_REF}}
    app.openapi_schema = made
    return made


def _content(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {media_type: {"schema": schema}}


TEXT = {"type": "string", "minLength": 1, "maxLength": 512}
CLOUD_EVENT = {
    "type": "object",
    "title": "CloudEvent",
    "description": "CloudEvents 1.0 in JSON; `data` fits the schema of its type (GET /v1/event-types/{type}).",
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "additionalProperties": False,
    "properties": {
        **{name: {"description": "taken, and kept by nobody"} for name in Unkept.__annotations__},
        "specversion": {"const": "1.0"},
        "id": TEXT,
        "source": TEXT | {"format": "uri-reference"},
        "type": TEXT,
        "subject": TEXT | {"description": "a dossier id, or an enterprise number in any usual spelling"},
        "time": {"type": "string", "format": "date-time"},
        "timeprecision": {"enum": ["day", "month", "year"]},
        "correlationid": TEXT,
        "causationid": TEXT,
        "datacontenttype": {"type": "string"},
        "dataschema": TEXT | {"format": "uri-reference"},
        "data": {"type": "object"},
    },
}
RECEIPT = {
    "type": "object",
    "title": "Receipt",
    "required": ["dossier", "position", "version", "recordedtime", "digest", "duplicate"],
    "properties": {
        "dossier": {"type": "string", "format": "uuid"},
        "position": {"type": "string"},
        "version": {"type": "integer"},
        "recordedtime": {"type": "string", "format": "date-time"},
        "digest": {"type": "string"},
        "duplicate": {"type": "boolean"},
    },
}
RESULT = {
    "type": "object",
    "title": "Result",
    "required": ["index", "status"],
    "properties": {
        "index": {"type": "integer"},
        "status": {"type": "integer"},
        "position": {"type": "string"},
        "problem": problems.PROBLEM_REF,
    },
}
_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_RECEIPT = {"$ref": "#/components/schemas/Receipt"}
_RESULT = {"$ref": "#/components/schemas/Result"}
POST_EVENTS: dict[str, Any] = {
    "tags": ["events"],
    "summary": "Post Events",
    "description": inspect.getdoc(events.PostEvents),
    "operationId": "post_events_v1_events_post",
    "requestBody": {
        "required": True,
        "content": {
            **_content(cloudevents.STRUCTURED, _EVENT),
            **_content(cloudevents.BATCH, {"type": "array", "items": _EVENT}),
            **_content(cloudevents.STREAM, {"type": "string", "description": "one CloudEvent a line"}),
            **_content("application/json", {"type": "object", "description": "binary mode: ce-* headers"}),
        },
    },
    "parameters": [
        {"name": "atomic", "in": "query", "schema": {"type": "boolean"}, "description": "a batch all or nothing"},
        {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the version it must be at"},
    ],
    "security": [{"HTTPBearer": []}],
    "responses": {
        "200": {
            "description": "Recorded before (one event); one result per item (batch, stream)",
            "content": {
                "application/json": {"schema": {"oneOf": [_RECEIPT, {"type": "array", "items": _RESULT}]}},
                **_content(cloudevents.STREAM, _RESULT),
            },
        },
        "201": {"description": "Recorded", "content": _content("application/json", _RECEIPT)},
        **{str(status): answer for status, answer in events.ANSWERS.items()},
    },
}
