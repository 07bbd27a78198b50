"""Growing a tree: leaves are added in batches, at one hash each on average, and only the right edge is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from dossier.tree.hashing import fold
from dossier.tree.shape import subtrees
from dossier.tree.tiles import HEIGHT

Grown = dict[int, list[bytes]]
"""By level of tiles, the hashes that were added to it."""


class Growth:
    """A tree's size and its right edge: one perfect subtree for each binary digit of the size that is 1."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        """`edge`: the perfect subtrees over all leaves, from left to right, as `shape.subtrees` has them."""
        self.size = size
        self._pending = {node.height: found for node, found in zip(subtrees(0, size), edge, strict=True)}

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return fold([self._pending[height] for height in sorted(self._pending, reverse=True)])

    def extend(self, leaves: Sequence[bytes]) -> Grown:
        """Add the hashes of leaves. What each level of tiles gains by it."""
        grown: Grown = {}
        row, height = list(leaves), 0
        while row:
            if height % HEIGHT == 0:
                grown[height // HEIGHT] = row
            if height in self._pending:
                row = [self._pending.pop(height), *row]
            if len(row) % 2:
                self._pending[height] = row[-1]
            row = [sha256(b"\x01" + row[n] + row[n + 1]).digest() for n in range(0, len(row) - 1, 2)]
            height += 1
        self.size += len(leaves)
        return grown
