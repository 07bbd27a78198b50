"""Difference-in-differences against regressions of statsmodels, over seeded panels."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

from projections.estimates.difference import Change, difference

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import statsmodels.api as sm


def panel(seed: int, strata: int) -> list[Change]:
    """Treated once each; controls serve in every stratum, so that their changes hang together."""
    drawn = random.Random(seed)
    changes = [
        Change(stratum, treated=True, contributor=f"t{stratum}-{one}", amount=drawn.gauss(2, 1.5))
        for stratum in range(strata)
        for one in range(5 + 3 * stratum)
    ]
    for one in range(12):
        own = drawn.gauss(0, 1)
        changes += [
            Change(s, treated=False, contributor=f"c{one}", amount=own + drawn.gauss(0, 1)) for s in range(strata)
        ]
    return changes


def regressed(changes: list[Change], strata: int) -> tuple[Any, list[float]]:
    """A saturated regression, a constant and an effect for each year, and the weights of the effects."""
    columns: list[Any] = [[float(change.stratum == s) for change in changes] for s in range(strata)]
    columns += [[float(change.stratum == s and change.treated) for change in changes] for s in range(strata)]
    treated = [sum(change.treated and change.stratum == s for change in changes) for s in range(strata)]
    weights = [0.0] * strata + [count / sum(treated) for count in treated]
    return sm.OLS([change.amount for change in changes], np.column_stack(columns)), weights


def by_contributor(changes: list[Change], model: Any, weights: list[float]) -> float:
    """The standard error of the weighted effects: CR2 of Bell and McCaffrey (2002), from the whole hat matrix."""
    regressors, residuals = model.exog, model.fit().resid
    inverse = np.linalg.inv(regressors.T @ regressors)
    hat, meat = regressors @ inverse @ regressors.T, np.zeros_like(inverse)
    for name in {change.contributor for change in changes}:
        own = [place for place, change in enumerate(changes) if change.contributor == name]
        roots, vectors = np.linalg.eigh(np.eye(len(own)) - hat[np.ix_(own, own)])
        score = regressors[own].T @ (vectors / np.sqrt(roots) @ vectors.T) @ residuals[own]
        meat += np.outer(score, score)
    return float(np.sqrt(np.array(weights) @ inverse @ meat @ inverse @ np.array(weights)))


@pytest.mark.parametrize("seed", range(5))
def test_of_one_year_it_is_ordinary_least_squares_with_hc2_errors(seed: int) -> None:
    changes = panel(seed, 1)
    model, _ = regressed(changes, 1)
    fitted = model.fit(cov_type="HC2", use_t=False)
    found = difference(changes)
    assert found.value == pytest.approx(fitted.params[1])
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int()[1]))
    assert found.n == 5


@pytest.mark.parametrize("seed", range(5))
def test_of_several_years_it_is_the_weighted_sum_of_a_saturated_regression(seed: int) -> None:
    """Clustered by contributor: controls that serve in all years count once."""
    changes = panel(seed, 3)
    model, weights = regressed(changes, 3)
    value, wide = float(model.fit().params @ weights), 1.959963984540054 * by_contributor(changes, model, weights)
    found = difference(changes)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx((value - wide, value + wide))


def test_two_who_were_treated_are_as_uncertain_as_a_regression_says() -> None:
    treated = [Change(0, True, "t1", 1.0), Change(0, True, "t2", 5.0)]
    changes = [*treated, *(Change(0, False, f"c{one}", one / 10) for one in range(12))]
    fitted = regressed(changes, 1)[0].fit(cov_type="HC2", use_t=False)
    found = difference(changes)
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int()[1]))


def test_one_who_was_treated_alone_in_a_year_leaves_no_bounds() -> None:
    controls = [Change(year, False, f"c{one}", float(one)) for one in range(12) for year in (0, 1)]
    several = [Change(0, True, f"t{one}", 3.0 + one) for one in range(5)]
    assert difference([*controls, *several]).low is not None
    found = difference([*controls, *several, Change(1, True, "alone", 9.0)])
    assert (found.low, found.high) == (None, None)
    assert found.value is not None


def test_two_enterprises_of_one_undertaking_are_one_in_a_group() -> None:
    controls = [Change(0, False, f"c{one}", float(one)) for one in range(12)]
    assert difference([*controls, Change(0, True, "group", 1.0), Change(0, True, "group", 5.0)]).low is None


def test_fewer_than_ten_contributors_have_no_bounds() -> None:
    changes = [Change(0, one < 4, f"c{one}", float(one * one)) for one in range(9)]
    assert difference(changes).low is None
    assert difference([*changes, Change(0, False, "tenth", 7.0)]).low is not None


def test_a_year_without_controls_says_nothing() -> None:
    alone = [Change(2020, treated=True, contributor="a", amount=100.0)]
    both = [Change(2021, True, "b", 3.0), Change(2021, False, "c", 1.0)]
    assert difference(alone).value is None
    assert difference([*alone, *both]).value == 2.0
