"""What an organisation knew of a dossier at an instant: what it had recorded, read, or had delivered by then.

Only what is on record counts, so the answer is a lower bound, and each event says by which record it is known. See
docs/decisions/0074-what-an-agency-knew.md for what leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from dossier.event import Event
from dossier.ledger import MARKING, Entry
from projections.dossiers.replay import standing
from projections.dossiers.state_difference import Change, difference
from projections.history.history import as_known
from projections.rulesets.ruleset import Ruleset

WHOLE = (*MARKING, "changes")
"""Kinds of reading that show all of a dossier up to their version."""
ONE = ("feed",)
"""Kinds of reading that show at least the last event they name."""


class Delivery(NamedTuple):
    """An event that an endpoint of the organisation answered for: its position, and when."""

    position: int
    at: datetime


class Evidence(NamedTuple):
    """Why an organisation knew an event: `recorded` it itself, `read` it, or had it `delivered`; since when.

    `reading` is the number of the entry in the access ledger.
    """

    how: str
    at: datetime
    reading: int | None = None


class Known(NamedTuple):
    """Each event the log had, with the evidence that the organisation knew it; the state that those it knew make.

    `unknown` is the difference between that state and the one all events make.
    """

    events: list[tuple[Event, list[Evidence]]]
    state: dict[str, Any]
    unknown: list[Change]


def known_by(
    dossier: UUID,
    events: Sequence[Event],
    agency: str,
    readings: Iterable[Entry],
    deliveries: Iterable[Delivery],
    rules: Ruleset,
    on: datetime,
) -> Known:
    """What an organisation knew of these events of a dossier; readings and deliveries are those by the instant."""
    had = as_known(events, on)
    found: dict[int, list[Evidence]] = {event.position: [] for event in had}
    for event in had:
        if event.agency == agency:
            found[event.position].append(Evidence("recorded", datetime.fromisoformat(event.recordedtime)))
    for entry in readings:
        for event in had:
            if _shows(entry, event) and entry.at is not None and not _read(found[event.position]):
                found[event.position].append(Evidence("read", entry.at, entry.number))
    for delivery in deliveries:
        found.get(delivery.position, []).append(Evidence("delivered", delivery.at))
    known = [event for event in had if found[event.position]]
    state = standing(dossier, known, rules) if known else {}
    whole = standing(dossier, had, rules) if had else {}
    return Known([(event, found[event.position]) for event in had], state, difference(state, whole))


def _shows(entry: Entry, event: Event) -> bool:
    if entry.kind in WHOLE:
        return event.version <= entry.seen.version
    return entry.kind in ONE and event.position == entry.seen.position


def _read(evidence: list[Evidence]) -> bool:
    """Whether a reading is on record already: the first one says since when."""
    return any(one.how == "read" for one in evidence)
