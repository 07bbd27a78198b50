"""The newsstand: shows what the press publishes in another process, and asks it for newer figures.

Protecting a large table takes a minute of a processor; whoever asks for a figure is answered with the last one at once.
"""

from __future__ import annotations

import time

import psycopg

from dossier.journal import Journal
from projections.disclosure.publication import SQL, Publication
from projections.facts_reader import FactsReader
from projections.indicator import Indicator
from projections.press import Press

PATIENCE = 8.0
"""Seconds that the first question of all about an indicator waits for its first publication."""
AGAIN = 1.0
"""Seconds after which the press is asked again for the same indicator."""
LOOK = 0.05


class NotPublishedYet(Exception):
    """An indicator was never published; it will be."""


class Newsstand(Press):
    """Answers as the press does, from what another process published."""

    def __init__(self, journal: Journal, conninfo: str, reader: FactsReader, *, patience: float = PATIENCE) -> None:
        super().__init__(journal, conninfo, reader)
        self._patience = patience
        self._asked: dict[str, float] = {}

    def at_once(self) -> Press:
        """One that says so when nothing is published yet."""
        return Newsstand(self._journal, self._conninfo, self._reader, patience=0.0)

    def current(self, indicator: Indicator, effort: float = 0.0) -> Publication:  # noqa: ARG002 - none is made here
        """The last publication. The first of all is waited for. Raises NotPublishedYet."""
        until = time.monotonic() + self._patience
        while (found := self._last(indicator)) is None:
            if time.monotonic() > until:
                raise NotPublishedYet(f"{indicator.name} is being prepared for publication: ask again in a minute")
            time.sleep(LOOK)
        return found

    def _last(self, indicator: Indicator) -> Publication | None:
        with self._lock, self._journal.reading() as connection:
            self._ask(connection, indicator.name)
            known = self._read(connection, indicator)
        return known[-1] if known else None

    def _ask(self, connection: psycopg.Connection[object], name: str) -> None:
        if time.monotonic() - self._asked.get(name, -AGAIN) >= AGAIN:
            self._asked[name] = time.monotonic()
            connection.execute(SQL["ask"], (name,))
