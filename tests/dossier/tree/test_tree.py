"""The tree against RFC 6962: known answers, and a naive oracle written from its definition."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.tree import shape
from dossier.tree.growth import Growth
from dossier.tree.hashing import EMPTY, leaf_hash, root_of
from dossier.tree.tiles import NoSuchTile, Tile, Tiles, name, named, needed, pieces, resolve
from dossier.verification import merkle
from dossier.verification.wrong import Wrong

CASES = Path(__file__).parents[2] / "cases"
TREE: dict[str, Any] = json.loads((CASES / "rfc6962_tree.json").read_text())
PROOFS = [json.loads(line) for line in (CASES / "rfc6962_proofs.jsonl").read_text().splitlines()]
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in TREE["leaf_inputs_hex"]]
MANY = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


def oracle(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + oracle(leaves[:split]) + oracle(leaves[split:])).digest()


def tiles_of(growth: Growth, leaves: list[bytes], batch: int) -> dict[Tile, bytes]:
    """The tiles that growing in batches leaves behind."""
    tiles: dict[Tile, bytes] = {}
    for at in range(0, len(leaves), batch):
        start = growth.size
        for level, grown in growth.extend(leaves[at : at + batch]).items():
            for number, hashes in pieces(start >> 8 * level, grown).items():
                tiles[Tile(level, number)] = tiles.get(Tile(level, number), b"") + hashes
    return tiles


@pytest.fixture(scope="module")
def large() -> Tiles:
    return tiles_of(Growth(), MANY, 9_973)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    known = bytes.fromhex(TREE["root_by_tree_size_hex"][size])
    growth = Growth()
    growth.extend(LEAVES[:size])
    tree = merkle.Tree()
    for leaf in LEAVES[:size]:
        tree.add(leaf)
    assert known == root_of(LEAVES[:size]) == growth.root == tree.root == oracle(LEAVES[:size])


@pytest.mark.parametrize("vector", PROOFS, ids=lambda vector: vector["case"])
def test_proofs_hold_or_fall_as_the_known_answers_say(vector: dict[str, Any]) -> None:
    def hash_of(field: str) -> bytes:
        return base64.b64decode(vector[field] or "")

    def verify() -> None:
        proof = [base64.b64decode(part) for part in vector["proof"] or ()]
        if vector["kind"] == "inclusion":
            merkle.verify_inclusion(vector["leafIdx"], vector["treeSize"], hash_of("leafHash"), proof, hash_of("root"))
        else:
            merkle.verify_consistency(vector["size1"], vector["size2"], proof, hash_of("root1"), hash_of("root2"))

    if vector["wantErr"]:
        with pytest.raises(Wrong):
            verify()
    else:
        verify()


@given(st.integers(0, 40), st.data())
def test_any_size_grown_in_any_batches_has_the_root_of_the_definition(size: int, data: st.DataObject) -> None:
    growth, done = Growth(), 0
    while done < size:
        count = data.draw(st.integers(1, size - done))
        growth.extend(MANY[done : done + count])
        done += count
    assert (growth.size, growth.root) == (size, oracle(MANY[:size]))


@given(st.integers(1, 300), st.data())
def test_every_event_is_proven_included(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tiles = tiles_of(Growth(), MANY[:size], 64)
    proof = resolve(shape.inclusion(index, size), tiles)
    root = oracle(MANY[:size])
    merkle.verify_inclusion(index, size, MANY[index], proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else size
    with pytest.raises(Wrong):
        merkle.verify_inclusion(other, size, MANY[index], proof, root)


@given(st.integers(1, 300), st.integers(1, 300))
def test_every_tree_is_proven_to_start_with_every_smaller_one(one: int, other: int) -> None:
    old, size = sorted((one, other))
    tiles = tiles_of(Growth(), MANY[:size], 100)
    proof = resolve(shape.consistency(old, size), tiles)
    merkle.verify_consistency(old, size, proof, oracle(MANY[:old]), oracle(MANY[:size]))
    with pytest.raises(Wrong):
        merkle.verify_consistency(old, size, proof, oracle(MANY[1 : old + 1]), oracle(MANY[:size]))


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 70_000])
@pytest.mark.parametrize("index", [0, 255, 256, 65_279, 65_534])
def test_proofs_come_from_tiles_of_several_levels(large: Tiles, index: int, size: int) -> None:
    root = root_of(MANY[:size])
    proof = resolve(shape.inclusion(index, size), large)
    merkle.verify_inclusion(index, size, MANY[index], proof, root)
    old = index + 1
    proof = resolve(shape.consistency(old, size), large)
    merkle.verify_consistency(old, size, proof, root_of(MANY[:old]), root)


def test_a_proof_needs_few_tiles(large: Tiles) -> None:
    assert len(needed(shape.inclusion(40_000, 70_000))) <= 5


def test_a_tree_of_70_000_has_the_tiles_that_the_specification_counts(large: Tiles) -> None:
    widths = {level: [len(h) // 32 for t, h in sorted(large.items()) if t.level == level] for level in range(4)}
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1], 3: []}


def test_each_hash_of_a_tile_is_the_root_of_the_tile_below(large: Tiles) -> None:
    for number in (0, 1, 255):
        assert large[Tile(1, 0)][32 * number : 32 * number + 32] == oracle(MANY[256 * number : 256 * number + 256])


def test_growing_goes_on_from_the_tiles_alone(large: Tiles) -> None:
    size = 65_793
    edge = resolve([[node] for node in shape.subtrees(0, size)], large)
    growth = Growth(size, edge)
    assert growth.root == root_of(MANY[:size])
    growth.extend(MANY[size:])
    assert growth.root == root_of(MANY)


def test_a_tile_that_lacks_a_hash_proves_nothing(large: Tiles) -> None:
    shorter = {**large, Tile(0, 273): large[Tile(0, 273)][:-32]}
    with pytest.raises(LookupError, match=r"tile 0/273 lacks hash 111"):
        resolve([[shape.Node(0, 69_999)]], shorter)


def test_tiles_are_named_as_the_specification_says() -> None:
    assert name(1_234_067) == "x001/x234/067"
    assert name(273, 112) == "273.p/112"


@given(st.integers(0, 10**9), st.integers(1, 256))
def test_a_name_leads_back_to_its_tile(number: int, width: int) -> None:
    assert named(name(number, width)) == (number, width)


@pytest.mark.parametrize(
    "text",
    ["", "1", "0001", "x000/001", "001/234", "x001/x234", "001.p/256", "001.p/0", "001.p/", "-01", "٠٠١", "001\n"],
)
def test_any_other_spelling_names_no_tile(text: str) -> None:
    with pytest.raises(NoSuchTile):
        named(text)


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert Growth().root == EMPTY == sha256(b"").digest()
