"""Difference-in-differences: how much more those treated changed than those not (yet) treated, by year of treatment.

Each year of treatment (stratum) has a difference of its own, and they are weighted by how many were treated: nobody
already treated serves as a control. Source: Callaway and Sant'Anna (2021), without covariates. The variance is that of
the estimator's influence function, summed by contributor: one that serves in several years counts as one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Z = 1.959963984540054


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
    """The effect on those treated; nothing where no stratum has both groups."""
    strata = _strata(changes)
    if not strata:
        return Difference(None, None, None, 0)
    treated = sum(len(arms[True]) for arms in strata)
    value, influence = 0.0, defaultdict[str, float](float)
    for arms in strata:
        weight = len(arms[True]) / treated
        means = {arm: sum(change.amount for change in arms[arm]) / len(arms[arm]) for arm in (True, False)}
        value += weight * (means[True] - means[False])
        for arm, sign in ((True, 1), (False, -1)):
            for change in arms[arm]:
                influence[change.contributor] += sign * weight * (change.amount - means[arm]) / len(arms[arm])
    wide = Z * math.sqrt(math.fsum(part * part for part in influence.values()))
    return (
        Difference(value, value - wide, value + wide, _smaller(strata))
        if wide
        else Difference(value, None, None, _smaller(strata))
    )


def _strata(changes: Iterable[Change]) -> list[dict[bool, list[Change]]]:
    """The strata that have both groups, each in a fixed order."""
    found: dict[Any, dict[bool, list[Change]]] = {}
    for change in sorted(changes):
        found.setdefault(change.stratum, {True: [], False: []})[change.treated].append(change)
    return [arms for arms in found.values() if arms[True] and arms[False]]


def _smaller(strata: Sequence[dict[bool, list[Change]]]) -> int:
    return min(len({change.contributor for arms in strata for change in arms[arm]}) for arm in (True, False))
