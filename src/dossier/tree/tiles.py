"""Tiles: the tree's hashes in rows of up to 256, named as C2SP tlog-tiles names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from dossier.tree.hashing import HASH, fold, node_hash
from dossier.tree.shape import Node, Path

WIDTH = 256
"""Hashes of a full tile."""
HEIGHT = 8
"""Heights of the tree between one level of tiles and the next."""
NAME = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class Tile(NamedTuple):
    """The `number`-th tile of a level; level 0 holds leaves."""

    level: int
    number: int


Tiles = Mapping[Tile, bytes]
"""The hashes of tiles, one after another."""


Rows = dict[Tile, Sequence[Sequence[bytes]]]
"""Of tiles, their hashes and those of the perfect subtrees over them, by height."""


class NoSuchTile(ValueError):
    """No tile has this name."""


def name(number: int, width: int = WIDTH) -> str:
    """A tile's number in its address: 1234067 is x001/x234/067; a partial one says its width."""
    steps = [f"{number % 1000:03d}"]
    while number := number // 1000:
        steps.append(f"x{number % 1000:03d}")
    return "/".join(reversed(steps)) + ("" if width == WIDTH else f".p/{width}")


def named(text: str) -> tuple[int, int]:
    """The number and width of the tile that an address names. Raises NoSuchTile for any but the one right spelling."""
    found = NAME.fullmatch(text)
    if found is None:
        raise NoSuchTile(text)
    number, width = int(found[1].replace("/", "").replace("x", "")), int(found[2] or WIDTH)
    if name(number, width) != text:  # leading zeroes, a partial tile that is full
        raise NoSuchTile(text)
    return number, width


def needed(path: Path) -> set[Tile]:
    """The tiles that a proof is made from."""
    return {_place(node)[0] for parts in path for node in parts}


def resolve(path: Path, tiles: Tiles, rows: Rows | None = None) -> list[bytes]:
    """The hashes of a proof, from the tiles that it needs; `rows` shares what several proofs hash of them."""
    known: Rows = {} if rows is None else rows
    return [fold([_hash(node, tiles, known) for node in parts]) for parts in path]


def hashes(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[at : at + HASH] for at in range(0, len(tile), HASH)]


def within(tile: Tile, row: bytes, size: int) -> bytes:
    """Of a tile's hashes, those of a tree over `size` entries."""
    return row[: max(0, (size >> HEIGHT * tile.level) - tile.number * WIDTH) * HASH]


def pieces(start: int, new: Iterable[bytes]) -> dict[int, bytes]:
    """Hashes that come after the first `start` of a level -> what each tile of it gains, by the tile's number."""
    row, number = b"".join(new), start // WIDTH
    room = (WIDTH - start % WIDTH) * HASH
    gained = {number: row[:room]}
    for at in range(room, len(row), WIDTH * HASH):
        number += 1
        gained[number] = row[at : at + WIDTH * HASH]
    return gained


def _place(node: Node) -> tuple[Tile, int, int]:
    """Where the hashes lie that a perfect subtree is made of: the tile, the first hash in it, how many."""
    level, above = divmod(node.height, HEIGHT)
    number, first = divmod(node.number << above, WIDTH)
    return Tile(level, number), first, 1 << above


def _hash(node: Node, tiles: Tiles, rows: Rows) -> bytes:
    tile, first, count = _place(node)
    if tile not in rows:
        held = tiles.get(tile, b"")
        shared = tile.level > 0 and len(held) == WIDTH * HASH
        rows[tile] = _shared_pyramid(held) if shared else _pyramid(held)
    row, at = rows[tile][count.bit_length() - 1], first // count
    if at >= len(row):
        raise LookupError(f"tile {tile.level}/{name(tile.number)} lacks hash {len(rows[tile][0])}")
    return row[at]


def _pyramid(tile: bytes) -> list[list[bytes]]:
    """The hashes of a tile, and of each height of perfect subtrees over them."""
    row = hashes(tile)
    rows = [row]
    for _ in range(HEIGHT):
        row = [node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
        rows.append(row)
    return rows


@lru_cache(maxsize=512)
def _shared_pyramid(tile: bytes) -> list[list[bytes]]:
    """That of a full tile above the leaves, which many proofs share; known by its bytes, so never another's.

    All of them take some 20 MB."""
    return _pyramid(tile)
