"""The pace of work that is under way: how much is done, of how much, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """Events done, of how many, and a second; 0.0 a second while that cannot be told."""

    done: int
    of: int
    per_second: float

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the pace so far; None while that cannot be told."""
        return round((self.of - self.done) / self.per_second, 1) if self.per_second else None


class Pace:
    """Tells the pace since it was first asked: what was done before, by a build that was cut off, does not count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.first: tuple[int, float] | None = None

    def at(self, done: int, of: int) -> Progress:
        """How the work stands, with so many events done of so many."""
        now = self.clock()
        before, began = self.first = self.first or (done, now)
        return Progress(done, of, (done - before) / (now - began) if now > began else 0.0)
