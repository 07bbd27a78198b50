"""The codes of NACE-BEL: which begin a class that exists in a version. Statbel's lists, by a library."""

from __future__ import annotations

from functools import cache

LONGEST = 5
"""Digits of a NACE-BEL code; the seven of the enterprise register divide them further."""


@cache
def beginnings(version: str) -> frozenset[str]:
    """Every code of two to five digits (without points) that a code of a version is, or begins with."""
    from bce_codes_to_label import nace  # noqa: PLC0415 - seven megabytes that only those who check rules need

    codes = (code.partition(":")[2] for code in nace.codes if code.startswith(f"{version}:"))
    return frozenset(code[:size] for code in codes for size in range(2, min(len(code), LONGEST) + 1))
