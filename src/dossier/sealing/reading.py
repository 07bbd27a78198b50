"""Reading the seal of a series: roots, proofs, tiles, from what is sealed and, past that, from the series itself."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import psycopg

from dossier.database.queries import queries
from dossier.sealing import census
from dossier.sealing.census import CensusBroken, Tally
from dossier.sealing.series import EVENTS, Series
from dossier.tree import shape
from dossier.tree.growth import Growth
from dossier.tree.hashing import fold
from dossier.tree.shape import Path
from dossier.tree.tiles import Rows, Tile, needed, pieces, resolve, within
from dossier.verification.note import read_key, read_note

SQL = queries(files("dossier.sealing") / "sealing.sql")
Connection = psycopg.Connection[Any]


class Checkpoint(NamedTuple):
    """The latest checkpoint as it is kept."""

    size: int
    root: bytes
    census: bytes
    note: str


def checkpoint(connection: Connection, of: Series = EVENTS) -> Checkpoint | None:
    """The latest checkpoint; None when none was signed yet."""
    row = connection.execute(SQL["checkpoint"], (of.name,)).fetchone()
    return Checkpoint(*row) if row else None


def head(connection: Connection, of: Series = EVENTS) -> int:
    """The position a series stands at."""
    row = connection.execute(SQL[f"{of.name}_head"]).fetchone()
    assert row is not None
    return int(row[0])


def root_at(connection: Connection, size: int, of: Series = EVENTS) -> bytes:
    """The root over the first `size` entries, sealed or not yet. Raises LookupError when there are fewer."""
    return fold(_resolved(connection, of, [[node] for node in shape.subtrees(0, size)], size))


def inclusion(
    connection: Connection, position: int, size: int, of: Series = EVENTS, *, sealed: int | None = None
) -> list[bytes]:
    """The audit path of an entry in the tree over the first `size`; `sealed`: how many are, where that is known."""
    return _resolved(connection, of, shape.inclusion(position - 1, size), size, sealed)


def inclusions(connection: Connection, positions: list[int], size: int, of: Series = EVENTS) -> list[list[bytes]]:
    """The audit paths of many entries, their tiles read once."""
    paths = [shape.inclusion(position - 1, size) for position in positions]
    tiles = _tiles(connection, of, {tile for path in paths for tile in needed(path)}, size)
    rows: Rows = {}
    return [resolve(path, tiles, rows) for path in paths]


def consistency(
    connection: Connection, old: int, size: int, of: Series = EVENTS, *, sealed: int | None = None
) -> list[bytes]:
    """The proof that the tree over the first `size` entries starts with that over the first `old`; as for inclusion."""
    return _resolved(connection, of, shape.consistency(old, size), size, sealed)


def tile(connection: Connection, wanted: Tile, of: Series = EVENTS) -> bytes:
    """The hashes of a tile so far sealed; empty when there is none."""
    return _stored(connection, of, {wanted}).get(wanted, b"")


def leaves(
    connection: Connection, after: int, until: int, limit: int | None = None, of: Series = EVENTS
) -> list[tuple[Any, ...]]:
    """Position, dossier's bytes, version (None of a reading) and leaf hash of entries after a position, in order."""
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(SQL[f"{of.name}_leaves"], (after, until, limit)).fetchall()


def entries(connection: Connection, after: int, until: int, of: Series = EVENTS) -> list[bytes]:
    """The stored bytes of the entries after a position, up to another."""
    return [row[0] for row in connection.execute(SQL[f"{of.name}_entries"], (after, until))]


def keys(connection: Connection, of: Series = EVENTS) -> list[str]:
    """The verifier keys that have signed for a series, the latest last."""
    return [row[0] for row in connection.execute(SQL["keys"], (of.name,))]


