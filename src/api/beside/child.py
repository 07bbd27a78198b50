"""A child: a process beside this one, started again should it die, and ended with this one whatever ends that.

All are forked from one process that has imported what they work with (`nursery`): importing takes a second of a
processor, for each anew. A child watches its parent before it imports anything more: a server killed while its children
still start leaves none.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any, NamedTuple

import structlog

from api.beside.watch import watching
from api.logs import log_as_told

log = structlog.get_logger()
AGAIN_SECONDS = 1.0
"""How long after its end a child is started again."""
POLITE = 5
"""How much a child stands back: requests go first."""


class Child(NamedTuple):
    """What runs there: a function of a module (its name), after the parent; and who is told what it sends.

    One that is `daemon` has no children of its own.
    """

    name: str
    module: str
    arguments: tuple[Any, ...]
    told: Callable[[Any], None] = lambda said: None
    daemon: bool = True


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
    with watching(child.name, partial(_keep, child)):
        yield


@contextmanager
def nothing_left() -> Iterator[None]:
    """End with the block the processes by which `multiprocessing` forks and counts: they outlive this one a moment."""
    try:
        yield
    finally:
        _end_forkserver()
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # no public way either


def _end_forkserver() -> None:
    """It has no children left, and nothing to say: it need not take apart what it loaded. There is no public way."""
    server: Any = forkserver._forkserver
    if server._forkserver_pid is not None:
        with suppress(ProcessLookupError):
            os.kill(server._forkserver_pid, signal.SIGKILL)
    server._stop()


def forking() -> ForkServerContext:
    """How a child is started: forked from a process that has one thread and what children work with."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "api.beside.nursery"])
    return context


def blocked_signals() -> None:
    """Keep from this thread, and from a child while it is starting, the signals that are for the parent."""
    resource_tracker.ensure_running()  # starting it would unblock what is blocked next
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})


def _keep(child: Child, stopping: threading.Event) -> None:
    blocked_signals()
    while not stopping.is_set():
        exitcode = run(child, stopping)
        if not stopping.is_set():
            log.warning("a process ended and is started again", process=child.name, exitcode=exitcode)
            stopping.wait(AGAIN_SECONDS)


def run(child: Child, stopping: threading.Event) -> int | None:
    """Run it until it ends or is to; its exit code, none where it did not even start."""
    context = forking()
    ours, theirs = context.Pipe()
    arguments = (theirs, child.module, child.arguments)
    process = context.Process(target=_live, args=arguments, name=child.name, daemon=child.daemon)
    with ours:  # the child stops when this end is gone, also when this process was killed
        with theirs:
            try:
                process.start()
            except (EOFError, OSError):  # what forks it ended: the next to be started starts that first
                return None
        while process.is_alive() and not stopping.wait(0.2):
            _listen(ours, child)
        _listen(ours, child)
    process.join(15)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode


def _listen(ours: Connection, child: Child) -> None:
    with suppress(EOFError, OSError):
        while ours.poll():
            child.told(ours.recv())


def _live(pipe: Connection, module: str, arguments: tuple[Any, ...]) -> None:
    """A child's life: its parent decides when it ends, not the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent = Parent(pipe)
    log_as_told()
    os.nice(POLITE)
    importlib.import_module(module).live(parent, *arguments)
