"""Amendments: what a history says once corrections and retractions are taken into account."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import DOSSIER

from dossier.amendment import amend, has_amendments
from dossier.catalogue import ContactMade, EventCorrected, EventRetracted, Fact
from dossier.event import Event

TIME = "2026-03-02T09:00:00+01:00"


def said(position: int, fact: Fact) -> Event:
    return Event(
        DOSSIER, position, position, "hub", "s", str(position), TIME, "day", "2026-03-09T14:30:00.000000Z", fact
    )


def history(*steps: Any) -> list[Event]:
    """Positions from 1: a word is a fact, (n, word) corrects n, -n retracts n."""
    events = []
    for position, step in enumerate(steps, 1):
        fact: Fact
        if isinstance(step, str):
            fact = ContactMade(channel=step)
        elif isinstance(step, tuple):
            fact = EventCorrected(corrects=str(step[0]), data={"channel": step[1]})
        else:
            fact = EventRetracted(corrects=str(-step))
        events.append(said(position, fact))
    return events


def channels(events: list[Event]) -> list[str]:
    return [event.data.channel for event in amend(events).facts if isinstance(event.data, ContactMade)]


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (["phone"], ["phone"]),
        (["phone", (1, "mail")], ["mail"]),
        (["phone", (1, "mail"), (1, "visit")], ["visit"]),
        (["phone", "mail", (1, "visit")], ["visit", "mail"]),
        (["phone", -1], []),
        (["phone", (1, "mail"), -1], []),
        (["phone", -1, (1, "mail")], []),
        (["phone", (1, "mail"), -2], ["phone"]),
        (["phone", (1, "mail"), (1, "visit"), -3], ["mail"]),
        (["phone", (1, "mail"), (1, "visit"), -2], ["visit"]),
        (["phone", -1, -2], ["phone"]),
        (["phone", -1, -2, -3], []),
        (["phone", -1, -1, -2], []),
        (["phone", (1, "mail"), -2, -3], ["mail"]),
        (["phone", -1, (1, "mail"), -2], ["mail"]),
    ],
)
def test_the_last_amendment_in_force_decides(steps: list[Any], says: list[str]) -> None:
    assert channels(history(*steps)) == says


def test_a_correction_keeps_the_time_unless_it_gives_another() -> None:
    events = history("phone", (1, "mail"))
    assert amend(events).facts[0].time == TIME
    moved = EventCorrected(corrects="1", data={"channel": "mail"}, time="2025-01-01T00:00:00Z", timeprecision="month")
    fact = amend([events[0], said(2, moved)]).facts[0]
    assert (fact.time, fact.timeprecision) == ("2025-01-01T00:00:00Z", "month")


def test_a_corrected_fact_keeps_its_place_in_the_log() -> None:
    fact = amend(history("phone", "mail", (1, "visit"))).facts[0]
    assert (fact.position, fact.version, fact.id) == (1, 1, "1")


def test_who_amended_what_is_told() -> None:
    amended = amend(history("phone", "mail", "visit", (1, "fax"), -2, -3, -6))
    assert amended.corrected_by == {1: 4}
    assert amended.retracted_by == {2: 5, 6: 7}


def test_a_retraction_not_yet_in_the_log_counts_already() -> None:
    events = history("phone", -1)
    assert channels([events[0], events[1]._replace(position=0)]) == []


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Facts, corrections of facts, and retractions of anything before."""
    steps: list[Any] = ["phone"]
    for position in range(2, draw(st.integers(2, 12))):
        facts = [n for n, step in enumerate(steps, 1) if isinstance(step, str)]
        steps.append(
            draw(
                st.just("mail")
                | st.tuples(st.sampled_from(facts), st.sampled_from(["visit", "fax"]))
                | st.integers(1, position - 1).map(lambda target: -target)
            )
        )
    return history(*steps)


def in_force(events: list[Event], event: Event) -> bool:
    """The definition, as one would say it: nothing in force retracts it."""
    return not any(
        isinstance(later.data, EventRetracted)
        and int(later.data.corrects) == event.position
        and later.position > event.position
        and in_force(events, later)
        for later in events
    )


def whole_truth(events: list[Event]) -> list[str]:
    says = []
    for event in events:
        if isinstance(event.data, ContactMade) and in_force(events, event):
            corrections = [
                later.data.data["channel"]
                for later in events
                if isinstance(later.data, EventCorrected)
                and int(later.data.corrects) == event.position
                and in_force(events, later)
            ]
            says.append([event.data.channel, *corrections][-1])
    return says


@given(histories())
def test_a_history_says_what_the_definition_says(events: list[Event]) -> None:
    assert channels(events) == whole_truth(events)


@given(histories())
def test_amending_changes_no_event_of_the_history(events: list[Event]) -> None:
    before = list(events)
    amend(events)
    assert events == before


@given(histories())
def test_a_fact_is_in_force_or_retracted_never_both_nor_neither(events: list[Event]) -> None:
    amended = amend(events)
    facts = {event.position for event in events if isinstance(event.data, ContactMade)}
    kept = {event.position for event in amended.facts}
    assert kept | (amended.retracted_by.keys() & facts) == facts
    assert not kept & amended.retracted_by.keys()


@given(histories())
def test_facts_stay_in_the_order_of_the_log(events: list[Event]) -> None:
    positions = [event.position for event in amend(events).facts]
    assert positions == sorted(positions)


@given(histories())
def test_retracting_an_amendment_at_once_changes_nothing(events: list[Event]) -> None:
    size = len(events)
    undone = [
        *events,
        said(size + 1, EventRetracted(corrects="1")),
        said(size + 2, EventRetracted(corrects=str(size + 1))),
    ]
    assert channels(undone) == channels(events)


@given(histories())
def test_a_history_without_amendments_is_told_from_one_with(events: list[Event]) -> None:
    assert has_amendments(events) == (len(amend(events).facts) != len(events) or bool(amend(events).corrected_by))
