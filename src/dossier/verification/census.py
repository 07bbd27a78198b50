"""The census of a checkpoint: that a dossier has so many events and no more (docs/decisions/0056)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from dossier.verification.wrong import expect

START = bytes(32)
"""The chain of a dossier without events; also an empty place of the census."""
DEEPEST = 256
SHALLOWEST = 16
"""The census has a place for each of the first 65,536 prefixes, however few dossiers there are."""


class Tally(NamedTuple):
    """What the census says of a dossier: how many events, the position of the last, and their chain."""

    dossier: bytes
    events: int
    last: int
    chain: bytes


def chained(events: Iterable[tuple[int, bytes]]) -> bytes:
    """The chain over a dossier's events in order, each by its position and leaf hash."""
    chain = START
    for position, leaf in events:
        chain = sha256(b"\x02" + chain + position.to_bytes(8, "big") + leaf).digest()
    return chain


def verify_tally(tally: Tally, proof: Sequence[bytes], root: bytes) -> None:
    """That the census with this root says this of the dossier, and so nothing else of it. Raises Wrong."""
    expect(SHALLOWEST <= len(proof) <= DEEPEST, "the proof of completeness has a wrong length")
    expect(all(len(found) == 32 for found in [tally.chain, root, *proof]), "a hash is not 32 bytes long")
    place = int.from_bytes(sha256(tally.dossier).digest(), "big")
    numbers = tally.events.to_bytes(8, "big") + tally.last.to_bytes(8, "big")
    found = sha256(b"\x00" + tally.dossier + numbers + tally.chain).digest()
    for depth, sibling in zip(range(len(proof) - 1, -1, -1), proof, strict=True):
        right = place >> (255 - depth) & 1
        found = sha256(b"\x01" + (sibling + found if right else found + sibling)).digest()
    expect(found == root, "the proof of completeness leads to another census")
