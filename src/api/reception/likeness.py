"""Likeness of names: whether two people's names may be the same one, spelled otherwise."""

from __future__ import annotations

from rapidfuzz import fuzz

WHOLE = 0.85
REST = 0.7


def similarity(one: str, other: str) -> float:
    """How alike two folded names are, 0 to 1, whatever the order of their words and the gaps between them.

    0 unless the whole names are alike, and also what is left of them without the words they share: one given name in
    common makes nobody a namesake.
    """
    whole = _ratio(one, other)
    ones, others = set(one.split()), set(other.split())
    rest, other_rest = (" ".join(sorted(words)) for words in (ones - others, others - ones))
    alike = whole >= WHOLE and (not rest or not other_rest or _ratio(rest, other_rest) >= REST)
    return whole if alike else 0.0


def _ratio(one: str, other: str) -> float:
    """Gaps count for nothing where that helps: `van den berghe` is `vandenberghe`."""
    joined = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    return max(fuzz.token_sort_ratio(one, other), joined) / 100