def vkey(connection: Connection, of: Series = EVENTS) -> str | None:
    """The newest key on record that signed the latest checkpoint: one put beside it in the database signed nothing."""
    found, known = checkpoint(connection, of), keys(connection, of)
    if found is not None:
        signers = {(signature.name, signature.id) for signature in read_note(found.note).signatures}
        known = [one for one in known if (read_key(one).name, read_key(one).id) in signers]
    return known[-1] if known else None


def tally(connection: Connection, dossier: bytes, of: Series = EVENTS) -> tuple[Tally, list[bytes]] | None:
    """What the latest census says of a dossier, with its proof; None when it knows no such dossier.

    Raises CensusBroken.
    """
    bucket = census.bucket_of(dossier)
    tallies = census.read_bucket(b"".join(buckets(connection, [bucket], of).values()))
    if dossier not in tallies:
        return None
    found = {}
    for level in range(census.LEVELS):
        page, _ = census.page_of(bucket, level)
        for number, hashes in pages(connection, level, [page[1]], of).items():
            found[level, number] = hashes
    return tallies[dossier], census.prove(dossier, tallies, found)


def buckets(connection: Connection, numbers: list[int], of: Series = EVENTS) -> dict[int, bytes]:
    """Buckets of the census by their numbers; empty ones are absent."""
    return dict(connection.cursor(binary=True).execute(SQL["buckets"], (of.name, numbers)).fetchall())


def pages(connection: Connection, level: int, numbers: list[int], of: Series = EVENTS) -> dict[int, bytes]:
    """Pages of a level of the census by their numbers; blank ones are absent. Raises CensusBroken."""
    found = dict(connection.cursor(binary=True).execute(SQL["pages"], (of.name, level, numbers)).fetchall())
    if any(len(page) != len(census.BLANK) for page in found.values()):
        raise CensusBroken("a page of the census was cut off or added to")
    return found


def _resolved(connection: Connection, of: Series, path: Path, size: int, sealed: int | None = None) -> list[bytes]:
    return resolve(path, _tiles(connection, of, needed(path), size, sealed))


def _tiles(
    connection: Connection, of: Series, wanted: set[Tile], size: int, start: int | None = None
) -> dict[Tile, bytes]:
    """Tiles as they are once `size` entries are sealed: those not sealed yet are made from the series.

    More may be sealed between these queries: nothing past the checkpoint that is read first is of account.
    """
    if start is None:
        sealed = checkpoint(connection, of)
        start = sealed.size if sealed else 0
    tiles = _sealed(connection, of, wanted, start)
    if size > start:
        _grow(connection, of, tiles, start, size)
    return tiles


def _grow(connection: Connection, of: Series, tiles: dict[Tile, bytes], start: int, size: int) -> None:
    tail = [row[3] for row in leaves(connection, start, size, of=of)]
    for level, grown in growth(connection, start, of).extend(tail).items():
        for number, hashes in pieces(start >> 8 * level, grown).items():
            tile = Tile(level, number)
            tiles[tile] = tiles.get(tile) or _sealed(connection, of, {tile}, start).get(tile, b"")
            tiles[tile] += hashes


def growth(connection: Connection, size: int, of: Series = EVENTS) -> Growth:
    """The sealed tree's right edge, ready to grow on."""
    path = [[node] for node in shape.subtrees(0, size)]
    return Growth(size, resolve(path, _stored(connection, of, needed(path))))


def _sealed(connection: Connection, of: Series, wanted: set[Tile], size: int) -> dict[Tile, bytes]:
    """Tiles as they were stored when `size` entries were sealed."""
    return {tile: within(tile, hashes, size) for tile, hashes in _stored(connection, of, wanted).items()}


def _stored(connection: Connection, of: Series, wanted: set[Tile]) -> dict[Tile, bytes]:
    levels, numbers = [tile.level for tile in wanted], [tile.number for tile in wanted]
    rows = connection.cursor(binary=True).execute(SQL["tiles"], (levels, numbers, of.name))
    return {Tile(level, number): hashes for level, number, hashes in rows}
