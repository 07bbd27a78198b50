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


@pytest.mark.parametrize("seed", range(5))
def test_of_one_year_it_is_the_interaction_of_ordinary_least_squares(seed: int) -> None:
    """Outcome on treated, after and their product; one row before and one after for each, clustered by contributor."""
    changes = panel(seed, 1)
    before = [random.Random(f"{seed}{change.contributor}").gauss(5, 2) for change in changes]
    outcome = [*before, *(b + change.amount for b, change in zip(before, changes, strict=True))]
    treated = np.array([change.treated for change in changes] * 2, dtype=float)
    after = np.repeat([0.0, 1.0], len(changes))
    regressors = sm.add_constant(np.column_stack([treated, after, treated * after]))
    groups = np.tile(np.arange(len(changes)), 2)
    fitted = sm.OLS(outcome, regressors).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, use_t=False
    )
    found = difference(changes)
    assert found.value == pytest.approx(fitted.params[3])
    assert (found.low, found.high) == pytest.approx(tuple(fitted.conf_int()[3]))
    assert found.n == 5


@pytest.mark.parametrize("seed", range(5))
def test_of_several_years_it_is_the_weighted_sum_of_a_saturated_regression(seed: int) -> None:
    """A constant and an effect for each year, clustered by contributor: controls that serve in all count once."""
    strata = 3
    changes = panel(seed, strata)
    columns: list[Any] = [[float(change.stratum == s) for change in changes] for s in range(strata)]
    columns += [[float(change.stratum == s and change.treated) for change in changes] for s in range(strata)]
    names = sorted({change.contributor for change in changes})
    fitted = sm.OLS([change.amount for change in changes], np.column_stack(columns)).fit(
        cov_type="cluster",
        cov_kwds={"groups": np.array([names.index(c.contributor) for c in changes]), "use_correction": False},
        use_t=False,
    )
    treated = [sum(change.treated and change.stratum == s for change in changes) for s in range(strata)]
    weights = [0.0] * strata + [count / sum(treated) for count in treated]
    told = fitted.t_test(weights)
    found = difference(changes)
    assert found.value == pytest.approx(float(told.effect[0]))
    assert (found.low, found.high) == pytest.approx(tuple(told.conf_int()[0]))


def test_a_year_without_controls_says_nothing() -> None:
    alone = [Change(2020, treated=True, contributor="a", amount=100.0)]
    both = [Change(2021, True, "b", 3.0), Change(2021, False, "c", 1.0)]
    assert difference(alone).value is None
    assert difference([*alone, *both]).value == 2.0
