"""A tree of many leaves in the tables, made cheaply: by the code that grows it, in a process of its own.

Prints the most memory the whole process had, in MiB, and the tree's root.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import psycopg

from dossier.sealing.census import EMPTY
from dossier.sealing.keys import LogKeys, signed
from dossier.sealing.reading import SQL
from dossier.sealing.signed import LastSigned
from dossier.tree.growth import Growth
from dossier.tree.tiles import WIDTH, Tile, pieces

BATCH = 80 * WIDTH
"""Leaves at once, as many as the sealer takes: only whole tiles of leaves."""
DOSSIER = "01890000-0000-7000-8000-00000000000a"


class Made(NamedTuple):
    """What growing the tree came to."""

    root: bytes
    mib: float


def entry(position: int) -> bytes:
    """The stored bytes that are said to stand at a position."""
    return b'{"position":%d}' % position


def make(conninfo: str, data: Path, leaves: int, sample: list[int]) -> Made:
    """Grow a tree of so many leaves into the tables and sign it; only the sampled positions have an event."""
    growth, above = Growth(), dict[Tile, bytes]()
    with psycopg.connect(conninfo) as connection:
        with connection.cursor().copy(
            "COPY seal.tile (series, level, number, hashes) FROM STDIN (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["text", "int2", "int8", "bytea"])
            for tile, hashes in _grown(growth, leaves, above):
                copy.write_row(("events", tile.level, tile.number, hashes))
            for tile, hashes in above.items():
                copy.write_row(("events", tile.level, tile.number, hashes))
        _store(connection, sample)
        _sign(connection, data, growth)
    return Made(growth.root, _most_memory())


def _most_memory() -> float:
    """In MiB. By the kernel's status: `ru_maxrss` would begin with what the process had that started this one."""
    [line] = [text for text in Path("/proc/self/status").read_text().splitlines() if text.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def _grown(growth: Growth, leaves: int, above: dict[Tile, bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The tiles of leaves as they come; those above are gathered until they are whole."""
    for start in range(0, leaves, BATCH):
        row = [sha256(b"\x00" + entry(number)).digest() for number in range(start + 1, min(start + BATCH, leaves) + 1)]
        for level, found in growth.extend(row).items():
            for number, hashes in pieces(start >> 8 * level, found).items():
                if level == 0:
                    yield Tile(0, number), hashes
                else:
                    above[Tile(level, number)] = above.get(Tile(level, number), b"") + hashes


def _store(connection: psycopg.Connection[object], sample: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored)"
            " VALUES (%s, %s, %s, 'brussels.dossier.contact-made.v1', 'hub', now(), %s)",
            [(position, DOSSIER, version, entry(position)) for version, position in enumerate(sample, 1)],
        )


def _sign(connection: psycopg.Connection[object], data: Path, growth: Growth) -> None:
    keys = LogKeys(data)
    keys.ensure(None)
    signers = keys.signers()
    root, census = (base64.b64encode(found).decode() for found in (growth.root, EMPTY))
    note = signed(f"{signers[0].name}\n{growth.size}\n{root}\ncensus {census}\n", signers)
    connection.execute(SQL["add_key"], ("events", signers[0].vkey))
    connection.execute(
        SQL["sign"], {"series": "events", "size": growth.size, "root": growth.root, "census": EMPTY, "note": note}
    )
    LastSigned(data).write(note)


if __name__ == "__main__":
    given, place, count, *positions = sys.argv[1:]
    made = make(given, Path(place), int(count), [int(position) for position in positions])
    print(made.mib, made.root.hex())
