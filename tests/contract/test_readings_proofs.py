"""Who looked, under the same proof as the log: its checkpoint, tiles and proofs, witnesses, and the audit."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.running import Running
from tests.contract.sealed import latest
from tests.contract.witnessing import SECONDS

from dossier.sealing.keys import COSIGNATURE, Signer
from dossier.verification.merkle import Tree, leaf_hash, verify_consistency, verify_inclusion
from dossier.verification.note import read_key, read_note, verify_checkpoint, verify_cosignature

LOG = "/v1/readings/log"
WITNESS = Signer.new("witness.example/readings", COSIGNATURE)


def looked(hub: Poster, adviser: Client, auditor: Client) -> dict[str, Any]:
    """The entry of a reading just made."""
    dossier = hub.open(person={"given_name": "Ilse", "family_name": "Gelezen"})
    adviser.get(f"/v1/dossiers/{dossier}")
    [entry] = auditor.get("/v1/readings", params={"dossier": str(dossier)}).json()["readings"]
    found: dict[str, Any] = entry
    return found


def test_the_checkpoint_is_a_signed_note_over_every_reading(hub: Poster, adviser: Client, auditor: Client) -> None:
    number = int(looked(hub, adviser, auditor)["number"])
    checkpoint, tree = latest(auditor, number, LOG), Tree()
    for start in range(0, checkpoint.size, 256):
        width = min(256, checkpoint.size - start)
        name = f"{start // 256:03d}" + ("" if width == 256 else f".p/{width}")
        entries = auditor.get(f"{LOG}/tile/entries/{name}").content
        while entries:
            length = int.from_bytes(entries[:2], "big")
            tree.add(leaf_hash(entries[2 : 2 + length]))
            entries = entries[2 + length :]
    assert (tree.size, tree.root) == (checkpoint.size, checkpoint.root)


def test_its_origin_and_key_are_its_own_and_signed_by_the_logs_key(anybody: Client, running: Running) -> None:
    own, log = (read_key(anybody.get(f"{place}/vkey").text) for place in (LOG, "/v1/log"))
    assert own.name == latest(anybody, log=LOG).origin == f"{log.name}/readings"
    assert (own.public, own.id == log.id) == (log.public, False)
    assert running.run("audit", "key", "show", "--readings") == anybody.get(f"{LOG}/vkey").text.strip()


def test_a_reading_is_proven_included(hub: Poster, adviser: Client, auditor: Client, anybody: Client) -> None:
    entry = looked(hub, adviser, auditor)
    answer = anybody.get(f"{LOG}/proof/inclusion", params={"position": entry["number"]}).json()
    leaf = base64.b64decode(answer["leaf"])
    assert leaf == leaf_hash(base64.b64decode(entry["stored"]))
    proof = [base64.b64decode(part) for part in answer["proof"]]
    verify_inclusion(int(entry["number"]) - 1, int(answer["size"]), leaf, proof, base64.b64decode(answer["root"]))


def test_each_checkpoint_of_the_readings_continues_the_one_before(
    hub: Poster, adviser: Client, auditor: Client, anybody: Client
) -> None:
    before = latest(anybody, int(looked(hub, adviser, auditor)["number"]), LOG)
    after = latest(anybody, int(looked(hub, adviser, auditor)["number"]), LOG)
    answer = anybody.get(f"{LOG}/proof/consistency", params={"from": before.size, "to": after.size}).json()
    proof = [base64.b64decode(part) for part in answer["proof"]]
    verify_consistency(before.size, after.size, proof, before.root, after.root)


def test_readings_are_cosigned_at_the_same_address_and_kept_apart(running: Running, anybody: Client) -> None:
    running.run("witness", "add", "hub", WITNESS.vkey)
    note = anybody.get(f"{LOG}/checkpoint").text
    posted = note + WITNESS.cosign(read_note(note).text, SECONDS)
    answer = anybody.post("/v1/log/witness", content=posted.encode(), headers={"content-type": "text/plain"})
    assert answer.json() == {"cosigned": [WITNESS.name]}
    served = read_note(anybody.get(f"{LOG}/checkpoint").text)
    if served.text == read_note(note).text:
        assert verify_cosignature(served, served.signatures[-1], read_key(WITNESS.vkey)) == SECONDS
    assert WITNESS.name not in anybody.get("/v1/log/checkpoint").text


def test_a_checkpoint_of_the_log_is_none_of_the_readings(anybody: Client) -> None:
    key = read_key(anybody.get(f"{LOG}/vkey").text)
    with pytest.raises(ValueError, match="not signed"):
        verify_checkpoint(anybody.get("/v1/log/checkpoint").text, key)


def test_a_witness_of_the_readings_follows_them_by_their_vkey(
    running: Running, hub: Poster, adviser: Client, auditor: Client, tmp_path: Path
) -> None:
    vkey, state = auditor.get(f"{LOG}/vkey").text.strip(), str(tmp_path / "witness")
    own = running.offline("witness", "key", "--state", state, "--name", "witness.example/second").stdout.strip()
    running.run("witness", "add", "hub", own)
    for _ in range(2):
        size = latest(auditor, int(looked(hub, adviser, auditor)["number"]), LOG).size
        done = running.offline("witness", "--log", running.url, "--vkey", vkey, "--state", state, "--once")
        assert (done.returncode, done.stdout.startswith("cosigned ")) == (0, True), done.stderr
        assert int(done.stdout.split()[1]) >= size


def test_the_audit_counts_readings_too(running: Running, auditor: Client) -> None:
    done = running.call("audit", "log")
    assert done.returncode == 0, done.stderr
    assert "readings of the access ledger" in done.stdout


@pytest.mark.parametrize("path", ["tile/0/999", "tile/entries/999"])
def test_there_are_no_other_tiles_of_readings(auditor: Client, path: str) -> None:
    assert slug(auditor.get(f"{LOG}/{path}")) == "not-found"
