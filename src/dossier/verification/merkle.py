"""Proofs of inclusion and consistency, checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from dossier.verification.wrong import expect

EMPTY = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf with this hash is the `index`-th, from 0, of the tree of `size` leaves. Raises Wrong."""
    expect(0 <= index < size, "the leaf lies outside the tree")
    _lengths([leaf, root, *proof])
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        expect(last != 0, "the proof of inclusion is too long")
        if number & 1 or number == last:
            found = _node(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = _node(found, sibling)
        number, last = number >> 1, last >> 1
    expect(last == 0, "the proof of inclusion is too short")
    expect(found == root, "the proof of inclusion leads to another root")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """That the tree of `size` leaves starts with the one of `old`; of an empty one nothing is shown. Raises Wrong."""
    expect(0 < old <= size, "the older tree is empty, or larger than the newer")
    _lengths(proof)
    if old == size:
        expect(not proof, "the proof of consistency is too long")
        expect(old_root == root, "the roots of one tree differ")
        return
    expect(bool(proof), "the proof of consistency is empty")
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        expect(last != 0, "the proof of consistency is too long")
        if number & 1 or number == last:
            before, after = _node(sibling, before), _node(sibling, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = _node(after, sibling)
        number, last = number >> 1, last >> 1
    expect(last == 0, "the proof of consistency is too short")
    expect(before == old_root, "the proof of consistency leads to another older root")
    expect(after == root, "the proof of consistency leads to another root")


class Tree:
    """A tree built anew leaf by leaf, which remembers its right edge alone."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        height = 0
        while self._edge and self._edge[-1][0] == height:
            leaf, height = _node(self._edge.pop()[1], leaf), height + 1
        self._edge.append((height, leaf))
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            found = _node(left, found)
        return found


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _lengths(hashes: Sequence[bytes]) -> None:
    expect(all(len(found) == 32 for found in hashes), "a hash is not 32 bytes long")
