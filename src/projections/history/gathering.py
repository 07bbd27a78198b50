"""Gathering: the facts of a history, one after the other, into a reading."""

from __future__ import annotations

from dossier.decisions import BYSTANDERS
from dossier.event import Event
from projections.history.history import History, day
from projections.history.reading import Reading
from projections.history.taking import TAKE
from projections.undertaking.single_undertaking import merged
from projections.undertaking.statement import Restructuring


class BrokenFact(Exception):
    """A fact the reading could not take, by its position: it is set aside with its reason."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"position {position}: {reason}")
        self.position = position
        self.reason = reason


def read(history: History, reading: Reading | None = None) -> Reading:
    """Gather a history's facts, going on from a `reading` of what happened before them if one is given.

    Raises BrokenFact naming the one that cannot be taken.
    """
    reading = reading or Reading()
    agencies = reading.agencies
    event: Event | None = None
    try:
        for event in history.facts:
            data, on = event.data, day(event)
            seen = agencies.get(event.agency)
            if seen is None:
                if event.agency not in BYSTANDERS:
                    agencies[event.agency] = [on, on, 1, None]
            else:
                seen[1] = on
                seen[2] += 1
            take = TAKE.get(type(data))
            if take is not None:
                take(reading, data, on, event)
    except Exception as error:
        assert event is not None
        raise BrokenFact(event.position, f"{type(error).__name__} in {event.type}") from error
    for number, merger in merged(told for told in reading.statements if isinstance(told, Restructuring)).items():
        if number in reading.enterprises:
            reading.enterprises[number].merger = merger
    return reading
