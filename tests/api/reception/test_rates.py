"""Rates: an agency gets its share and no more, and feels nothing of another's haste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reception.rates import BURST_SECONDS, Rates
from dossier.refusals import Refused


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_was_not_sent_for_a_while_may_be_sent_at_once() -> None:
    rates = Rates(10, 1_000, Clock())
    assert [rates.wait("hub", "requests") for _ in range(int(10 * BURST_SECONDS))] == [0.0] * 20
    assert rates.wait("hub", "requests") == pytest.approx(0.1)


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    rates = Rates(10, 1_000, clock)
    while not (seconds := rates.wait("hub", "requests")):
        pass
    clock.now += seconds + 1e-9
    assert rates.wait("hub", "requests") == 0.0


def test_another_agency_is_not_told_to_wait() -> None:
    rates = Rates(1, 1, Clock())
    while not rates.wait("hub", "events"):
        pass
    assert rates.wait("innoviris", "events") == 0.0
    assert rates.wait("hub", "requests") == 0.0


def test_a_batch_larger_than_the_bucket_gets_by_and_is_paid_for_afterwards() -> None:
    clock = Clock()
    rates = Rates(10, 100, clock)
    assert rates.wait("hub", "events", 10_000) == 0.0
    assert rates.wait("hub", "events", 1) == pytest.approx(98, abs=1.1)


def test_a_refusal_says_in_whole_seconds_how_long() -> None:
    rates = Rates(1, 100, Clock())
    rates.check("hub", "events", 10_000)
    with pytest.raises(Refused) as caught:
        rates.check("hub", "events")
    assert (caught.value.refusal.status, caught.value.refusal.more) == (429, {"retry_after": 99})


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), max_size=50))
def test_in_the_long_run_no_more_passes_than_the_rate(arrivals: list[tuple[float, int]]) -> None:
    clock = Clock()
    rates = Rates(1, 10, clock)
    passed = 0
    for pause, count in arrivals:
        clock.now += pause
        passed += count if rates.wait("hub", "events", count) == 0 else 0
    assert passed <= 10 * (clock.now + BURST_SECONDS) + 50, "but for the last overdraft"
