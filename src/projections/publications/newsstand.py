"""The newsstand: shows what the press publishes in another process, and asks it for newer figures.

Protecting a large table takes a minute of a processor; whoever asks for a figure is answered with the last one at once.
"""

from __future__ import annotations

import time

from dossier.journal import Journal
from projections.counting.indicator import Indicator
from projections.disclosure.publication import SQL, Publication
from projections.figures.facts_reader import FactsReader
from projections.publications.press import FIRST, BeingPublished, Press

AGAIN = 1.0
"""Seconds after which the press is asked again for the same indicator."""
LOOK = 0.05


class Newsstand(Press):
    """Answers as the press does, from what another process published."""

    def __init__(self, journal: Journal, conninfo: str, reader: FactsReader) -> None:
        super().__init__(journal, conninfo, reader)
        self._asked: dict[str, float] = {}

    def latest(self, indicator: Indicator, patience: float = FIRST) -> Publication:
        """The last publication. The first of all is waited for. Raises BeingPublished."""
        self._ask(indicator.name)
        if known := self.all(indicator):
            return known[-1]
        with self._room.seat(patience) as seconds:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                time.sleep(LOOK)
                if known := self.all(indicator):
                    return known[-1]
        raise BeingPublished(f"{indicator.name} is being published for the first time: ask again soon")

    def _ask(self, name: str) -> None:
        if time.monotonic() - self._asked.get(name, -AGAIN) >= AGAIN:
            self._asked[name] = time.monotonic()
            with self._journal.reading() as connection:
                connection.execute(SQL["ask"], (name,))
