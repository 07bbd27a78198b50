"""When a delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.webhooks.schedule import BACK_OFF, LONGEST_WAIT, SPREAD, asked_to_wait, next_attempt

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAITS = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_the_schedule_is_the_published_one() -> None:
    assert list(BACK_OFF) == WAITS


@pytest.mark.parametrize(("failures", "seconds"), list(enumerate(WAITS, 1)))
def test_each_failure_waits_longer_and_a_little_apart(failures: int, seconds: int) -> None:
    for _ in range(20):
        due = next_attempt(failures, NOW)
        assert due is not None
        assert seconds <= (due - NOW).total_seconds() <= seconds * (1 + SPREAD)


def test_after_the_last_it_is_given_up() -> None:
    assert next_attempt(len(WAITS) + 1, NOW) is None
    assert next_attempt(len(WAITS) + 1, NOW, retry_after=5) is None


@given(st.integers(1, len(WAITS)), st.none() | st.floats(0, 1e9))
def test_what_the_receiver_asks_for_only_lengthens_the_wait_within_a_day(failures: int, asked: float | None) -> None:
    due = next_attempt(failures, NOW, asked)
    assert due is not None
    waited = (due - NOW).total_seconds()
    assert waited >= max(WAITS[failures - 1], min(asked or 0, LONGEST_WAIT)) - 1e-6
    assert waited <= LONGEST_WAIT * (1 + SPREAD)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("99999999999999999999", float(LONGEST_WAIT)),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert asked_to_wait(header, NOW) == seconds


def test_all_attempts_together_take_about_three_days() -> None:
    assert timedelta(days=3) < timedelta(seconds=sum(BACK_OFF)) < timedelta(days=4)
