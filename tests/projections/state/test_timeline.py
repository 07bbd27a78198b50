"""The timeline: every fact in order, amendments shown on the fact they speak of."""

from itertools import pairwise

from tests.projections.telling import Told, history

from dossier.event import Event
from projections.state.timeline import timeline


def test_entries_stand_by_time_then_position() -> None:
    told: list[Told] = [
        {"phase-declared": {"phase": "creation"}, "at": "2024-03-02"},
        {"dossier-opened": {}, "at": "2024-03-02"},
        {"contact-made": {"channel": "a"}, "at": "2024-03-01"},
        {"contact-made": {"channel": "a"}, "at": "2024-03-02T07:00:00Z"},
    ]
    assert [entry["position"] for entry in timeline(history(told))] == ["3", "4", "1", "2"]


def test_an_entry_tells_the_fact_and_both_clocks() -> None:
    [entry] = timeline(history([{"contact-made": {"channel": "a"}, "at": "2024-03-01", "precision": "month"}]))
    assert entry == {
        "position": "1",
        "version": 1,
        "type": "brussels.dossier.contact-made.v1",
        "agency": "hub",
        "time": "2024-03-01T09:00:00+01:00",
        "timeprecision": "month",
        "recordedtime": "2026-03-09T14:30:00.000000Z",
        "data": {"channel": "a"},
    }


def test_a_retracted_fact_says_by_which_event() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "a"}},
        {"event-retracted": {"corrects": "1"}, "at": "2025-01-01"},
    ]
    [entry] = timeline(history(told))
    assert (entry["position"], entry["retracted_by"], entry["data"]) == ("1", "2", {"channel": "a"})


def test_a_corrected_fact_says_by_which_event_and_what_it_said() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "a"}},
        {"contact-made": {"channel": "z"}, "at": "2024-03-05"},
        {"event-corrected": {"corrects": "1", "data": {"channel": "b"}, "time": "2024-03-09T09:00:00+01:00"}},
    ]
    last = timeline(history(told))[-1]
    assert (last["corrected_by"], last["data"], last["time"][:10]) == ("3", {"channel": "b"}, "2024-03-09")
    assert last["original"] == {"time": "2024-03-01T09:00:00+01:00", "data": {"channel": "a"}}


def test_a_fact_corrected_and_then_retracted_is_retracted() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "a"}},
        {"event-corrected": {"corrects": "1", "data": {"channel": "b"}}},
        {"event-retracted": {"corrects": "1"}},
    ]
    [entry] = timeline(history(told))
    assert entry["retracted_by"] == "3"
    assert "corrected_by" not in entry


def test_a_retracted_correction_leaves_the_fact_as_it_was() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "a"}},
        {"event-corrected": {"corrects": "1", "data": {"channel": "b"}}},
        {"event-retracted": {"corrects": "2"}},
    ]
    [entry] = timeline(history(told))
    assert entry["data"] == {"channel": "a"}
    assert not {"corrected_by", "retracted_by"} & set(entry)


def test_the_sorting_key_is_an_instant_not_a_text() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "late"}, "at": "2024-03-01T01:00:00Z"},
        {"contact-made": {"channel": "early"}, "at": "2024-03-01T01:30:00+01:00"},
    ]
    shown = timeline(history(told))
    assert [entry["data"]["channel"] for entry in shown] == ["early", "late"]
    happened = [Event.happened.fget(history(told).facts[n]) for n in range(2)]  # type: ignore[attr-defined]  # a property
    assert all(first <= second for first, second in pairwise(happened))
