"""What anyone can check of the log over HTTP: checkpoint, tiles, proofs."""

from __future__ import annotations

import base64

import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.sealed import latest

from dossier.verification.merkle import Tree, leaf_hash, verify_consistency, verify_inclusion
from dossier.writing.registration import new_dossier_id


def test_the_checkpoint_is_a_signed_note_over_every_stored_byte(hub: Poster, auditor: Client, anybody: Client) -> None:
    receipt = hub.post("contact-made", {"channel": "phone"}, hub.open())
    checkpoint = latest(anybody, int(receipt["position"]))
    tree = Tree()
    for number in range(0, checkpoint.size, 256):
        width = min(256, checkpoint.size - number)
        name = f"{number // 256:03d}" + ("" if width == 256 else f".p/{width}")
        entries = auditor.get(f"/v1/log/tile/entries/{name}").content
        while entries:
            length = int.from_bytes(entries[:2], "big")
            tree.add(leaf_hash(entries[2 : 2 + length]))
            entries = entries[2 + length :]
    assert (tree.size, tree.root) == (checkpoint.size, checkpoint.root)


def test_the_checkpoint_names_the_log_and_its_key(anybody: Client) -> None:
    answer = anybody.get("/v1/log/checkpoint")
    vkey = anybody.get("/v1/log/vkey").text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.splitlines()[0] == vkey.split("+")[0]
    assert vkey.count("\n") == 1


def test_what_was_posted_is_proven_included(hub: Poster, anybody: Client) -> None:
    receipt = hub.post("contact-made", {"channel": "phone"}, hub.open())
    answer = anybody.get("/v1/log/proof/inclusion", params={"position": receipt["position"]}).json()
    position, size = int(answer["position"]), int(answer["size"])
    assert answer["position"] == receipt["position"]
    root, leaf = base64.b64decode(answer["root"]), base64.b64decode(answer["leaf"])
    verify_inclusion(position - 1, size, leaf, [base64.b64decode(part) for part in answer["proof"]], root)
    tile = anybody.get(f"/v1/log/tile/0/{(position - 1) // 256:03d}.p/{(position - 1) % 256 + 1}").content
    assert tile[-32:] == leaf


def test_every_later_checkpoint_continues_an_earlier_one(hub: Poster, anybody: Client) -> None:
    before = latest(anybody, 1)
    receipt = hub.post("contact-made", {"channel": "phone"}, hub.open())
    after = latest(anybody, int(receipt["position"]))
    answer = anybody.get("/v1/log/proof/consistency", params={"from": before.size, "to": after.size}).json()
    assert (answer["from"], answer["to"]) == (str(before.size), str(after.size))
    proof = [base64.b64decode(part) for part in answer["proof"]]
    verify_consistency(before.size, after.size, proof, before.root, after.root)


@pytest.mark.parametrize(
    ("address", "pointer"),
    [
        ("inclusion?position=0", "/position"),
        ("inclusion?position=x", "/position"),
        ("inclusion?position=2&size=1", "/position"),
        ("inclusion?position=1&size=999999999", "/size"),
        ("inclusion?position=999999999", "/position"),
        ("inclusion?position=99999999999999999999", "/position"),
        ("inclusion", "/position"),
        ("consistency?from=2&to=1", "/from"),
        ("consistency?from=1&to=999999999", "/to"),
        ("consistency?from=-1", "/from"),
        ("consistency", "/from"),
    ],
)
def test_a_proof_out_of_range_is_refused(hub: Poster, anybody: Client, address: str, pointer: str) -> None:
    hub.open()
    answer = anybody.get(f"/v1/log/proof/{address}")
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("name", ["0/0", "0/000.p/0", "0/x000/000", "0/999", "63/000", "0/000.p/256", "0/000.p/257"])
def test_there_are_no_other_tiles(hub: Poster, anybody: Client, name: str) -> None:
    hub.open()
    assert slug(anybody.get(f"/v1/log/tile/{name}")) == "not-found"


def test_full_tiles_never_change_and_say_so(hub: Poster, anybody: Client) -> None:
    events = [hub.event("dossier-opened", {}, new_dossier_id()) for _ in range(256)]
    hub.batch(events)
    latest(anybody, 256)
    answer = anybody.get("/v1/log/tile/0/000")
    assert len(answer.content) == 8192
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in anybody.get("/v1/log/tile/1/000.p/1").headers["cache-control"]
