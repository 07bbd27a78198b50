"""Amendments: what a history says once its corrections and retractions are taken into account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dossier.catalogue import EventCorrected, EventRetracted
from dossier.event import Event, restore
from dossier.upcasting import today

AMENDMENTS = frozenset((EventCorrected, EventRetracted))


class Amended(NamedTuple):
    """The facts in force, and by which position others were retracted or corrected."""

    facts: list[Event]
    retracted_by: dict[int, int]
    corrected_by: dict[int, int]


def amend(history: Sequence[Event]) -> Amended:
    """A history in position order -> what it says.

    Read from the end: an amendment counts unless a later one in force takes it back. So retracting a correction
    brings back what was there before, and retracting a retraction brings back the fact. Of several corrections the
    last one wins.
    """
    if not has_amendments(history):
        return Amended(list(history), {}, {})
    retracted: dict[int, int] = {}
    corrections: dict[int, Event] = {}
    facts: list[Event] = []
    for event in reversed(history):
        data = event.data
        if event.position in retracted and event.position:
            continue
        if isinstance(data, EventRetracted):
            retracted.setdefault(int(data.corrects), event.position)
        elif isinstance(data, EventCorrected):
            corrections.setdefault(int(data.corrects), event)
        else:
            correction = corrections.get(event.position) if event.position else None
            facts.append(corrected(event, correction) if correction else event)
    facts.reverse()
    return Amended(facts, retracted, {target: event.position for target, event in corrections.items()})


def corrected(event: Event, correction: Event) -> Event:
    """An event with the data of its correction, and its time when the correction gives another."""
    change = correction.data
    assert isinstance(change, EventCorrected)
    kind, data = today(change.corrected_type or event.type, change.data)
    return event._replace(
        data=restore(kind, data),
        time=change.time or event.time,
        timeprecision=change.timeprecision or event.timeprecision,
    )


def has_amendments(history: Iterable[Event]) -> bool:
    """Whether any event of a history speaks of another one."""
    return not AMENDMENTS.isdisjoint([type(event.data) for event in history])
