"""The shape of a tree: which perfect subtrees a root or a proof is made of, before any hash is known."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A perfect subtree: of 2**height leaves, the `number`-th of its height from the left."""

    height: int
    number: int


Path = list[list[Node]]
"""The hashes of a proof in order, each the fold of perfect subtrees."""


def subtrees(start: int, end: int) -> list[Node]:
    """The perfect subtrees over leaves from `start` to before `end`, from left to right, the largest first.

    `start` is a multiple of the largest power of two not above `end - start`, as in every split of RFC 6962.
    """
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append(Node(height, start >> height))
        start += 1 << height
    return found


def inclusion(index: int, size: int) -> Path:
    """The audit path of RFC 6962 section 2.1.1 for the leaf `index` (from 0) of a tree of `size` leaves."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtrees(middle, end))
            end = middle
        else:
            path.append(subtrees(start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, size: int) -> Path:
    """The proof of RFC 6962 section 2.1.2 that the tree of `old` leaves is the start of that of `size`.

    Empty from an empty tree, and between equal ones.
    """
    if old in (0, size):
        return []
    start, end, path = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(subtrees(middle, end))
            end = middle
        else:
            path.append(subtrees(start, middle))
            start = middle
    if start:
        path.append(subtrees(start, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two below a count of two or more."""
    return 1 << ((count - 1).bit_length() - 1)
