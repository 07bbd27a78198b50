"""Replaying a dossier: its events one by one as the log took them, and what each changed in the state.

The state is the pure projection of what the log had of this dossier after each event: neither the calendar nor other
dossiers have a say in it (docs/decisions/0072-what-a-step-changes.md).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from dossier.amendment import AMENDMENTS
from dossier.catalogue import EventCorrected, EventRetracted, PersonalDataErased
from dossier.event import Event
from dossier.journal import Recorded
from projections.dossiers.person import add_person
from projections.dossiers.state_difference import Change, difference
from projections.history.gathering import BrokenFact, read
from projections.history.history import AsOf, History, as_true, end_of, history_of, place, with_personal
from projections.history.reading import Reading
from projections.project import gather
from projections.rulesets.ruleset import Ruleset
from projections.state.current import current

Stored = tuple[Recorded, Event | None, dict[str, Any] | None]
"""An event as it is stored, as it is read (None where it cannot be), and its personal fields as the vault has them."""


class Step(NamedTuple):
    """One stored event and what it did. `event` has its `personal` fields too, where the vault still holds them.

    `amends` is the position it speaks of; `corrected_by` and `retracted_by` are those that speak of it, as far as the
    log knew then. `erased_by` is the erasure that took its personal fields, also one that the log took only later:
    what is gone today is shown of no day. `replaced_by` is the later correction, or retraction, of what it speaks of
    that is in force in its place. `counted` says whether the state asked for takes it into account.
    """

    recorded: Recorded
    event: Event | None
    personal: dict[str, Any] | None
    amends: int | None
    corrected_by: int | None
    retracted_by: int | None
    erased_by: int | None
    replaced_by: int | None
    counted: bool
    changes: list[Change]


class Replay(NamedTuple):
    """The steps of a dossier as of two clocks, and the state they lead to."""

    dossier: UUID
    as_of: AsOf
    steps: list[Step]
    state: dict[str, Any]


def replayed(dossier: UUID, stored: Sequence[Stored], as_of: AsOf, rules: Ruleset) -> Replay | None:
    """The replay of a dossier's stored events; None when the log had none by then."""
    known = list(_taken(stored, as_of.known))
    if not known:
        return None
    personal = {recorded.version: fields for recorded, _, fields in known if fields}
    history = history_of(dossier, with_personal([event for _, event, _ in known if event], personal))
    states = dict(zip([e.position for e in history.events], standings(history, rules, as_of.effective), strict=True))
    state = states[history.position] if history.events else {}
    erasures = [event.position for _, event, _ in stored if event and isinstance(event.data, PersonalDataErased)]
    return Replay(dossier, as_of, list(_steps(known, history, states, as_of, erasures)), state)


def _taken(stored: Sequence[Stored], known: datetime | None) -> Iterator[Stored]:
    """What the log had taken by an instant; an event that cannot be read was taken with the one before it."""
    at = ""
    for one in stored:
        at = one[1].recordedtime if one[1] else at
        if known is None or (at and datetime.fromisoformat(at) <= known):
            yield one


def _steps(
    stored: Sequence[Stored],
    history: History,
    states: dict[int, dict[str, Any]],
    as_of: AsOf,
    erasures: Sequence[int],
) -> Iterator[Step]:
    before: dict[str, Any] = {}
    readable = {event.position: event for event in history.events}
    counted = {event.position for event in as_true(history, as_of.effective).facts}
    for recorded, _, fields in stored:
        event = readable.get(recorded.position)
        after = states.get(recorded.position, before)
        erased = event is not None and event.personal is not None and fields is None
        yield Step(
            recorded,
            event,
            fields,
            amended(event) if event else None,
            history.corrected_by.get(recorded.position),
            history.retracted_by.get(recorded.position),
            next((one for one in erasures if one > recorded.position), None) if erased else None,
            replaced(event, history) if event else None,
            recorded.position in counted or in_force(event, history),
            difference(before, after),
        )
        before = after


def standings(history: History, rules: Ruleset, effective: date | None) -> Iterator[dict[str, Any]]:
    """The state after each event of a history, as true on a day."""
    walk = Walk(history.dossier, rules, effective)
    return map(walk.take, history.events)


class Walk:
    """Goes through a dossier's events, and says the state after each.

    What happened last is added to what was read before; all is read anew only for an amendment, and for what comes in
    late. So a long history costs little more than its events.
    """

    def __init__(self, dossier: UUID, rules: Ruleset, effective: date | None) -> None:
        self.rules = rules
        self.effective = effective
        self._end = end_of(effective)
        self._history = as_true(history_of(dossier, []), effective)
        self._events: list[Event] = []
        self._facts: list[Event] = []
        self._places: list[tuple[datetime, int, bytes]] = []
        self._reading: Reading | None = Reading()

    def take(self, event: Event) -> dict[str, Any]:
        """The state after one more event."""
        self._events.append(event)
        if type(event.data) in AMENDMENTS:
            amended = as_true(history_of(self._history.dossier, self._events), self.effective)
            self._facts, self._reading = list(amended.facts), None
            self._places = [place(fact) for fact in self._facts]
        elif self._end is None or event.happened < self._end:
            self._add(event)
        self._history = self._history._replace(events=self._events, facts=self._facts)
        return self._state()

    def _add(self, event: Event) -> None:
        key = place(event)
        at = bisect_right(self._places, key)
        if at < len(self._facts) or self._reading is None:
            self._reading = None
        else:
            try:
                read(self._history._replace(facts=[event]), self._reading)
            except BrokenFact:
                self._reading = None
        self._places.insert(at, key)
        self._facts.insert(at, event)

    def _state(self) -> dict[str, Any]:
        kept = self._history
        if self._reading is None:
            kept, self._reading = taken(kept)
        document = current(kept, self._reading, self.rules)
        if len(kept.facts) < len(self._facts):  # one was set aside: what comes next is read with it again
            self._reading = None
        add_person(document, kept)
        copied: dict[str, Any] = orjson.loads(orjson.dumps(document))  # what is read on changes parts of it
        return copied


def taken(history: History) -> tuple[History, Reading]:
    """A history and its reading, without the facts that cannot be taken."""
    try:
        return history, read(history)
    except BrokenFact:
        kept, reading = gather(history.dossier, history.facts, {})
        return history._replace(facts=kept.facts), reading


def standing(dossier: UUID, events: Sequence[Event], rules: Ruleset, effective: date | None = None) -> dict[str, Any]:
    """What events by themselves say of a dossier, as true on a day; with the person as far as they carry it."""
    kept, reading = taken(as_true(history_of(dossier, events), effective))
    document = current(kept, reading, rules)
    add_person(document, kept)
    return document


def amended(event: Event) -> int | None:
    """The position an event corrects or retracts."""
    return int(event.data.corrects) if isinstance(event.data, EventCorrected | EventRetracted) else None


def in_force(event: Event | None, history: History) -> bool:
    """Whether an event amends another and nothing amends it in turn."""
    return event is not None and _amending(event, history) == event.position


def replaced(event: Event, history: History) -> int | None:
    """The later amendment that is in force in an event's place, though nothing took the event itself back."""
    found = _amending(event, history)
    return None if found == event.position or event.position in history.retracted_by else found


def _amending(event: Event, history: History) -> int | None:
    """Of the corrections, or the retractions, of what an event amends, the one in force."""
    if type(event.data) not in AMENDMENTS:
        return None
    by = history.retracted_by if isinstance(event.data, EventRetracted) else history.corrected_by
    return by.get(amended(event) or 0)
