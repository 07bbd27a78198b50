"""The census: for each dossier how many events it has, the last one's position and their chain, under one root.

A Merkle tree keyed by SHA-256 of the dossier's id. Its first 16 levels always exist and are kept in pages of 16
hashes; below stands a bucket, which holds what is known of its dossiers and is hashed when needed. A subtree of one
dossier is that dossier's leaf, an empty one is 32 zero bytes. See docs/decisions/0056.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from dossier.tree.hashing import HASH

EMPTY = bytes(HASH)
BUCKETS = 1 << 16
PAGE = 16
LEVELS = 4
PAGES = sum(BUCKETS >> 4 * level for level in range(1, LEVELS + 1))
BLANK = bytes(PAGE * HASH)
NOTHING = EMPTY + EMPTY
"""Two subtrees side by side that hold nothing: so does theirs."""
_TALLY = Struct(">16sQQ32s")


class CensusBroken(ValueError):
    """What is stored of a census has no length that a census has: it was not written by the sealer."""


class Tally(NamedTuple):
    """What the census says of a dossier."""

    dossier: bytes
    events: int
    last: int
    chain: bytes

    @property
    def leaf(self) -> bytes:
        """Its hash as a leaf of the census."""
        return sha256(b"\x00" + _TALLY.pack(*self)).digest()

    def after(self, events: Sequence[tuple[int, bytes]]) -> Tally:
        """The tally after more events, each by its position and leaf hash."""
        chain, last = self.chain, self.last
        for last, leaf in events:
            chain = sha256(b"\x02" + chain + last.to_bytes(8, "big") + leaf).digest()
        return Tally(self.dossier, self.events + len(events), last, chain)


Page = tuple[int, int]
"""A page's level, 0 above the buckets, and its number there."""


def none_of(dossier: bytes) -> Tally:
    """The tally of a dossier without events."""
    return Tally(dossier, 0, 0, EMPTY)


def bucket_of(dossier: bytes) -> int:
    """The bucket of a dossier."""
    return int.from_bytes(sha256(dossier).digest()[:2], "big")


def read_bucket(entries: bytes) -> dict[bytes, Tally]:
    """What a bucket holds, by dossier. Raises CensusBroken."""
    if len(entries) % _TALLY.size:
        raise CensusBroken("a bucket of the census was cut off or added to")
    return {tally[0]: Tally(*tally) for tally in _TALLY.iter_unpack(entries)}


def write_bucket(tallies: Mapping[bytes, Tally]) -> bytes:
    """A bucket's content, in the order of dossiers."""
    return b"".join(_TALLY.pack(*tallies[dossier]) for dossier in sorted(tallies))


def bucket_root(tallies: Mapping[bytes, Tally]) -> bytes:
    """The hash that stands for a bucket above it."""
    return _root(_keyed(tallies), 16)


def page_of(bucket: int, level: int) -> tuple[Page, int]:
    """The page that a bucket is counted in at a level, and its place on the page."""
    number = bucket >> 4 * level
    return (level, number >> 4), number & 15


@lru_cache(maxsize=2 * PAGES)
def page_root(page: bytes) -> bytes:
    """The hash that stands for a page above it. Known by its bytes: what was written last is read next."""
    row = page
    while len(row) > HASH:
        pairs = [row[at : at + 2 * HASH] for at in range(0, len(row), 2 * HASH)]
        row = b"".join([EMPTY if pair == NOTHING else sha256(b"\x01" + pair).digest() for pair in pairs])
    return row


def prove(dossier: bytes, tallies: Mapping[bytes, Tally], pages: Mapping[Page, bytes]) -> list[bytes]:
    """The siblings of a dossier's leaf, the deepest first."""
    proof = _siblings(_keyed(tallies), sha256(dossier).digest(), 16)
    for level in range(LEVELS):
        page, place = page_of(bucket_of(dossier), level)
        row = [pages.get(page, BLANK)[at : at + HASH] for at in range(0, PAGE * HASH, HASH)]
        while len(row) > 1:
            proof.append(row[place ^ 1])
            row = [_join(row[n], row[n + 1]) for n in range(0, len(row), 2)]
            place >>= 1
    return proof


Keyed = Sequence[tuple[bytes, Tally]]


def _keyed(tallies: Mapping[bytes, Tally]) -> Keyed:
    return sorted((sha256(dossier).digest(), tally) for dossier, tally in tallies.items())


def _root(keyed: Keyed, depth: int) -> bytes:
    if len(keyed) < 2:
        return keyed[0][1].leaf if keyed else EMPTY
    left, right = _parted(keyed, depth)
    return _join(_root(left, depth + 1), _root(right, depth + 1))


def _siblings(keyed: Keyed, key: bytes, depth: int) -> list[bytes]:
    if len(keyed) < 2:
        return []
    own, other = _parted(keyed, depth)
    if _bit(key, depth):
        own, other = other, own
    return [*_siblings(own, key, depth + 1), _root(other, depth + 1)]


def _parted(keyed: Keyed, depth: int) -> tuple[Keyed, Keyed]:
    left = [one for one in keyed if not _bit(one[0], depth)]
    return left, keyed[len(left) :]


def _bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def _join(left: bytes, right: bytes) -> bytes:
    return EMPTY if left == right == EMPTY else sha256(b"\x01" + left + right).digest()
