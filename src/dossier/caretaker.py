"""The caretaker: one thread that does what is due every second, so that no request has to."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from dossier.journal import LogUnreachable

log = structlog.get_logger()
SECONDS = 1.0


class Caretaker:
    """Does its rounds until it is closed, and a last one then. A database that is away for a while is waited for."""

    def __init__(self, *rounds: Callable[[], None], seconds: float = SECONDS) -> None:
        self._rounds = rounds
        self._seconds = seconds
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Do the last round and end."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(self._seconds):
            self._round()
        self._round()

    def _round(self) -> None:
        for do in self._rounds:
            try:
                do()
            except LogUnreachable:
                return  # what was due is due again in a second
            except Exception as error:
                log.error("a round failed", round=getattr(do, "__name__", "?"), error=type(error).__name__)
