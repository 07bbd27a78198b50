"""Moving: what an agency took with it, posted into another installation, where every position is another one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from api.client.connection import Client, Event, Later
from api.client.outbox import BATCH, BATCH_CHARACTERS, PASSING

BESIDE = ("position", "version", "dossier", "agency", "digest", "recordedtime", "personal")
"""What the log put beside the events of an export."""
LEFT_BEHIND = {"title": "What it corrects was not taken here", "detail": "It has no position in this installation."}
Refused = tuple[Event, dict[str, Any]]


class Moved(NamedTuple):
    """How many events the other installation has now, and those it has not, each with its problem."""

    taken: int
    refused: list[Refused]


def move(lines: Iterable[str], client: Client) -> Moved:
    """Post the lines of an export; safe to repeat. Raises Problem and Later.

    A correction names what it corrects by a position: it is given the one that event has there, and never sent where
    that is not known, for it would correct another. What is refused is tried once more at the end: it may speak of a
    dossier that came after it.
    """
    moving = Moving(client)
    moving.take_all(event for event in map(json.loads, filter(str.strip, lines)) if "trailer" not in event)
    moving.take_all([event for event, _ in moving.refused])
    return Moved(len(moving.positions), moving.refused)


class Moving:
    """The positions events had, with those they have now, and what waits to be sent."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._waiting: list[Event] = []
        self._size = 0
        self.positions: dict[str, str] = {}
        self.refused: list[Refused] = []

    def take_all(self, given: Iterable[Event]) -> None:
        """Send events as the export has them, in their order."""
        self.refused = []
        for event in given:
            self._take(event)
        self._flush()

    def _take(self, event: Event) -> None:
        target = _target(event)
        if self._full() or target in {one["position"] for one in self._waiting}:
            self._flush()
        if target is None or target in self.positions:
            self._waiting.append(event)
            self._size += len(json.dumps(event))
        else:
            self.refused.append((event, LEFT_BEHIND))

    def _full(self) -> bool:
        return len(self._waiting) >= BATCH or self._size > BATCH_CHARACTERS

    def _flush(self) -> None:
        waiting, self._waiting, self._size = self._waiting, [], 0
        results = self._client.post_all([self._there(event) for event in waiting]) if waiting else []
        for event, result in zip(waiting, results, strict=True):
            if result["status"] in PASSING:
                raise Later("the service had no answer for an event")
            if "position" in result:
                self.positions[event["position"]] = result["position"]
            else:
                self.refused.append((event, result.get("problem", {})))

    def _there(self, event: Event) -> Event:
        """The event as it is to be posted there."""
        posted = {name: value for name, value in event.items() if name not in BESIDE}
        target = _target(event)
        return posted if target is None else posted | {"data": event["data"] | {"corrects": self.positions[target]}}


def _target(event: Event) -> str | None:
    """The position that a correction or a retraction names."""
    named = event["data"].get("corrects")
    return None if named is None else str(named)
