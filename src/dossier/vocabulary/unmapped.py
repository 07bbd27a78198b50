"""The unmapped queue: words that no vocabulary has a common term for, counted as they are met. Never a guess."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg

from dossier.values import WORD
from dossier.vocabulary.publication import SQL

SAMPLES = 5
MOST = 2_000
"""Words of one agency in the queue: beyond them a broken sender would only fill the disk."""
Reading = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]
Place = tuple[str, str, str, str]
Unmapped = tuple[str, str, str]
"""A type by its name, a field, a word."""
WORDLIKE = re.compile(WORD.replace("]*", "]{0,118}"))
"""What a schema would take for a term: anything longer or stranger may be more than a word, and is not kept."""


class Met:
    """How often one word was met since the queue was last written."""

    def __init__(self) -> None:
        self.recorded = 0
        self.refused = 0
        self.positions: list[int] = []


class Waiting(NamedTuple):
    """A word of the queue. `recorded` events hold it, posts were `refused` for it; `positions` are the first few."""

    type: str
    field: str
    word: str
    recorded: int
    refused: int
    first_seen: datetime
    last_seen: datetime
    positions: list[int]


class UnmappedQueue:
    """Counts in memory and writes now and then: no post waits for it. A crash loses the counts of a second, no word:
    what was recorded stands in the log, and what was refused comes again."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._met: dict[Place, Met] = {}
        self._words: Counter[str] = Counter()
        self._turn = threading.Lock()

    def met(self, agency: str, words: Iterable[Unmapped], position: int | None) -> None:
        """Count words of one event; without a `position` it was refused."""
        with self._turn:
            for type_, field, word in words:
                place = (agency, type_, field, word)
                if place not in self._met:
                    if not WORDLIKE.fullmatch(word) or self._words[agency] >= MOST:
                        continue
                    self._words[agency] += 1
                found = self._met.setdefault(place, Met())
                found.refused += position is None
                found.recorded += position is not None
                if position is not None and len(found.positions) < SAMPLES:
                    found.positions.append(position)

    def write(self) -> None:
        """Write what was met since the last time."""
        with self._turn:
            met, self._met, self._words = self._met, {}, Counter()
        if not met:
            return
        with self._reading() as connection, connection.transaction():
            full = {agency for agency in {place[0] for place in met} if self._full(connection, agency)}
            places = sorted(place for place in met if place[0] not in full)
            if places:
                self._write(connection, places, met)

    def waiting(self, agency: str) -> list[Waiting]:
        """The queue of an agency as it stands now, the most frequent words first."""
        self.write()
        with self._reading() as connection:
            return [Waiting(*row) for row in connection.execute(SQL["unmapped"], (agency,))]

    @staticmethod
    def _full(connection: psycopg.Connection[Any], agency: str) -> bool:
        row = connection.execute(SQL["many"], (agency,)).fetchone()
        return row is not None and row[0] >= MOST

    @staticmethod
    def _write(connection: psycopg.Connection[Any], places: Sequence[Place], met: dict[Place, Met]) -> None:
        now = datetime.now(UTC)
        columns = dict(zip(("agency", "type", "field", "word"), map(list, zip(*places, strict=True)), strict=True))
        counts = {name: [getattr(met[place], name) for place in places] for name in ("recorded", "refused")}
        connection.execute(SQL["note"], {**columns, **counts, "seen": [now] * len(places)})
        for agency, type_, field, word in places:
            if positions := met[agency, type_, field, word].positions:
                named = {"agency": agency, "type": type_, "field": field, "word": word, "positions": positions}
                connection.execute(SQL["sample"], named)
