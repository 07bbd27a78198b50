"""Which partition of the log a dossier lies in, told as PostgreSQL tells it: without asking it, on any machine."""

from __future__ import annotations

from uuid import UUID

WHOLE, LONG = 2**32 - 1, 2**64 - 1
SEED = 0x7A5B22367996DCFD
COMBINED = 0x49A0F4DD15E5A8E3
START = 0x9E3779B9 + 16 + 3923095
MIXED = (4, 6, 8, 16, 19, 4)
FINAL = (14, 11, 25, 16, 4, 14, 24)
"""Of Bob Jenkins' lookup3, and of PostgreSQL's `hash_bytes_extended` and `compute_partition_hash_value`.

How PostgreSQL partitions by hash cannot change: data that lies in partitions would be lost.
"""


def part_of(dossier: UUID, parts: int) -> int:
    """The remainder of a dossier among so many partitions."""
    return (_hashed(dossier.bytes) + COMBINED & LONG) % parts


def _hashed(key: bytes) -> int:
    """64 bits of sixteen bytes."""
    first, second, third, fourth = (int.from_bytes(key[at : at + 4], "little") for at in (0, 4, 8, 12))
    seeded = _mix(START + (SEED >> 32), START + (SEED & WHOLE), START)
    a, b, c = _mix(seeded[0] + first, seeded[1] + second, seeded[2] + third)
    return _last(a + fourth, b, c)


def _mix(x: int, y: int, z: int) -> tuple[int, int, int]:
    x, y, z = x & WHOLE, y & WHOLE, z & WHOLE
    for turn in MIXED:
        x, y, z = y, z + y & WHOLE, (x - z & WHOLE) ^ _turned(z, turn)
    return x, y, z


def _last(a: int, b: int, c: int) -> int:
    x, y, z = c, a & WHOLE, b
    for turn in FINAL:
        x, y, z = y, z, (x ^ z) - _turned(z, turn) & WHOLE
    return y << 32 | z


def _turned(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & WHOLE
