"""The order of a history: by instant, then rank in a journey, then content; never by position."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from tests.projections.telling import Told, events, history
from tests.strategies import DOSSIER

from dossier.catalogue import JOURNEY
from projections.history.history import as_known, as_true, day, history_of, with_personal


def names(told: list[Told]) -> list[str]:
    return [event.data.NAME for event in history(told).facts]


def test_facts_stand_in_the_order_they_happened() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "c"}, "at": "2024-03-03"},
        {"contact-made": {"channel": "a"}, "at": "2024-03-01"},
        {"contact-made": {"channel": "b"}, "at": "2024-03-02T23:30:00-05:00"},
    ]
    assert [vars(event.data)["channel"] for event in history(told).facts] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("effective", "speaks_of"),
    [(None, "2026-03-09"), (date(2024, 3, 1), "2024-03-01"), (date(2030, 1, 1), "2030-01-01")],
)
def test_a_history_speaks_of_the_day_asked_for_else_of_that_of_its_last_event(
    effective: date | None, speaks_of: str
) -> None:
    told = as_true(history([{"dossier-opened": {}, "at": "2024-01-15"}]), effective)
    assert (told.day, told.recorded_on) == (speaks_of, "2026-03-09")


def test_facts_of_one_instant_stand_in_the_order_of_a_journey() -> None:
    told: list[Told] = [
        {"aid-paid": {"application_id": "a", "amount": "1"}},
        {"aid-decided": {"application_id": "a", "outcome": "refused"}},
        {"dossier-opened": {}},
        {"aid-applied": {"application_id": "a", "instrument": "grant"}},
    ]
    ranked = ["dossier-opened", "aid-applied", "aid-decided", "aid-paid"]
    assert all(names(list(order)) == ranked for order in permutations(told))
    assert [kind.NAME for kind in JOURNEY if kind.NAME in ranked] == ranked


def test_facts_of_one_instant_and_type_stand_by_their_content() -> None:
    told: list[Told] = [{"phase-declared": {"phase": phase}} for phase in ("creation", "post-creation")]
    orders = [[vars(event.data) for event in history(list(order)).facts] for order in permutations(told)]
    assert orders[0] == orders[1]


def test_the_same_content_by_two_organisations_stands_in_one_order() -> None:
    told: list[Told] = [{"phase-declared": {"phase": "creation"}, "by": by} for by in ("hub", "innoviris")]
    orders = [[event.agency for event in history(list(order)).facts] for order in permutations(told)]
    assert orders[0] == orders[1]


def test_amendments_are_no_facts() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": "a"}},
        {"event-corrected": {"corrects": "1", "data": {"channel": "b"}}},
        {"contact-made": {"channel": "c"}},
        {"event-retracted": {"corrects": "3"}},
    ]
    made = history(told)
    assert [vars(event.data)["channel"] for event in made.facts] == ["b"]
    assert [event.position for event in made.struck] == [3]
    assert (made.corrected_by, made.retracted_by) == ({1: 2}, {3: 4})
    assert (made.version, made.position) == (4, 4)


def test_the_version_counts_events_that_were_set_aside() -> None:
    made = history_of(DOSSIER, events([{"dossier-opened": {}}, {"contact-made": {"channel": "a"}}]), without=[2])
    assert (len(made.facts), made.version, made.position) == (1, 2, 2)


@pytest.mark.parametrize(
    ("time", "on"),
    [
        ("2024-03-01T00:00:00Z", "2024-03-01"),
        ("2024-03-01T00:00:00+00:00", "2024-03-01"),
        ("2024-03-01T23:00:00Z", "2024-03-02"),
        ("2024-07-01T22:00:00Z", "2024-07-02"),
        ("2024-07-01T21:59:59.999Z", "2024-07-01"),
        ("2024-03-01T00:00:00+01:00", "2024-03-01"),
        ("2024-03-01T00:00:00+02:00", "2024-02-29"),
        ("0001-01-01T00:00:00Z", "0001-01-01"),
        ("2024-03-31T00:59:59Z", "2024-03-31"),
    ],
)
def test_a_day_is_a_day_in_brussels(time: str, on: str) -> None:
    [event] = events([{"contact-made": {"channel": "a"}, "at": time}])
    assert day(event) == on


def test_as_true_takes_the_whole_last_day_in_brussels() -> None:
    told: list[Told] = [
        {"contact-made": {"channel": at}, "at": at}
        for at in (
            "2024-07-01T21:59:59.999999Z",
            "2024-07-01T22:00:00Z",
            "2024-12-01T22:59:59Z",
            "2024-12-01T23:00:00Z",
        )
    ]
    made = history(told)
    assert [len(as_true(made, date.fromisoformat(on)).facts) for on in ("2024-07-01", "2024-07-02", "2024-12-01")] == [
        1,
        2,
        3,
    ]
    assert as_true(made, None) == as_true(made, date.max) == made


def test_as_known_cuts_by_the_recorded_time_alone() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    told = events([{"contact-made": {"channel": "a"}}] * 3)
    told = [e._replace(recordedtime=(start + timedelta(microseconds=n)).isoformat()) for n, e in enumerate(told)]
    assert [len(as_known(told, start + timedelta(microseconds=n))) for n in (-1, 0, 1, 2)] == [0, 1, 2, 3]
    assert as_known(told, None) is told


def test_personal_fields_are_joined_where_the_vault_has_them() -> None:
    told = events([{"contact-made": {"channel": "a", "note": "Zoé"}}] * 2)
    joined: list[dict[str, Any]] = [vars(event.data) for event in with_personal(told, {2: {"note": "Zoé"}})]
    assert ["note" in data and data["note"] == "Zoé" for data in joined] == [False, True]
