"""A dossier's whole history, as projections read it: what was recorded, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import orjson

from dossier.amendment import amend
from dossier.catalogue import RANK, EventCorrected, EventRetracted
from dossier.commitment import as_json, join
from dossier.event import BRUSSELS, Event, day_of, restore

AMENDMENTS = (EventCorrected, EventRetracted)
HOUR = 13
"""Characters of an instant, as the log writes it, that say its hour."""


class AsOf(NamedTuple):
    """Which truth is asked for: as true on a day, as known at an instant or position, under a ruleset; None for now.

    `reached` is when the log came to the position.
    """

    effective: date | None = None
    known: datetime | None = None
    position: int | None = None
    reached: datetime | None = None
    ruleset: str | None = None

    @property
    def now(self) -> bool:
        """Whether the dossier as it stands is asked for."""
        return all(asked is None for asked in self)

    def day(self, today: str) -> str:
        """The day (ISO text) whose calendar counts: of both truths asked for the earlier, and never one to come."""
        asked = [str(self.effective)] if self.effective else []
        asked += [day_of(instant) for instant in (self.known, self.reached) if instant]
        return min([*asked, today])


def today() -> str:
    """The day it is in Brussels, as ISO text."""
    return day_of(datetime.now(UTC))


class History(NamedTuple):
    """`events` as recorded, in position order; `facts` in force, in the order they happened; `struck` ones retracted.

    Facts of one instant stand in the order of the catalogue, and of one type by their content: never by position, so
    that the same facts posted in another order make the same history. `effective` is the last day
    that was asked for, if any.
    """

    dossier: UUID
    events: Sequence[Event]
    facts: Sequence[Event]
    retracted_by: dict[int, int]
    corrected_by: dict[int, int]
    struck: Sequence[Event] = ()
    effective: date | None = None

    @property
    def version(self) -> int:
        """The number of the dossier's events."""
        return self.events[-1].version if self.events else 0

    @property
    def position(self) -> int:
        """The position of its last event."""
        return self.events[-1].position if self.events else 0

    @property
    def undone(self) -> set[int]:
        """The versions of events that count no longer: those retracted or corrected, and corrections but the last."""
        counting = {position for target, position in self.corrected_by.items() if target not in self.retracted_by}
        return {
            event.version
            for event in self.events
            if event.position in self.retracted_by
            or event.position in self.corrected_by
            or (isinstance(event.data, EventCorrected) and event.position not in counting)
        }

    @property
    def recorded_on(self) -> str:
        """The day in Brussels (ISO text) on which the log took its last event; empty without any."""
        return recorded_day(self.events[-1]) if self.events else ""

    @property
    def day(self) -> str:
        """The day (ISO text) it speaks of, on which rules are read: the one asked for, else that of its last event.

        Never the calendar's: what is projected from the same events under the same rules is the same for good.
        """
        return str(self.effective) if self.effective else self.recorded_on


@lru_cache(maxsize=4_096)
def day_at(hour: str) -> str:
    """The day in Brussels of an hour in UTC, as the log writes it: whole hours apart, so all of it is on that day."""
    return day_of(datetime.fromisoformat(hour + ":00:00Z"))


def history_of(dossier: UUID, events: Sequence[Event], *, without: Iterable[int] = ()) -> History:
    """Events in position order -> the history they make; what those at positions `without` say is passed over."""
    passed = set(without)
    said = [event for event in events if event.position not in passed] if passed else events
    facts, retracted_by, corrected_by = amend(said)
    struck = [e for e in said if e.position in retracted_by and type(e.data) not in AMENDMENTS] if retracted_by else ()
    return History(dossier, events, in_order(facts), retracted_by, corrected_by, struck)


def in_order(facts: list[Event]) -> list[Event]:
    """Facts by the instant they happened, then by rank in a journey, then by content."""
    keyed = [(event.happened, RANK[type(event.data)]) for event in facts]
    order = sorted(range(len(facts)), key=keyed.__getitem__)
    if len(set(keyed)) < len(keyed):
        order.sort(key=lambda index: (*keyed[index], _content(facts[index])))
    return [facts[index] for index in order]


def place(event: Event) -> tuple[datetime, int, bytes]:
    """Where a fact stands among others: what `in_order` sorts by."""
    return event.happened, RANK[type(event.data)], _content(event)


def _content(event: Event) -> bytes:
    return orjson.dumps([as_json(event.data), event.agency], option=orjson.OPT_SORT_KEYS)


def as_known(events: Sequence[Event], known: datetime | None, position: int | None = None) -> Sequence[Event]:
    """The events the log had taken by an instant, and up to a position."""
    if position is not None:
        events = [event for event in events if event.position <= position]
    if known is None:
        return events
    return [event for event in events if datetime.fromisoformat(event.recordedtime) <= known]


def as_true(history: History, effective: date | None) -> History:
    """A history up to the end of a day in Brussels, as far as it had happened by then."""
    end = end_of(effective)
    if end is None:
        return history
    return history._replace(
        facts=[event for event in history.facts if event.happened < end],
        struck=[event for event in history.struck if event.happened < end],
        effective=effective,
    )


def end_of(effective: date | None) -> datetime | None:
    """The instant a day asked for is over in Brussels; None when every day counts."""
    if effective is None or effective == date.max:
        return None
    return datetime.combine(effective + timedelta(days=1), time.min, BRUSSELS)


def with_personal(events: Sequence[Event], personal: dict[int, dict[str, object]]) -> list[Event]:
    """Events with their personal fields joined, where the vault (version -> fields) still has them."""
    return [
        event._replace(data=restore(type(event.data), join(type(event.data), as_json(event.data), found)))
        if (found := personal.get(event.version))
        else event
        for event in events
    ]


def recorded_day(event: Event) -> str:
    """The day the log took an event, in Brussels, as ISO text."""
    return day_at(event.recordedtime[:HOUR])


def day(event: Event) -> str:
    """The day an event happened, in Brussels, as ISO text."""
    return _day_of(event.time)


@lru_cache(maxsize=4_096)
def _day_of(text: str) -> str:
    """The day in Brussels of an instant as agencies write it; several tables ask for each."""
    return day_of(datetime.fromisoformat(text))
