"""The seal over a series: tiles, census, checkpoint and cosignatures, against what follows from its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from dossier.auditing.events import SQL, Connection, Derived
from dossier.sealing.series import Series
from dossier.verification.census import Tally
from dossier.verification.merkle import Tree
from dossier.verification.note import Checkpoint, Key, read_key, read_note, verify_checkpoint, verify_cosignature
from dossier.verification.wrong import Wrong, expect

EMPTY = bytes(32)
ON_PAGES = {16: 0, 12: 1, 8: 2, 4: 3}
"""Depth of the census' tree -> the level of pages that holds its hashes."""


def check_checkpoint(row: tuple[Any, ...], keys: Sequence[Key], by: bytes | None = None) -> Checkpoint:
    """That the row of the checkpoint says what its note says, and that every key that signed it holds, `by` among them.

    `by` is a public key.
    """
    size, root, census, note = row
    with told_of("seal.checkpoint"):
        signers = {(signature.name, signature.id) for signature in read_note(note).signatures}
        own = [key for key in keys if (key.name, key.id) in signers]
        expect(len(own) == len(signers) and bool(own), "it is not signed by the log's keys alone")
        expect(by is None or by in {key.public for key in own}, "it is not signed by the given key")
        [found] = {verify_checkpoint(note, key) for key in own}
        expect((size, root, census) == found[1:], "the columns are not what the note says")
    return found


