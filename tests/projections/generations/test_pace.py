"""The pace of work under way: that since it was first asked."""

from __future__ import annotations

from projections.generations.pace import Pace, Progress


def test_what_was_done_before_makes_it_no_faster() -> None:
    clock = iter([100.0, 102.0, 104.0])
    pace = Pace(lambda: next(clock))
    told = [pace.at(done, 1_000) for done in (500, 600, 800)]
    assert told == [Progress(500, 1_000, 0.0), Progress(600, 1_000, 50.0), Progress(800, 1_000, 75.0)]
    assert [progress.seconds_left for progress in told] == [None, 8.0, 2.7]


def test_a_clock_that_stands_still_tells_no_pace() -> None:
    pace = Pace(lambda: 1.0)
    assert [pace.at(done, 2).per_second for done in (0, 1)] == [0.0, 0.0]
