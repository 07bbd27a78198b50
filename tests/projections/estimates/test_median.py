"""The interval of a median: the same every time, honest about how often it holds, silent about the few."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import bootstrap

from projections.estimates import median
from projections.estimates.median import FEWEST, MOST, bounds


def drawn(seed: int, size: int) -> tuple[list[float], list[str]]:
    source = random.Random(seed)
    return sorted(source.lognormvariate(3, 1) for _ in range(size)), [f"c{one}" for one in range(size)]


def test_it_is_the_same_whenever_it_is_counted() -> None:
    amounts, contributors = drawn(1, 50)
    assert bounds(amounts, contributors, "a") == bounds(amounts, contributors, "a")
    low, high = bounds(amounts, contributors, "a")
    assert low is not None
    assert high is not None
    assert low < amounts[25] < high


def test_it_is_that_of_an_independent_bootstrap() -> None:
    amounts, contributors = drawn(2, 101)
    told = bootstrap((np.array(amounts),), np.median, n_resamples=9_999, method="percentile", rng=1)
    for found, expected in zip(bounds(amounts, contributors, "a"), told.confidence_interval, strict=True):
        assert found is not None
        assert abs(amounts.index(found) - np.searchsorted(amounts, expected)) <= 2, "ranks among 101"


def test_it_holds_the_truth_about_as_often_as_it_says() -> None:
    """Of 200 samples of one population, at least nine tenths."""
    truth = float(np.exp(3))
    held = 0
    for seed in range(200):
        low, high = bounds(*drawn(seed, 40), "a")
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert 180 <= held <= 199


def test_a_contributor_with_many_values_is_drawn_whole() -> None:
    """Twelve contributors of ten equal values each are no more sure than twelve of one."""
    one = [float(value) for value in range(12)]
    many = [value for value in one for _ in range(10)]
    names = [f"c{int(value)}" for value in many]
    assert bounds(many, names, "a") == bounds(one, [f"c{int(value)}" for value in one], "a")


def test_below_the_fewest_there_are_no_bounds() -> None:
    amounts, contributors = drawn(3, FEWEST - 1)
    assert bounds(amounts, contributors, "a") == (None, None)
    assert bounds([], [], "a") == (None, None)
    assert bounds([1.0] * 100, ["one"] * 100, "a") == (None, None), "contributors count, not values"


@pytest.mark.parametrize("size", [MOST, MOST + 1])
def test_of_very_many_the_ranks_are_those_that_samples_tend_to(size: int) -> None:
    amounts, contributors = drawn(4, size)
    low, high = np.searchsorted(amounts, np.array(bounds(amounts, contributors, "a"), dtype=float)) / size
    assert (low, high) == (pytest.approx(0.478, abs=0.004), pytest.approx(0.522, abs=0.004))


def test_of_very_many_with_values_of_their_own_the_ranks_are_those_of_the_samples() -> None:
    """Each contributor's values are alike and their number differs, so that far fewer values than there are tell."""
    source = random.Random(5)
    told = sorted(
        (value, f"c{one}")
        for one in range(MOST + 1)
        for value in [source.gauss(0, 1)] * max(1, round(source.lognormvariate(0, 1.2)))
    )
    amounts, contributors = [value for value, _ in told], [name for _, name in told]
    owner = np.unique(contributors, return_inverse=True)[1]
    drawn = np.percentile(median._medians(np.array(amounts), owner, MOST + 1, "a"), [2.5, 97.5], method="nearest")
    assert bounds(amounts, contributors, "a") == pytest.approx(tuple(drawn), abs=0.02)


def test_of_very_many_two_who_have_nearly_all_values_leave_each_possible() -> None:
    contributors = ["low"] * 5 * MOST + [f"c{one}" for one in range(MOST)] + ["high"] * 5 * MOST
    amounts = [float(one) for one in range(len(contributors))]
    assert bounds(amounts, contributors, "a") == (amounts[0], amounts[-1])
