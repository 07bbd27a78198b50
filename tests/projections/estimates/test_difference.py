"""Difference-in-differences against regressions of statsmodels and tests of SciPy, over seeded panels."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

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


def by_contributor(changes: list[Change], model: Any, weights: list[float]) -> tuple[float, float]:
    """The standard error of the weighted effects, CR2 of Bell and McCaffrey (2002) from the whole hat matrix, and its
    degrees of freedom: a variance of all controls, and one of those treated in each year, each by so many less one."""
    regressors, residuals = model.exog, model.fit().resid
    inverse = np.linalg.inv(regressors.T @ regressors)
    hat, parts = regressors @ inverse @ regressors.T, dict[str, list[float]]()
    for name in sorted({change.contributor for change in changes}):
        own = [place for place, change in enumerate(changes) if change.contributor == name]
        roots, vectors = np.linalg.eigh(np.eye(len(own)) - hat[np.ix_(own, own)])
        score = regressors[own].T @ (vectors / np.sqrt(roots) @ vectors.T) @ residuals[own]
        group = name.partition("-")[0] if name.startswith("t") else "controls"
        parts.setdefault(group, []).append(float(np.array(weights) @ inverse @ score) ** 2)
    told = [(sum(squares), len(squares) - 1) for squares in parts.values()]
    variance = sum(square for square, _ in told)
    return float(np.sqrt(variance)), variance**2 / sum(square**2 / freedom for square, freedom in told)


def welch(changes: list[Change]) -> Any:
    """The interval of the difference of two means, of groups that need not vary alike."""
    treated, controls = ([one.amount for one in changes if one.treated is arm] for arm in (True, False))
    return tuple(stats.ttest_ind(treated, controls, equal_var=False).confidence_interval(0.95))


@pytest.mark.parametrize("seed", range(5))
def test_of_one_year_it_is_ordinary_least_squares_with_hc2_errors(seed: int) -> None:
    changes = panel(seed, 1)
    model, _ = regressed(changes, 1)
    fitted = model.fit(cov_type="HC2", use_t=False)
    found = difference(changes)
    freedom = by_contributor(changes, model, [0.0, 1.0])[1]
    wide = stats.t.ppf(0.975, freedom) * fitted.bse[1]
    assert found.value == pytest.approx(fitted.params[1])
    assert (found.low, found.high) == pytest.approx((found.value - wide, found.value + wide))
    assert (found.low, found.high) == pytest.approx(welch(changes))
    assert found.n == 5


@pytest.mark.parametrize("seed", range(5))
def test_of_several_years_it_is_the_weighted_sum_of_a_saturated_regression(seed: int) -> None:
    """Clustered by contributor: controls that serve in all years count once."""
    changes = panel(seed, 3)
    model, weights = regressed(changes, 3)
    error, freedom = by_contributor(changes, model, weights)
    value, wide = float(model.fit().params @ weights), stats.t.ppf(0.975, freedom) * error
    found = difference(changes)
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx((value - wide, value + wide))


def test_two_who_were_treated_are_as_uncertain_as_two_can_be() -> None:
    treated = [Change(0, True, "t1", 1.0), Change(0, True, "t2", 5.0)]
    changes = [*treated, *(Change(0, False, f"c{one}", one / 10) for one in range(12))]
    found = difference(changes)
    assert (found.low, found.high) == pytest.approx(welch(changes))


@pytest.mark.parametrize(("years", "treated", "controls"), [(1, 3, 30), (1, 4, 8), (5, 20, 3), (3, 6, 10)])
def test_it_holds_the_truth_about_as_often_as_it_says(years: int, treated: int, controls: int) -> None:
    """Of 400 panels of few, whose controls move together over the years, at least nine tenths."""
    drawn, held = random.Random(1), 0
    for _ in range(400):
        own = [drawn.gauss(0, 1) for _ in range(controls)]
        changes = [Change(y, True, f"t{y}-{one}", drawn.gauss(0, 1)) for y in range(years) for one in range(treated)]
        changes += [
            Change(year, False, f"c{one}", moved + drawn.gauss(0, 1))
            for one, moved in enumerate(own)
            for year in range(years)
        ]
        found = difference(changes)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0 <= found.high
    assert held >= 360


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
