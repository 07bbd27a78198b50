"""The cross-agency timeline: every fact of a dossier in the order it happened, whoever recorded it and when."""

from __future__ import annotations

from typing import Any

from dossier.commitment import as_json
from dossier.event import Event
from projections.history import History


def timeline(history: History) -> list[dict[str, Any]]:
    """Entries by time, then position. A corrected fact shows its correction, a retracted one that it is."""
    shown = sorted([*history.facts, *history.struck], key=lambda event: (event.happened, event.position))
    by_position = {event.position: event for event in history.events} if history.corrected_by else {}
    return [_entry(event, history, by_position) for event in shown]


def _entry(event: Event, history: History, by_position: dict[int, Event]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "position": str(event.position),
        "version": event.version,
        "type": event.data.TYPE,
        "agency": event.agency,
        "time": event.time,
        "timeprecision": event.timeprecision,
        "recordedtime": event.recordedtime,
        "data": as_json(event.data),
    }
    retraction = history.retracted_by.get(event.position)
    if retraction:
        entry["retracted_by"] = str(retraction)
    correction = history.corrected_by.get(event.position)
    if correction and not retraction:
        original = by_position[event.position]
        entry["corrected_by"] = str(correction)
        entry["original"] = {"time": original.time, "data": as_json(original.data)}
    return entry
