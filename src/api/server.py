"""The server: the web application in this process; projector, sealer and imports in their own; all ended together."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import structlog
import uvicorn
from anyio._backends import _asyncio as _anyio_backend  # noqa: F401  # else the first stream would import it, half a second

from api.app import create_app
from api.patience import patient
from api.rehearser import rehearsing
from api.service import Sealing
from dossier.collection import collect_seldom
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable
from dossier.log import Log
from dossier.sealing.sealer import Sealer, prepare
from dossier.sealing.series import SERIES
from dossier.sealing.signed import SealRefused
from dossier.settings import Settings
from projections.generations import ensure_served
from projections.live import Projector
from projections.press_room import PressRoom
from projections.ruleset import ruleset

log = structlog.get_logger()
MANY_FILES = 65_536
SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter: by default five times as long, and answers wait in line for it."""
SEAL_AGAIN_SECONDS = 5.0
"""How long a sealer that refused waits before it looks again whether the log was put right."""


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
        keeping_database(settings),
        projecting(conninfo),
        publishing(conninfo),
        rehearsing(opened.database, opened.journal),
        sealing(conninfo, settings.data, app.state.service.sealing),
        app.state.imports.staffed(),
    ):
        Announcing(config, ready, app.state.service.tail.close).run()


class Announcing(uvicorn.Server):
    """Says where it listens once it does, and ends what would never end by itself before it waits for the rest."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[str], None], ending: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: Any = None) -> None:
        """Open the port, then say so."""
        await super().startup(sockets)
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
    stopping = threading.Event()
    with EmbeddedPostgres(settings.data) as server:
        watcher = threading.Thread(target=_keep_database, args=(server, stopping), name="database-watch")
        watcher.start()
        try:
            yield
        finally:
            stopping.set()
            watcher.join()


def _keep_database(server: EmbeddedPostgres, stopping: threading.Event) -> None:
    while not stopping.wait(1.0):
        try:
            server.ensure_ready()
        except DatabaseUnavailable as unavailable:
            log.warning("database is down", reason=str(unavailable))


@contextmanager
def projecting(conninfo: str) -> Iterator[None]:
    """A live projector in a process of its own, started again should it die, ended with the block.

    Its own process: projecting is work of the processor, and would hold up requests in this one.
    """
    with keeping(Child("dossier-projector", _project, (conninfo,))):
        yield


@contextmanager
def publishing(conninfo: str) -> Iterator[None]:
    """The press room in a process of its own, likewise: protecting a large table takes a minute of a processor."""
    with keeping(Child("dossier-press", _publish, (conninfo,))):
        yield


@contextmanager
def sealing(conninfo: str, data: Path, seal: Sealing) -> Iterator[None]:
    """The sealers in a process of their own, likewise; when one refuses to sign, `seal` says why."""

    def told(said: tuple[str, str]) -> None:
        series, refusal = said
        if refusal and refusal != seal.refusals.get(series):
            log.error("nothing is signed", series=series, reason=refusal)
        seal.refusals.pop(series, None)
        if refusal:
            seal.refusals[series] = refusal

    with keeping(Child("dossier-sealer", _seal, (conninfo, data), told)):
        yield


class Child(NamedTuple):
    """A process beside this one: what it runs, after a pipe to this one, and who is told what it sends."""

    name: str
    target: Callable[..., None]
    arguments: tuple[Any, ...]
    told: Callable[[Any], None] = lambda said: None


@contextmanager
def keeping(child: Child) -> Iterator[None]:
    """Keep a process running, and end it with the block."""
    stopping = threading.Event()
    watcher = threading.Thread(target=_keep, args=(child, stopping), name=f"{child.name}-watch")
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join()


def _keep(child: Child, stopping: threading.Event) -> None:
    resource_tracker.ensure_running()  # starting it would unblock what is blocked next
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # for the child, while it is starting
    spawn = multiprocessing.get_context("spawn")
    while not stopping.is_set():
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=child.target, args=(theirs, *child.arguments), name=child.name, daemon=True)
        process.start()
        theirs.close()
        while process.is_alive() and not stopping.wait(0.2):
            _listen(ours, child)
        _listen(ours, child)
        ours.close()  # the child stops when this end is gone, also when this process was killed
        process.join(15)
        if process.is_alive():
            process.kill()
            process.join()
        if not stopping.is_set():
            log.warning("a process ended and is started again", process=child.name, exitcode=process.exitcode)


def _listen(ours: Connection, child: Child) -> None:
    with suppress(EOFError, OSError):
        while ours.poll():
            child.told(ours.recv())


def _project(parent: Connection, conninfo: str) -> None:
    projector = Projector(conninfo, report=lambda reason: log.warning("projector lost the database", reason=reason))
    _end_with(parent, projector.stop)
    projector.run()


def _publish(parent: Connection, conninfo: str) -> None:
    room = PressRoom(conninfo, report=lambda name, reason: log.warning("not published", indicator=name, reason=reason))
    _end_with(parent, lambda: os._exit(0))  # what is not published yet leaves nothing behind
    os.nice(10)  # a publication takes a minute of a processor, and nobody waits for it
    room.run()


def _seal(parent: Connection, conninfo: str, data: Path) -> None:
    """A thread for each series; one that fails ends them all, and the process is started again."""
    turn = threading.Lock()
    sealers = [Sealer(data, of, report=partial(_lost, of.name)) for of in SERIES]

    def stop() -> None:
        for sealer in sealers:
            sealer.stop()

    def tell(series: str, refusal: str) -> None:
        with turn:
            parent.send((series, refusal))

    def keep(sealer: Sealer) -> None:
        try:
            _seal_on(sealer, conninfo, partial(tell, sealer.of.name))
        finally:
            stop()

    _end_with(parent, stop)
    threads = [threading.Thread(target=keep, args=(sealer,), name=f"seal-{sealer.of.name}") for sealer in sealers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _seal_on(sealer: Sealer, conninfo: str, tell: Callable[[str], None]) -> None:
    while not sealer.stopping.is_set():
        try:
            sealer.run(conninfo, sealed=lambda: tell(""))
        except SealRefused as refusal:
            tell(str(refusal))
            sealer.stopping.wait(SEAL_AGAIN_SECONDS)


def _lost(series: str, reason: str) -> None:
    log.warning("sealer lost the database", series=series, reason=reason)


def _end_with(parent: Connection, stop: Callable[[], None]) -> None:
    """Live in the background of the parent, which decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(5)  # requests go first

    def until_parent_ends() -> None:
        with suppress(EOFError, OSError):
            parent.recv()
        stop()

    threading.Thread(target=until_parent_ends, daemon=True).start()
