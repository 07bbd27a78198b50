"""The interval of a median: a bootstrap over contributors, drawn the same way every time.

The seed follows from the indicator and the cell, and the generator is the Mersenne Twister of NumPy's RandomState,
whose stream is frozen: anyone who counts again gets the same bounds.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST = 10
"""Contributors: with fewer, the bounds would be the values of single contributors."""
MOST = 2_000
"""Contributors up to which samples are drawn; with more, the bounds are read at the ranks that samples tend to."""
SAMPLES = 999
Z = 1.959963984540054
Bounds = tuple[float, float] | tuple[None, None]


def bounds(amounts: Sequence[float], contributors: Sequence[Any], seed: str) -> Bounds:
    """Between which values the median lies, 95 % sure. `amounts` rise; contributors come with all their values."""
    _, owner = np.unique(np.asarray(contributors, dtype=str), return_inverse=True)
    count = int(owner.max()) + 1 if len(owner) else 0
    if count < FEWEST:
        return None, None
    values = np.asarray(amounts, dtype=float)
    if count > MOST:
        return _ranked(values, owner, count)
    medians = _medians(values, owner, count, seed)
    low, high = np.percentile(medians, [2.5, 97.5], method="nearest")
    return float(low), float(high)


def _medians(values: NDArray[Any], owner: NDArray[Any], count: int, seed: str) -> NDArray[Any]:
    """The median of each sample: contributors are drawn with replacement, each with all its values."""
    drawn = np.random.RandomState(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big"))
    medians = np.empty(SAMPLES)
    for sample in range(SAMPLES):
        times = np.bincount(drawn.randint(0, count, count), minlength=count)
        reached = np.cumsum(times[owner])
        whole = int(reached[-1])
        ends = np.searchsorted(reached, ((whole + 1) // 2, whole // 2 + 1))
        medians[sample] = (values[ends[0]] + values[ends[1]]) / 2
    return medians


def _ranked(values: NDArray[Any], owner: NDArray[Any], count: int) -> Bounds:
    """The values at the ranks that samples tend to; a contributor whose values lie on one side moves them together."""
    last = len(values) - 1
    side = np.where(np.arange(len(values)) <= last / 2, 0.5, -0.5)
    moved = np.bincount(owner, weights=side, minlength=count)
    share = min(0.5, Z * math.sqrt(float(moved @ moved)) / len(values))
    return float(values[math.floor(last * (0.5 - share))]), float(values[math.ceil(last * (0.5 + share))])
