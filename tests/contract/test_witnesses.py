"""Witnesses over HTTP: whose cosignatures are taken, and the command that is one."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.running import Running
from tests.contract.sealed import latest, verified
from tests.contract.witnessing import SECONDS, cosigned

from dossier.sealing.keys import COSIGNATURE, Signer, signed
from dossier.verification.note import read_key, read_note, verify_cosignature

W1 = Signer.new("witness.example/w1", COSIGNATURE)


def test_a_known_witness_cosigns_and_is_shown(
    running: Running, hub: Poster, anybody: Client, auditor: Client, tmp_path: Path
) -> None:
    running.run("witness", "add", "hub", W1.vkey)
    opened = hub.open()
    latest(anybody, int(hub.post("contact-made", {"channel": "phone"}, opened)["position"]))
    text = cosigned(anybody, W1)
    assert anybody.post("/v1/log/witness", content=text).json() == {"cosigned": [W1.name]}
    served = read_note(anybody.get("/v1/log/checkpoint").text)
    [line] = [signature for signature in served.signatures if signature.name == W1.name]
    assert verify_cosignature(served, line, read_key(W1.vkey)) == SECONDS
    hub.post("contact-made", {"channel": "phone"}, opened)
    path = tmp_path / "bundle.json"
    path.write_text(auditor.get(f"/v1/dossiers/{opened}/bundle").text)
    code, _, err = verified(running, path, "--witness", W1.vkey)
    assert (code, "let it look and export again" in err) == (1, True), "one event came after it looked"
    code, out, _ = verified(running, path, "--witness", W1.vkey, "--earlier")
    assert code == 0
    assert f"cosigned by {W1.name}" in out
    report = auditor.get(f"/v1/dossiers/{opened}/report", params={"lang": "en"}).text
    size = int(served.text.splitlines()[1])
    assert f"{W1.name} (an earlier checkpoint, over {size:,} events)" in report
    assert anybody.post("/v1/log/witness", content=cosigned(anybody, W1)).is_success
    path.write_text(auditor.get(f"/v1/dossiers/{opened}/bundle").text)
    assert verified(running, path, "--witness", W1.vkey)[::2] == (0, "")
    assert verified(running, path, "--witness", Signer.new("w2", COSIGNATURE).vkey)[0] == 1


@pytest.mark.parametrize("spoilt", ["no cosignature", "unknown witness", "forged", "another log", "another census",
                                    "no note", "binary"])  # fmt: skip
def test_any_other_cosignature_is_refused(running: Running, anybody: Client, spoilt: str) -> None:
    running.run("witness", "add", "hub", W1.vkey)
    note = read_note(anybody.get("/v1/log/checkpoint").text)
    body = note.text
    text = body + "\n" + "".join(line.line for line in note.signatures if line.name != W1.name)
    other = body.replace(body.splitlines()[2], base64.b64encode(bytes(32)).decode())
    census = body.replace(body.splitlines()[3], "census " + base64.b64encode(bytes(32)).decode())
    own = Signer.read((running.data / "keys" / "log.key").read_text().strip())
    posts: dict[str, tuple[bytes, int]] = {
        "no cosignature": (text.encode(), 403),
        "unknown witness": ((text + Signer.new("w9", COSIGNATURE).cosign(body, 1)).encode(), 403),
        "forged": ((text + W1.cosign(other, 1)).encode(), 422),
        "another log": ((other + "\n" + Signer.new("other").line(other) + W1.cosign(other, 1)).encode(), 422),
        "another census": ((signed(census, [own]) + W1.cosign(census, 1)).encode(), 422),
        "no note": (b"hello", 422),
        "binary": (b"\xff" * 99, 400),
    }
    content, status = posts[spoilt]
    assert anybody.post("/v1/log/witness", content=content).status_code == status


def test_a_post_without_end_is_not_read_to_its_end(anybody: Client) -> None:
    assert slug(anybody.post("/v1/log/witness", content=b"x" * 100_000)) == "too-large"


def test_the_command_runs_a_witness(running: Running, hub: Poster, anybody: Client, tmp_path: Path) -> None:
    state = tmp_path / "witness"
    vkey = running.offline("witness", "key", "--state", str(state), "--name", "witness.example/cli").stdout.strip()
    running.run("witness", "add", "hub", vkey)
    log = ["--log", running.url, "--state", str(state), "--once"]
    assert running.offline("witness", *log).returncode == 1, "it needs the log's key"
    first = running.offline_command("witness", *log, "--vkey", running.run("audit", "key", "show"))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("cosigned")
    latest(anybody, int(hub.post("contact-made", {"channel": "phone"}, hub.open())["position"]))
    assert running.offline("witness", *log).returncode == 0
    assert "witness.example/cli" in anybody.get("/v1/log/checkpoint").text
