"""The waiting room: how many may wait at once for what is being made, and the others are told to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

SEATS = 20
"""Half of the threads that answer requests: who waits holds one, and everybody else's answers need some."""


class WaitingRoom:
    """Seats for those who wait, each in a thread of its own."""

    def __init__(self, seats: int = SEATS) -> None:
        self._seats = threading.BoundedSemaphore(seats)

    @contextmanager
    def seat(self, patience: float) -> Iterator[float]:
        """How many seconds to wait: as many as there is patience for, and none where all seats are taken."""
        taken = patience > 0 and self._seats.acquire(blocking=False)
        try:
            yield patience if taken else 0.0
        finally:
            if taken:
                self._seats.release()
