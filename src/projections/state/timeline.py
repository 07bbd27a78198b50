"""The cross-agency timeline: every fact of a dossier in the order it happened, whoever recorded it and when."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from dossier.commitment import as_json
from dossier.event import Event
from projections.history.history import History


def timeline(history: History) -> list[dict[str, Any]]:
    """Entries by time, then position. A corrected fact shows its correction, a retracted one that it is."""
    shown = _shown(history)
    entries = [
        {
            "position": str(event.position),
            "version": event.version,
            "type": event.data.TYPE,
            "agency": event.agency,
            "time": event.time,
            "timeprecision": event.timeprecision,
            "recordedtime": event.recordedtime,
            "data": as_json(event.data),
        }
        for event in shown
    ]
    if history.retracted_by or history.corrected_by:
        by_position = {event.position: event for event in history.events}
        for event, entry in zip(shown, entries, strict=True):
            entry.update(_amended(event.position, history, by_position))
    return entries


def _shown(history: History) -> Sequence[Event]:
    """The facts in force or taken back, by time, then position: as they stand, where none was recorded out of order."""
    positions = [event.position for event in history.facts]
    if not history.struck and positions == sorted(positions):
        return history.facts
    shown = sorted([*history.facts, *history.struck], key=attrgetter("position"))
    return sorted(shown, key=attrgetter("happened"))


def _amended(position: int, history: History, by_position: dict[int, Event]) -> dict[str, Any]:
    """What a later event says of the one at a position."""
    if retraction := history.retracted_by.get(position):
        return {"retracted_by": str(retraction)}
    if correction := history.corrected_by.get(position):
        original = by_position[position]
        return {
            "corrected_by": str(correction),
            "original": {"time": original.time, "data": as_json(original.data)},
        }
    return {}
