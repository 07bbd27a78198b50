"""The office: takes in files by HTTP, and sees to it that a process imports them for as long as any is due."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from multiprocessing import resource_tracker
from pathlib import Path

import structlog

from api.beside.child import forking
from api.imports.runs import Runs
from api.imports.uploads import Uploads
from api.imports.working import work
from dossier.journal import LogUnreachable
from dossier.log import Log

DAYS = 90
"""How long a report is kept."""
WAITING = 10
"""Imports an organisation may have waiting, with those it is sending: each is a file on the service's disk."""
RETRY_SECONDS = 1.0
EXPIRE_SECONDS = 3_600.0
"""How often reports that were kept long enough are looked for: a service may run for a year."""
log = structlog.get_logger()


class Office:
    """The imports of one server: its uploads, their record, and the process that does them."""

    def __init__(self, opened: Log, data: Path) -> None:
        self.runs = Runs(opened.journal)
        self.uploads = Uploads(data / "imports")
        self._database = opened.database
        self._due = threading.Event()
        self._coming: Counter[str] = Counter()
        self._expired = -inf

    @contextmanager
    def coming(self, agency: str) -> Iterator[int]:
        """While the block lasts, a file of an organisation is being sent; how many others of its files are."""
        self._coming[agency] += 1
        try:
            yield self._coming[agency] - 1
        finally:
            self._coming[agency] -= 1

    def wake(self) -> None:
        """An import is due."""
        self._due.set()

    @contextmanager
    def staffed(self) -> Iterator[None]:
        """While the block lasts, imports are done; what is unfinished at its end goes on with the next server."""
        with suppress(LogUnreachable):
            self.uploads.clear(self.runs.unfinished())
        stopping = threading.Event()
        watcher = threading.Thread(target=self._keep_working, args=(stopping,), name="imports-watch")
        watcher.start()
        try:
            yield
        finally:
            stopping.set()
            self._due.set()
            watcher.join()

    def _keep_working(self, stopping: threading.Event) -> None:
        resource_tracker.ensure_running()  # starting it would unblock what is blocked next
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # for the child, while it is starting
        while not stopping.is_set():
            self._due.clear()
            try:
                self._expire()
                due = any(self.uploads.has(run) for run in self.runs.unfinished())
            except LogUnreachable:
                stopping.wait(RETRY_SECONDS)
                continue
            if not due:
                self._due.wait(EXPIRE_SECONDS)
            elif self._work(stopping):
                stopping.wait(RETRY_SECONDS)

    def _expire(self) -> None:
        if time.monotonic() - self._expired >= EXPIRE_SECONDS:
            self.runs.expire(DAYS)
            self._expired = time.monotonic()

    def _work(self, stopping: threading.Event) -> int:
        """Start the process and wait until nothing is due any more; how it ended, 0 when it was well."""
        context = forking()
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(self._database, self.uploads.directory, theirs), daemon=True)
        with ours:  # the process stops when this end is gone, also when this one was killed
            with theirs:
                try:
                    process.start()
                except (EOFError, OSError):  # what forks it ended: the next to be started starts that first
                    return 1
            while process.is_alive() and not stopping.is_set():
                process.join(0.2)
        process.join(15)
        if process.is_alive():
            process.kill()
            process.join()
        if process.exitcode and not stopping.is_set():
            log.warning("importing ended and is started again", exitcode=process.exitcode)
        return process.exitcode or 0
