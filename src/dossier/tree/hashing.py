"""Hashing as RFC 6962 section 2.1 has it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

HASH = 32
"""Bytes of a hash."""
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of a row, whatever their number: an odd one out goes up as it is."""
    row = list(hashes)
    if not row:
        return EMPTY
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha256(b"\x01" + row[n] + row[n + 1]).digest() for n in range(0, len(row) - 1, 2)] + odd
    return row[0]


def fold(subtrees: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees of falling size, from left to right; EMPTY when there is none."""
    if not subtrees:
        return EMPTY
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root