def check_root(connection: Connection, derived: Derived, of: Series, checkpoint: Checkpoint) -> None:
    """That the tree is the one that was signed; else, where the leaves are others than those that tiles keep."""
    if derived.roots[checkpoint.size] == checkpoint.root:
        return
    held = connection.cursor(binary=True).execute(SQL["tiles"], (of.name,)).fetchall()
    kept = b"".join(hashes for level, _, hashes in held if level == 0)[: 32 * checkpoint.size]
    places = range(0, len(kept), 32)
    other = next((at // 32 + 1 for at in places if kept[at : at + 32] != derived.leaves[at : at + 32]), None)
    where = f"; by its tiles, {of.place} {other} is the first that was changed" if other else ""
    raise Wrong(f"{of.table}: the tree is not the one that was signed{where}")


def check_tiles(connection: Connection, derived: Derived, of: Series) -> None:
    """That the tiles are those of the tree: all of them, and nothing else."""
    found = connection.cursor(binary=True).execute(SQL["tiles"], (of.name,)).fetchall()
    for held, made in _side_by_side(found, _tiles(bytes(derived.leaves), 0)):
        level, number, _ = held or made or (0, 0, b"")
        expect(held == made, f"seal.tile: {of.name}: level {level}, number {number} is not that of the tree")


def check_census(connection: Connection, derived: Derived, of: Series, root: bytes) -> None:
    """That the census counts what the series holds, in its root, its buckets and its pages."""
    buckets: dict[int, list[Tally]] = {}
    for tally in derived.tallies.values():
        buckets.setdefault(int.from_bytes(sha256(tally.dossier).digest()[:2], "big"), []).append(tally)
    made = [(bucket, _entries(buckets[bucket])) for bucket in sorted(buckets)]
    for held, own in _side_by_side(connection.cursor(binary=True).execute(SQL["census"], (of.name,)).fetchall(), made):
        expect(held == own, f"seal.census: {of.name}: bucket {(held or own or (0,))[0]} is not what its entries say")
    made_root, nodes = census_over(derived.tallies)
    expect(made_root == root, f"seal.checkpoint: {of.name}: the census' root is not what its entries say")
    held_pages = connection.cursor(binary=True).execute(SQL["pages"], (of.name,)).fetchall()
    for held, own in _side_by_side(held_pages, sorted(_pages(nodes))):
        level, number, _ = held or own or (0, 0, b"")
        expect(held == own, f"seal.census_page: {of.name}: level {level}, number {number} is not what its entries say")


def check_cosignatures(connection: Connection, derived: Derived, of: Series, keys: Sequence[Key]) -> None:
    """That what witnesses cosigned is of this series, and that each cosignature holds.

    The census is derived again where each witness looked last.
    """
    notes = dict(connection.execute(SQL["cosigned"], (of.name,)).fetchall())
    for size, note in notes.items():
        with told_of(f"seal.cosigned: {of.name}: size {size}"):
            signers = {(signature.name, signature.id) for signature in read_note(note).signatures}
            own = [key for key in keys if (key.name, key.id) in signers]
            expect(bool(own) and len(own) == len(signers), "it is not signed by this log's keys alone")
            [found] = {verify_checkpoint(note, key) for key in own}
            expect((found.size, found.root) == (size, derived.roots.get(size)), "it is not of this log's tree")
            counted = census_over(derived.earlier[size])[0] if size in derived.earlier else found.census
            expect(found.census == counted, "its census is not what the entries say")
    alone = set(notes)
    for size, vkey, line, at in connection.execute(SQL["cosignatures"], (of.name,)):
        with told_of(f"seal.cosignature: {of.name}: size {size}, {vkey.partition('+')[0]}"):
            expect(size in notes, "the checkpoint that it is under is missing")
            alone.discard(size)
            note = read_note(notes[size] + line)
            expect(verify_cosignature(note, note.signatures[-1], read_key(vkey)) == at, "its time is another")
    expect(not alone, f"seal.cosigned: {of.name}: size {min(alone, default=0)}: its cosignatures are missing")


def census_over(tallies: Mapping[bytes, Tally]) -> tuple[bytes, dict[tuple[int, int], bytes]]:
    """The census of these dossiers: its root, and the hashes that stand on its pages by depth and number."""
    nodes: dict[tuple[int, int], bytes] = {}
    keyed = sorted((int.from_bytes(sha256(t.dossier).digest(), "big"), t) for t in tallies.values())
    return _node(keyed, 0, 0, nodes), nodes


@contextmanager
def told_of(where: str) -> Iterator[None]:
    """Say of whatever is wrong in the block where it stands."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"{where}: {wrong}") from None


def _tiles(row: bytes, level: int) -> Iterator[tuple[int, int, bytes]]:
    """The tiles over the hashes of a level, and of those above."""
    above = bytearray()
    for number in range(-(-len(row) // 8192)):
        tile = row[8192 * number : 8192 * (number + 1)]
        yield level, number, tile
        if len(tile) == 8192:
            tree = Tree()
            for at in range(0, 8192, 32):
                tree.add(tile[at : at + 32])
            above += tree.root
    if above:
        yield from _tiles(bytes(above), level + 1)


def _entries(tallies: list[Tally]) -> bytes:
    return b"".join(
        tally.dossier + tally.events.to_bytes(8, "big") + tally.last.to_bytes(8, "big") + tally.chain
        for tally in sorted(tallies)
    )


def _node(keyed: list[tuple[int, Tally]], depth: int, number: int, nodes: dict[tuple[int, int], bytes]) -> bytes:
    """The hash over the dossiers whose keys begin with the `depth` bits of `number`, by the census' definition."""
    if not keyed:
        return EMPTY
    if len(keyed) == 1 and depth >= 16:
        found = sha256(b"\x00" + _entries([keyed[0][1]])).digest()
    else:
        left = [one for one in keyed if not one[0] >> (255 - depth) & 1]
        right = keyed[len(left) :]
        halves = _node(left, depth + 1, 2 * number, nodes) + _node(right, depth + 1, 2 * number + 1, nodes)
        found = sha256(b"\x01" + halves).digest()
    if depth in ON_PAGES:
        nodes[depth, number] = found
    return found


def _pages(nodes: dict[tuple[int, int], bytes]) -> Iterator[tuple[int, int, bytes]]:
    for depth, number in {(depth, number >> 4) for depth, number in nodes}:
        page = b"".join(nodes.get((depth, 16 * number + place), EMPTY) for place in range(16))
        yield ON_PAGES[depth], number, page


def _side_by_side(held: Any, made: Any) -> Iterator[tuple[Any, Any]]:
    """Rows held and rows made, in one order; None where one side has no more."""
    one, other = iter(held), iter(made)
    while True:
        pair = next(one, None), next(other, None)
        if pair == (None, None):
            return
        yield pair
