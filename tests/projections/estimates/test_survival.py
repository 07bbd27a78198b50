"""Kaplan-Meier against lifelines, over seeded samples with ties, censoring and early deaths."""

from __future__ import annotations

import random
import warnings

import pytest

from projections.estimates.survival import Leaving, Survived, survived

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter


def sample(seed: int, size: int) -> list[tuple[int, bool]]:
    """Days watched, and whether they ended in an end."""
    drawn = random.Random(seed)
    return [(drawn.randint(0, 2_500) // 7 * 7, drawn.random() < 0.6) for _ in range(size)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("years", [1, 3, 5])
def test_the_curve_and_its_bounds_are_those_of_lifelines(seed: int, years: int) -> None:
    told = sample(seed, 40 + 20 * seed)
    until = 365.25 * years
    fitted = KaplanMeierFitter().fit([days for days, _ in told], [ended for _, ended in told])
    found = survived([Leaving(days, float(ended), 1) for days, ended in told], until)
    assert found.share == pytest.approx(float(fitted.predict(until)), abs=1e-12)
    low, high = fitted.confidence_interval_.loc[:until].iloc[-1]
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-9)


def test_many_of_one_kind_count_as_so_many() -> None:
    one_by_one = [Leaving(100, 1, 1)] * 3 + [Leaving(400, 0, 1)] * 7
    assert survived(one_by_one, 365.25) == survived([Leaving(100, 3, 3), Leaving(400, 0, 7)], 365.25)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], Survived(None)),
        ([Leaving(300, 0, 5)], Survived(None)),
        ([Leaving(400, 0, 5)], Survived(1.0)),
        ([Leaving(300, 5, 5)], Survived(0.0)),
    ],
)
def test_what_nobody_was_watched_for_is_not_known(told: list[Leaving], expected: Survived) -> None:
    assert survived(told, 365.25) == expected


def test_the_complement_has_its_bounds_the_other_way_round() -> None:
    found = survived([Leaving(100, 1, 1), Leaving(200, 0, 3)], 150).complement
    assert found.share == pytest.approx(0.25)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.25 < found.high
