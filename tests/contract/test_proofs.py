"""What anyone can check of the log over HTTP: checkpoint, tiles, proofs; and what witnesses and auditors take away."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests import independent
from tests.contract.client import STRUCTURED, Client, Poster, slug
from tests.contract.running import Running
from tests.contract.witnessing import SECONDS, cosigned

from dossier.sealing.keys import COSIGNATURE, Signer, signed
from dossier.verification.merkle import Tree, leaf_hash, verify_consistency, verify_inclusion
from dossier.verification.note import Checkpoint, read_key, read_note, verify_checkpoint, verify_cosignature
from dossier.writing.registration import new_dossier_id

PERSON = {"given_name": "Ysaline", "family_name": "Prouvée", "birth_date": "1990-02-03", "language": "fr"}
W1 = Signer.new("witness.example/w1", COSIGNATURE)


def latest(http: Client, at_least: int = 0) -> Checkpoint:
    """The verified checkpoint, once it covers a position."""
    key = read_key(http.get("/v1/log/vkey").text)
    deadline = time.monotonic() + 30
    while True:
        found = verify_checkpoint(http.get("/v1/log/checkpoint").text, key)
        if found.size >= at_least:
            return found
        assert time.monotonic() < deadline, "it is not sealed"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def dossier(hub: Poster, innoviris: Poster) -> UUID:
    """A person, two organisations, free text."""
    opened = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Appelle à propos d’un “prêt”.\n"}, opened)
    innoviris.post("aid-applied", {"application_id": "a1", "instrument": "grant"}, opened)
    return opened


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


def verified(running: Running, path: Path, *options: str, key: str | None = None) -> tuple[int, str, str]:
    vkey = key or running.run("audit", "key", "show")
    done = running.offline("audit", "verify", str(path), "--key", vkey, *options)
    return done.returncode, done.stdout, done.stderr


def test_a_bundle_is_verified_offline_and_by_an_independent_verifier(
    running: Running, auditor: Client, dossier: UUID, tmp_path: Path
) -> None:
    bundle = auditor.get(f"/v1/dossiers/{dossier}/bundle").json()
    assert [event["personal"].get("person") for event in bundle["events"][:1]] == [PERSON]
    vkey = running.run("audit", "key", "show")
    assert independent.holds(bundle, vkey)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle, indent=1))
    done = running.offline_command("audit", "verify", str(path), "--key", vkey)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"dossier {dossier}: all 3 events" in done.stdout


def test_the_bundle_written_by_the_command_says_the_same_and_is_a_reading(
    running: Running, auditor: Client, dossier: UUID, tmp_path: Path
) -> None:
    path = tmp_path / "bundle.json"
    running.run("audit", "export", str(dossier), "-o", str(path))
    served, written = auditor.get(f"/v1/dossiers/{dossier}/bundle").json(), json.loads(path.read_text())
    same = ("format", "dossier", "vkeys", "ruleset_digest")
    assert {name: served[name] for name in same} == {name: written[name] for name in same}
    assert [e["stored"] for e in served["events"]] == [e["stored"] for e in written["events"]]
    assert path.stat().st_mode & 0o077 == 0, "it holds a person's data"
    readings = auditor.get("/v1/readings", params={"dossier": str(dossier)}).json()["readings"]
    assert [(one["kind"], one["role"], one["purpose"], one["version"]) for one in readings[-2:]] == [
        ("bundle", "auditor", "audit", 3)
    ] * 2, "once written, once served"
    assert verified(running, path)[0] == 0


def test_the_digest_of_a_receipt_is_that_of_the_proven_bytes(hub: Poster, auditor: Client) -> None:
    opened = hub.open()
    receipt = hub.post("contact-made", {"channel": "phone"}, opened)
    event = auditor.get(f"/v1/dossiers/{opened}/bundle").json()["events"][-1]
    assert hashlib.sha256(base64.b64decode(event["stored"])).hexdigest() == receipt["digest"]


def test_another_key_or_an_older_bundle_is_told_apart(
    running: Running, hub: Poster, auditor: Client, tmp_path: Path
) -> None:
    opened, path = hub.open(), tmp_path / "bundle.json"
    path.write_text(auditor.get(f"/v1/dossiers/{opened}/bundle").text)
    code, _, err = verified(running, path, key=Signer.new("log.example/other").vkey)
    assert (code, err.count("\n")) == (1, 1)
    hub.post("contact-made", {"channel": "phone"}, opened)
    old = json.loads(path.read_text())
    old["checkpoint"] = auditor.get(f"/v1/dossiers/{opened}/bundle").json()["checkpoint"]
    path.write_text(json.dumps(old))
    assert verified(running, path)[0] == 1


def test_an_erasure_leaves_every_proof_whole(
    running: Running, hub: Poster, operator: Client, auditor: Client, tmp_path: Path
) -> None:
    opened = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Ysaline"}, opened)
    before, after, receipt = tmp_path / "before.json", tmp_path / "after.json", tmp_path / "receipt.json"
    before.write_text(auditor.get(f"/v1/dossiers/{opened}/bundle").text)
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, opened, source="urn:operator")
    position = operator.post("/v1/events", json=erasure, headers=STRUCTURED).json()["position"]
    after.write_text(auditor.get(f"/v1/dossiers/{opened}/bundle").text)
    assert "Ysaline" not in after.read_text()
    assert "salt" not in after.read_text()
    running.run("audit", "receipt", str(opened), "-o", str(receipt))
    served = tmp_path / "served.json"
    served.write_text(auditor.get(f"/v1/dossiers/{opened}/receipt").text)
    assert told_of(running, served) == told_of(running, receipt)
    for path in (before, after, receipt):
        assert verified(running, path)[::2] == (0, ""), path
    told = f"ground request, position {position}"
    assert told in verified(running, after)[1]
    assert told in verified(running, receipt)[1]
    assert independent.holds(json.loads(after.read_text()), running.run("audit", "key", "show"))


def told_of(running: Running, path: Path) -> str:
    """What a receipt says, but for the checkpoint it was made under."""
    code, out, err = verified(running, path)
    assert (code, err) == (0, "")
    return out.split("\n", 1)[1]


def test_the_person_takes_the_receipt_of_the_erasure_and_nobody_else_s(
    hub: Poster, operator: Client, connect: Any, token: Any
) -> None:
    opened = hub.open(person=PERSON)
    own = connect(token("entrepreneur", dossier=opened))
    assert slug(own.get(f"/v1/dossiers/{opened}/receipt")) == "not-found", "nothing was erased"
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, opened, source="urn:operator")
    assert operator.post("/v1/events", json=erasure, headers=STRUCTURED).is_success
    receipt = own.get(f"/v1/dossiers/{opened}/receipt")
    assert (receipt.json()["dossier"], len(receipt.json()["events"])) == (str(opened), 1)
    assert "attachment" in receipt.headers["content-disposition"]
    assert slug(own.get(f"/v1/dossiers/{hub.open()}/receipt")) == "forbidden"


def test_a_dossier_that_does_not_exist_has_no_bundle(auditor: Client) -> None:
    assert slug(auditor.get(f"/v1/dossiers/{new_dossier_id()}/bundle")) == "not-found"


def test_an_entrepreneur_takes_their_own_bundle_and_no_other(
    hub: Poster, dossier: UUID, connect: Any, token: Any, running: Running, tmp_path: Path
) -> None:
    own = connect(token("entrepreneur", dossier=dossier))
    path = tmp_path / "mine.json"
    path.write_text(own.get(f"/v1/dossiers/{dossier}/bundle").text)
    assert verified(running, path)[0] == 0
    assert slug(own.get(f"/v1/dossiers/{hub.open()}/bundle")) == "forbidden"


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


def test_the_whole_log_is_audited_beside_the_running_server(running: Running, hub: Poster, anybody: Client) -> None:
    latest(anybody, int(hub.post("contact-made", {"channel": "phone"}, hub.open(person=PERSON))["position"]))
    assert running.run("audit", "log", "--key", running.run("audit", "key", "show")).startswith("whole: ")
    other = running.command("audit", "log", "--key", Signer.new("log.example/other").vkey)
    assert (other.returncode, other.stderr.splitlines()[-1][:9]) == (1, "dossier: ")


def test_a_published_figure_is_recounted(running: Running, analyst: Client, hub: Poster, tmp_path: Path) -> None:
    hub.open()
    path = tmp_path / "figure.json"
    path.write_text(analyst.get("/v1/indicators/entrepreneurs-by-phase").text)
    assert "the same" in running.run("audit", "figure", str(path))
    other = json.loads(path.read_text())
    other["certificate"]["root"] = base64.b64encode(bytes(32)).decode()
    path.write_text(json.dumps(other))
    assert "this is another log" in running.call("audit", "figure", str(path)).stderr


def test_what_the_public_is_shown_is_recounted_from_the_exported_log_alone(
    running: Running, anybody: Client, hub: Poster, tmp_path: Path
) -> None:
    hub.open()
    figure, log = tmp_path / "figure.json", tmp_path / "log.ndjson"
    figure.write_text(anybody.get("/v1/indicators/entrepreneurs-by-phase").text)
    running.run("export", "-o", str(log))
    assert json.loads(figure.read_text())["certificate"]["disclosure"]["publication"]
    counted = running.offline_command("audit", "figure", str(figure), "--log", str(log))
    assert (counted.returncode, "the same" in counted.stdout) == (0, True), counted.stderr
    shorter = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*shorter[:-2], shorter[-1]]))
    refused = running.offline("audit", "figure", str(figure), "--log", str(log))
    assert (refused.returncode, refused.stderr) == (1, "dossier: the trailer is not that of the lines above\n")


@pytest.mark.parametrize(
    "content",
    ["", "[" * 100_000, "{}", '{"indicator":1,"by":1,"rows":1,"certificate":{}}',
     '{"indicator":"ict-share","by":["cohort"],"rows":[{}],"certificate":{"ruleset":"x","ruleset_digest":"x",'
     '"position":"1","root":"x","disclosure":{}}}',
     '{"indicator":"ict-share","by":[],"rows":[],"certificate":{"ruleset":[],"ruleset_digest":"x",'
     '"position":"9999999999999999999999","root":"x","disclosure":{}}}'],
)  # fmt: skip
def test_a_certificate_that_is_none_is_refused_in_one_line(running: Running, tmp_path: Path, content: str) -> None:
    path = tmp_path / "figure.json"
    path.write_text(content)
    refused = running.offline("audit", "figure", str(path), "--log", str(path))
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr


def test_a_server_whose_database_is_older_than_its_signature_does_not_start(tmp_path: Path) -> None:
    service = Running(tmp_path / "data")
    service.start()
    service.stop()
    signer = Signer.read((service.data / "keys" / "log.key").read_text().strip())
    text = f"{signer.name}\n7\n{base64.b64encode(bytes(32)).decode()}\n"
    (service.data / "keys" / "log.signed").write_text(text + "\n" + signer.line(text))
    refused = service.command("serve", "--port", "0")
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    assert "the log has 0 events, but a checkpoint over 7 was signed" in line
    assert service.command("audit", "export", str(new_dossier_id()), "-o", str(tmp_path / "b")).returncode == 1
