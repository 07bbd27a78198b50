"""Kaplan-Meier: the share that survives a time, when not everybody could be watched for as long.

Source: Kaplan and Meier (1958); bounds by Greenwood's variance on the log(-log) scale, which keeps them in 0 .. 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

Z = 1.959963984540054


class Leaving(NamedTuple):
    """How many left after some days: `ended` by the event, all others only watched no longer."""

    days: float
    ended: float
    left: float


class Survived(NamedTuple):
    """The share that survived, with its bounds; None where nobody was watched for that long."""

    share: float | None
    low: float | None = None
    high: float | None = None

    @property
    def complement(self) -> Survived:
        """The share that did not: what happened to them happened."""
        return Survived(*(None if one is None else 1 - one for one in (self.share, self.high, self.low)))


def survived(leaving: Iterable[Leaving], until: float) -> Survived:
    """The share alive after `until` days; of those watched until a day, who left on it is still at risk on it."""
    told = sorted(leaving)
    at_risk, share, variance = sum(one.left for one in told), 1.0, 0.0
    watched = max((one.days for one in told), default=-1.0)
    for one in _by_day(told):
        if one.days > until:
            break
        if one.ended and at_risk > one.ended:
            variance += one.ended / (at_risk * (at_risk - one.ended))
        share *= 1 - one.ended / at_risk
        at_risk -= one.left
    if share > 0 and watched < until:
        return Survived(None)
    if share in (0.0, 1.0):
        return Survived(share)
    return Survived(share, *_bounds(share, variance))


def _bounds(share: float, variance: float) -> tuple[float, float]:
    wide = Z * math.sqrt(variance) / abs(math.log(share))
    return share ** math.exp(wide), share ** math.exp(-wide)


def _by_day(told: list[Leaving]) -> Iterable[Leaving]:
    """One entry a day, the earliest first."""
    days: dict[float, Leaving] = {}
    for one in told:
        known = days.get(one.days, Leaving(one.days, 0, 0))
        days[one.days] = Leaving(one.days, known.ended + one.ended, known.left + one.left)
    return days.values()
