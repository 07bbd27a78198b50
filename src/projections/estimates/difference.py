"""Difference-in-differences: how much more those treated changed than those not (yet) treated, by year of treatment.

Each year of treatment (stratum) has a difference of its own, and they are weighted by how many were treated: nobody
already treated serves as a control. Source: Callaway and Sant'Anna (2021), without covariates. The variance is that of
the estimator's influence function, summed by contributor: one that serves in several years counts as one. Each part is
widened for the mean it is taken from, by k/(k-1) with k contributors (HC2 of MacKinnon and White, 1985; CR2 where one
serves in several years). The bounds are those of Student's t with the degrees of freedom of Welch (1947), by each
year's treated and all controls: of three who were treated nobody knows the spread as well as of thirty. The weights are
taken as given: the bounds do not say that others might have been treated.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from scipy.special import stdtrit

from projections.estimates.median import FEWEST

UPPER = 0.975
Arms = dict[bool, list["Change"]]
Influence = dict[str, float]
"""What each contributor of a group moves the estimate by."""


class Change(NamedTuple):
    """What one contributor's outcome changed by in a stratum."""

    stratum: Any
    treated: bool
    contributor: str
    amount: float


class Difference(NamedTuple):
    """The estimate, its 95 % bounds, and the contributors of the smaller of the two groups."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def difference(changes: Iterable[Change]) -> Difference:
    """The effect on those treated; nothing where no stratum has both groups.

    No bounds where a group of a stratum is one contributor, for nobody knows how much others like it vary, nor below
    ten contributors in all, as for medians.
    """
    strata = _strata(changes)
    if not strata:
        return Difference(None, None, None, 0)
    weights = _weights(strata)
    value = math.fsum(w * (_mean(arms[True]) - _mean(arms[False])) for w, arms in zip(weights, strata, strict=True))
    smaller = min(len(_contributors(arms[arm] for arms in strata)) for arm in (True, False))
    wide = _wide(_influences(strata, weights)) if _judged(strata) else 0.0
    return Difference(value, value - wide, value + wide, smaller) if wide else Difference(value, None, None, smaller)


def _strata(changes: Iterable[Change]) -> list[Arms]:
    """The strata that have both groups, each in a fixed order."""
    found: dict[Any, Arms] = {}
    for change in sorted(changes):
        found.setdefault(change.stratum, {True: [], False: []})[change.treated].append(change)
    return [arms for arms in found.values() if arms[True] and arms[False]]


def _weights(strata: Sequence[Arms]) -> list[float]:
    """The share of those treated that each stratum has."""
    treated = sum(len(arms[True]) for arms in strata)
    return [len(arms[True]) / treated for arms in strata]


def _influences(strata: Sequence[Arms], weights: Sequence[float]) -> list[Influence]:
    """Of all controls together, for they serve in several years, and of those treated in each year."""
    controls: Influence = defaultdict(float)
    found = [controls]
    for weight, arms in zip(weights, strata, strict=True):
        treated: Influence = defaultdict(float)
        found.append(treated)
        for arm, group, sign in ((True, treated, 1), (False, controls, -1)):
            mean, k = _mean(arms[arm]), len(_contributors([arms[arm]]))
            share = sign * weight * math.sqrt(k / (k - 1)) / len(arms[arm])
            for change in arms[arm]:
                group[change.contributor] += share * (change.amount - mean)
    return found


def _wide(influences: Sequence[Influence]) -> float:
    """How far the bounds are from the estimate."""
    whole = defaultdict[str, float](float)
    for group in influences:
        for contributor, part in group.items():
            whole[contributor] += part
    variance = _squares(whole)
    return float(stdtrit(_freedom(influences), UPPER)) * math.sqrt(variance) if variance else 0.0


def _freedom(influences: Sequence[Influence]) -> float:
    """The degrees of freedom of a sum of variances (Welch and Satterthwaite): few, where a small group weighs most."""
    squares = [_squares(group) for group in influences]
    parts = (square**2 / (len(group) - 1) for square, group in zip(squares, influences, strict=True))
    return math.fsum(squares) ** 2 / math.fsum(parts)


def _squares(influence: Influence) -> float:
    return math.fsum(part * part for part in influence.values())


def _judged(strata: Sequence[Arms]) -> bool:
    """Whether there are enough contributors to say how far the estimate may lie from the truth."""
    arms = [group for stratum in strata for group in stratum.values()]
    return len(_contributors(arms)) >= FEWEST and all(len(_contributors([group])) > 1 for group in arms)


def _mean(changes: Sequence[Change]) -> float:
    return math.fsum(change.amount for change in changes) / len(changes)


def _contributors(groups: Iterable[Iterable[Change]]) -> set[str]:
    return {change.contributor for group in groups for change in group}
