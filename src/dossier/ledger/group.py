"""Groups of readings: while one is being written, those that come meanwhile gather into the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

from dossier.ledger.appending import LedgerUnreachable
from dossier.ledger.entry import Entry
from dossier.refusals import Refused, refused

WAITING = 10_000
"""Readings that may wait; beyond, they are refused at once."""
PATIENCE = 15.0
"""Seconds a reading waits for whoever writes."""
log = structlog.get_logger()
Write = Callable[[Sequence[Entry]], list[Entry]]


class Ticket:
    """One reading that waits: woken when it is written, or when it is its turn to write."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.woken = threading.Event()
        self.recorded: list[Entry] | None = None
        self.leads = False


class Group:
    """No thread of its own: a reading that finds nobody writing writes for all that wait, then the next one leads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Ticket] = []
        self._writing = False

    @property
    def waiting(self) -> int:
        """How many readings wait."""
        return len(self._waiting)

    def add(self, entries: Sequence[Entry], write: Write) -> list[Entry]:
        """Entries as `write` recorded them, with those of others. Raises Refused when that failed."""
        ticket = Ticket(entries)
        with self._lock:
            if len(self._waiting) >= WAITING:
                raise unrecorded()
            self._waiting.append(ticket)
            ticket.leads, self._writing = not self._writing, True
        if not ticket.leads and not ticket.woken.wait(PATIENCE):
            self._give_up(ticket)
        if ticket.leads:
            self._lead(write)
        if ticket.recorded is None:
            raise unrecorded()
        return ticket.recorded

    def _lead(self, write: Write) -> None:
        with self._lock:
            group, self._waiting = self._waiting, []
        try:
            self._write(group, write)
        finally:
            with self._lock:
                self._writing = bool(self._waiting)
                if self._writing:
                    self._waiting[0].leads = True
                    self._waiting[0].woken.set()
            for ticket in group:
                ticket.woken.set()

    def _write(self, group: Sequence[Ticket], write: Write) -> None:
        """Write a group. What breaks it breaks only the reading it comes from: the others are written apart."""
        try:
            recorded = write([entry for ticket in group for entry in ticket.entries])
        except Exception as error:  # whatever it is: what is not recorded is not shown
            if len(group) > 1 and not isinstance(error, LedgerUnreachable):
                for ticket in group:
                    self._write([ticket], write)
            else:
                log.error("readings could not be recorded", error=type(error).__name__)
            return
        done = 0
        for ticket in group:
            ticket.recorded = recorded[done : done + len(ticket.entries)]
            done += len(ticket.entries)

    def _give_up(self, ticket: Ticket) -> None:
        """Raise Refused, unless it has just become this reading's turn to write, which nobody else would take."""
        with self._lock:
            if ticket.leads:
                return
            if ticket in self._waiting:
                self._waiting.remove(ticket)
        raise unrecorded()


def unrecorded() -> Refused:
    """Why personal data is not shown."""
    return refused("reading-not-recorded", "Nothing personal is shown that is not recorded first: try again.")
