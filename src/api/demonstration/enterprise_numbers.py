"""Enterprise numbers of the demonstration: well formed, and never given to a real enterprise.

Numbers from 0100.000.0xx to 0199.999.9xx are taken: the Crossroads Bank gave out 0200 and above, then
those that start with 1. Each dossier has two of its own: dossiers of one seed share a number only on
purpose.
"""

from __future__ import annotations

FIRST = 1_000_000
"""The eight digits before the check digits start here: 0100 0000."""

RANGE = 1_000_000
PER_DOSSIER = 2
CAPACITY = RANGE // PER_DOSSIER
"""How many dossiers one seed can hold."""

STRIDE = 618_033
"""Coprime with the range: neighbours get numbers that do not look alike, and none comes twice."""


def enterprise_number(seed: int, dossier: int, which: int = 0) -> str:
    """The first or second enterprise number of a dossier of a seed, as ten digits.

    Check digits: 97 - (first eight digits mod 97), hence 01 to 97. Source: Crossroads Bank for Enterprises.
    """
    slot = dossier * PER_DOSSIER + which
    body = FIRST + (seed * 7919 + slot * STRIDE) % RANGE
    return f"{body:08d}{97 - body % 97:02d}"
