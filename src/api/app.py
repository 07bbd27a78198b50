"""The composition root of the web application: everything is wired here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import Depends, FastAPI

from api.charts.rendering import Renderer
from api.following.tail import Tail, following
from api.identity.oidc import Issuer
from api.identity.tokens import TokenKey
from api.imports.office import Office
from api.metrics import Measured
from api.openapi import document
from api.pages import wiring as pages
from api.protocol import browsable, problems
from api.protocol.arriving import Arrivals, Arriving
from api.protocol.headed import Headed
from api.protocol.packing import PackedReads
from api.protocol.said_once import said_once
from api.protocol.shielded import Shielded
from api.reception.rates import Rates
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
    searching,
    services,
    targets,
    undertakings,
    vocabularies,
    webhooks,
)
from api.service import Limits, Service
from api.webhooks.dispatcher import Dispatcher, dispatching
from api.webhooks.sealing import Seal
from api.webhooks.sending import Sender
from api.webhooks.store import Subscriptions
from api.webhooks.target import Targets
from dossier.ledger import ReaderKey
from dossier.log import Log
from dossier.settings import Settings
from projections.figures.facts_reader import FactsReader
from projections.figures.past import Past
from projections.publications.newsstand import Newsstand
from projections.publications.press import Press

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
        dependencies=[Depends(said_once)],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # addresses name dossiers: see `Measured`
    )
    _state(app, settings, log, publishing=publishing)
    _routes(app, demonstration=demonstration)
    _around(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _state(app: FastAPI, settings: Settings, log: Log, *, publishing: bool) -> None:
    """What requests share."""
    seal, targets = Seal(settings.data), Targets(allow_private=settings.webhook_allow_private)
    tail = Tail(
        log.journal, log.database.app, report=lambda reason: told.warning("tail lost the database", reason=reason)
    )
    app.state.service = _service(settings, log, tail, Subscriptions(log.journal, seal), targets)
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
    app.state.arrivals = Arrivals()


def _service(settings: Settings, log: Log, tail: Tail, subscriptions: Subscriptions, targets: Targets) -> Service:
    keys, issuer = TokenKey(settings.data), None
    if settings.oidc_issuer:
        issuer = Issuer(settings.oidc_issuer, settings.oidc_audience or "dossier", keys.withdrawals)
    rates, readers = Rates(settings.rate_requests, settings.rate_events), ReaderKey(settings.data)
    return Service(
        log, keys, Limits(), rates, tail, targets, subscriptions, issuer, data=settings.data, readers=readers
    )


def _routes(app: FastAPI, *, demonstration: bool) -> None:
    problems.install(app)
    app.router.routes.append(events.ROUTE)
    for module in (
        registering, searching, dossiers, peers, replay, changes, readings, deeds, bundles, export, referrals, services,
        programmes, targets, feed, webhooks, imports, indicators, rulesets, pilot, undertakings, vocabularies,
        reference, health,
    ):  # fmt: skip
        app.include_router(module.router)
    for address in proofs.ADDRESSES.values():
        app.include_router(proofs.router, prefix=address)
    app.include_router(proofs.witnessing)
    browsable.install(app)
    pages.install(app, demonstration=demonstration)


def _around(app: FastAPI) -> None:
    """What every request passes; the last one named is the first it comes to."""
    app.add_middleware(PackedReads)
    app.add_middleware(Shielded)
    app.add_middleware(Arriving, arrivals=app.state.arrivals)
    app.add_middleware(Measured)
    app.add_middleware(Headed)


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the requests, in their event loop."""
    async with following(app.state.service.tail), dispatching(app.state.dispatcher):
        yield
