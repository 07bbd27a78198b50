"""A child: a process beside this one, started again should it die, and ended with this one whatever ends that.

It watches its parent before it imports what it works with: a server killed while its children still start leaves none.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import structlog

log = structlog.get_logger()
POLITE = 5
"""How much a child stands back: requests go first."""


class Child(NamedTuple):
    """What runs there: a function of a module (its name), after the parent; and who is told what it sends."""

    name: str
    module: str
    arguments: tuple[Any, ...]
    told: Callable[[Any], None] = lambda said: None


class Parent:
    """The process that a child belongs to, as the child sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._end: Callable[[], None] = lambda: os._exit(0)
        threading.Thread(target=self._watch, daemon=True).start()

    def end_with(self, stop: Callable[[], None]) -> None:
        """What to do when the parent ends; before this is said, the child simply goes."""
        self._end = stop

    def tell(self, said: Any) -> None:
        """Send something to the parent."""
        self._pipe.send(said)

    def _watch(self) -> None:
        with suppress(EOFError, OSError):
            self._pipe.recv()
        self._end()


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


@contextmanager
def nothing_left() -> Iterator[None]:
    """End with the block the process by which `multiprocessing` counts: by itself it outlives this one a moment."""
    try:
        yield
    finally:
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # there is no public way


def _keep(child: Child, stopping: threading.Event) -> None:
    resource_tracker.ensure_running()  # starting it would unblock what is blocked next
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # for the child, while it is starting
    spawn = multiprocessing.get_context("spawn")
    while not stopping.is_set():
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=_live, args=(theirs, child.module, child.arguments), name=child.name, daemon=True
        )
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


def _live(pipe: Connection, module: str, arguments: tuple[Any, ...]) -> None:
    """A child's life: its parent decides when it ends, not the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent = Parent(pipe)
    os.nice(POLITE)
    importlib.import_module(module).live(parent, *arguments)
