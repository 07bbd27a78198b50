"""Rates: how much one agency may send in a second, so that none crowds out the others."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Literal

from prometheus_client import Counter

from dossier.refusals import refused

Unit = Literal["requests", "events"]
LIMITED = Counter("dossier_rate_limited_total", "Requests told to come back later", ["agency", "unit"])
BURST_SECONDS = 2.0
"""What was not sent for so long may be sent at once."""


class Bucket:
    """Tokens that drip in at a rate. Whoever finds one may overdraw: a batch larger than the bucket gets by too."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self.tokens = rate * BURST_SECONDS
        self.at = now

    def take(self, count: int, now: float) -> float:
        """Take tokens; 0, or the seconds until there is one again and nothing is taken."""
        self.tokens = min(self.rate * BURST_SECONDS, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.rate
        self.tokens -= count
        return 0.0


class Rates:
    """A bucket of requests and one of events for each agency; of another's it never feels anything."""

    def __init__(self, requests: int, events: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second: dict[Unit, int] = {"requests": requests, "events": events}
        self._clock = clock
        self._buckets: dict[tuple[str, Unit], Bucket] = {}
        self._turn = threading.Lock()

    def wait(self, agency: str, unit: Unit, count: int = 1) -> float:
        """Take what an agency sends from its bucket; 0, or the seconds it has to wait and nothing is taken."""
        now = self._clock()
        with self._turn:
            bucket = self._buckets.get((agency, unit))
            if bucket is None:
                bucket = self._buckets[agency, unit] = Bucket(self.per_second[unit], now)
            return bucket.take(count, now)

    def check(self, agency: str, unit: Unit, count: int = 1) -> None:
        """The same; raises Refused when the agency has to wait."""
        seconds = self.wait(agency, unit, count)
        if seconds:
            LIMITED.labels(agency, unit).inc()
            raise refused(
                "too-many-requests",
                f"`{agency}` may send {self.per_second[unit]} {unit} a second: wait as long as Retry-After says.",
                retry_after=math.ceil(seconds),
            )
