"""Reading the seal: roots, proofs and tiles, from what is sealed and, past that, from the log itself."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import psycopg

from dossier.database.queries import queries
from dossier.sealing import census
from dossier.sealing.census import Tally
from dossier.tree import shape
from dossier.tree.growth import Growth
from dossier.tree.hashing import fold
from dossier.tree.shape import Path
from dossier.tree.tiles import Rows, Tile, needed, pieces, resolve

SQL = queries(files("dossier.sealing") / "sealing.sql")
Connection = psycopg.Connection[Any]


class Checkpoint(NamedTuple):
    """The latest checkpoint as it is kept."""

    size: int
    root: bytes
    census: bytes
    note: str


def checkpoint(connection: Connection) -> Checkpoint | None:
    """The latest checkpoint; None when none was signed yet."""
    row = connection.execute(SQL["checkpoint"]).fetchone()
    return Checkpoint(*row) if row else None


def head(connection: Connection) -> int:
    """The position the log stands at."""
    row = connection.execute(SQL["head"]).fetchone()
    assert row is not None
    return int(row[0])


def root_at(connection: Connection, size: int) -> bytes:
    """The root over the first `size` events, sealed or not yet. Raises LookupError when the log is shorter."""
    return fold(_resolved(connection, [[node] for node in shape.subtrees(0, size)], size))


def inclusion(connection: Connection, position: int, size: int) -> list[bytes]:
    """The audit path of an event in the tree over the first `size`."""
    return _resolved(connection, shape.inclusion(position - 1, size), size)


def inclusions(connection: Connection, positions: list[int], size: int) -> list[list[bytes]]:
    """The audit paths of many events, their tiles read once."""
    paths = [shape.inclusion(position - 1, size) for position in positions]
    tiles = _tiles(connection, {tile for path in paths for tile in needed(path)}, size)
    rows: Rows = {}
    return [resolve(path, tiles, rows) for path in paths]


def consistency(connection: Connection, old: int, size: int) -> list[bytes]:
    """The proof that the tree over the first `size` events starts with that over the first `old`."""
    return _resolved(connection, shape.consistency(old, size), size)


def tile(connection: Connection, wanted: Tile) -> bytes:
    """The hashes of a tile so far sealed; empty when there is none."""
    return _stored(connection, {wanted}).get(wanted, b"")


def leaves(connection: Connection, after: int, until: int, limit: int | None = None) -> list[tuple[Any, ...]]:
    """Position, dossier's bytes, version and leaf hash of the events after a position, in order."""
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(SQL["leaves"], (after, until, limit)).fetchall()


def tally(connection: Connection, dossier: bytes) -> tuple[Tally, list[bytes]] | None:
    """What the latest census says of a dossier, with its proof; None when it knows no such dossier."""
    bucket = census.bucket_of(dossier)
    tallies = census.read_bucket(b"".join(buckets(connection, [bucket]).values()))
    if dossier not in tallies:
        return None
    found = {}
    for level in range(census.LEVELS):
        page, _ = census.page_of(bucket, level)
        for number, hashes in pages(connection, level, [page[1]]).items():
            found[level, number] = hashes
    return tallies[dossier], census.prove(dossier, tallies, found)


def buckets(connection: Connection, numbers: list[int]) -> dict[int, bytes]:
    """Buckets of the census by their numbers; empty ones are absent."""
    return dict(connection.cursor(binary=True).execute(SQL["buckets"], (numbers,)).fetchall())


def pages(connection: Connection, level: int, numbers: list[int]) -> dict[int, bytes]:
    """Pages of a level of the census by their numbers; blank ones are absent."""
    return dict(connection.cursor(binary=True).execute(SQL["pages"], (level, numbers)).fetchall())


def _resolved(connection: Connection, path: Path, size: int) -> list[bytes]:
    return resolve(path, _tiles(connection, needed(path), size))


def _tiles(connection: Connection, wanted: set[Tile], size: int) -> dict[Tile, bytes]:
    """Tiles as they are once `size` events are sealed: those not sealed yet are made from the log."""
    tiles = _stored(connection, wanted)
    sealed = checkpoint(connection)
    start = sealed.size if sealed else 0
    if size > start:
        _grow(connection, tiles, start, size)
    return tiles


def _grow(connection: Connection, tiles: dict[Tile, bytes], start: int, size: int) -> None:
    tail = [row[3] for row in leaves(connection, start, size)]
    for level, grown in growth(connection, start).extend(tail).items():
        for number, hashes in pieces(start >> 8 * level, grown).items():
            tile = Tile(level, number)
            tiles[tile] = tiles.get(tile) or _stored(connection, {tile}).get(tile, b"")
            tiles[tile] += hashes


def growth(connection: Connection, size: int) -> Growth:
    """The sealed tree's right edge, ready to grow on."""
    path = [[node] for node in shape.subtrees(0, size)]
    return Growth(size, resolve(path, _stored(connection, needed(path))))


def _stored(connection: Connection, wanted: set[Tile]) -> dict[Tile, bytes]:
    levels, numbers = [tile.level for tile in wanted], [tile.number for tile in wanted]
    rows = connection.cursor(binary=True).execute(SQL["tiles"], (levels, numbers))
    return {Tile(level, number): hashes for level, number, hashes in rows}
