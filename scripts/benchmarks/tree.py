"""A tree of many leaves in the tables, made cheaply: by the code that grows it, in a process of its own.

`make` writes it and prints its root; `grow` writes nothing and prints the most memory the process had, in MiB: what
writing ten million leaves by one COPY keeps in buffers is not the tree's.
"""

from __future__ import annotations

import base64
import resource
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

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


def entry(position: int) -> bytes:
    """The stored bytes that are said to stand at a position."""
    return b'{"position":%d}' % position


def make(conninfo: str, data: Path, leaves: int, sample: list[int]) -> bytes:
    """Grow a tree of so many leaves into the tables and sign it; its root. Only sampled positions have an event."""
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
    return growth.root


def grow(leaves: int) -> float:
    """Grow a tree of so many leaves and give its tiles away; the most memory this process ever had, in MiB."""
    for _ in _grown(Growth(), leaves, {}):
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
    what, count, *given = sys.argv[1:]
    if what == "grow":
        print(grow(int(count)))
    else:
        conninfo, place, *positions = given
        print(make(conninfo, Path(place), int(count), [int(position) for position in positions]).hex())
