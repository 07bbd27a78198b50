"""The server: the web application in this process; projector, sealer and imports in their own; all ended together."""

from __future__ import annotations

import resource
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import structlog
import uvicorn
from anyio._backends import _asyncio as _anyio_backend  # noqa: F401  # else the first stream would import it, half a second
from fastapi import FastAPI

from api.app import create_app
from api.beside.child import nothing_left
from api.beside.press import publishing
from api.beside.projector import projecting
from api.beside.rehearser import rehearsing
from api.beside.sealer import sealing
from api.beside.watch import watching
from api.protocol.patience import patient
from dossier.collection import collect_seldom
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable
from dossier.log import Log
from dossier.sealing.sealer import prepare
from dossier.settings import Settings
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset

log = structlog.get_logger()
MANY_FILES = 65_536
SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter: by default five times as long, and answers wait in line for it."""


def serve(
    settings: Settings, opened: Log, *, demonstration: bool = False, ready: Callable[[str], None] = lambda url: None
) -> None:
    """Serve until a signal says stop; what is being written then is finished first."""
    ensure_served(opened.database.owner, ruleset())
    collect_seldom()
    sys.setswitchinterval(SWITCH_SECONDS)
    prepare(opened.database.app, settings.data, settings.log_origin)
    allow_many_connections()
    app = create_app(settings, opened, demonstration=demonstration, publishing=False)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
        http=patient(settings.patience_seconds, app.state.service.limits.header_bytes),
        server_header=False,
    )
    conninfo = opened.database.app
    with (
        nothing_left(),
        keeping_database(settings),
        projecting(conninfo),
        publishing(conninfo),
        rehearsing(opened.database, opened.journal),
        sealing(conninfo, settings.data, app.state.service.sealing),
        app.state.imports.staffed(),
    ):
        Announcing(config, ready, partial(_end, app)).run()


def _end(app: FastAPI) -> None:
    """End what would never end by itself: who follows the stream, and who goes on sending."""
    app.state.service.tail.close()
    app.state.arrivals.stop()


class CannotListen(OSError):
    """The port is taken, or the address is not this machine's."""


class Announcing(uvicorn.Server):
    """Says where it listens once it does, and ends what would never end by itself before it waits for the rest."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[str], None], ending: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: Any = None) -> None:
        """Open the port, then say so. Raises CannotListen: uvicorn would end the process without a word."""
        try:
            await super().startup(sockets)
        except SystemExit as end:
            reason = getattr(end.__context__, "strerror", None) or "the port cannot be opened"
            raise CannotListen(f"{reason}: choose another with --port, DOSSIER_PORT or DOSSIER_HOST") from end
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._ready(f"http://{host}:{port}")

    async def shutdown(self, sockets: Any = None) -> None:
        """End the streams, finish the other requests, stop."""
        self._ending()
        await super().shutdown(sockets)


def allow_many_connections() -> None:
    """Let this process open many files, as far as the system allows: each follower is a connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = MANY_FILES if hard == resource.RLIM_INFINITY else min(hard, MANY_FILES)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


@contextmanager
def keeping_database(settings: Settings) -> Iterator[None]:
    """Start the embedded PostgreSQL again should it die; one of the operator's own is the operator's to keep."""
    if settings.database_url is not None:
        yield
        return
    with EmbeddedPostgres(settings.data) as server, watching("database", partial(_keep_database, server)):
        yield


def _keep_database(server: EmbeddedPostgres, stopping: threading.Event) -> None:
    while not stopping.wait(1.0):
        try:
            server.ensure_ready()
        except DatabaseUnavailable as unavailable:
            log.warning("database is down", reason=str(unavailable))
