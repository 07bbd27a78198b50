"""What an auditor takes away of a dossier: its bundle, and the receipt of an erasure."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests import independent
from tests.contract.client import STRUCTURED, Client, Poster, slug
from tests.contract.running import Running
from tests.contract.sealed import verified

from dossier.sealing.keys import Signer
from dossier.writing.registration import new_dossier_id

PERSON = {"given_name": "Ysaline", "family_name": "Prouvée", "birth_date": "1990-02-03", "language": "fr"}


@pytest.fixture(scope="module")
def dossier(hub: Poster, innoviris: Poster) -> UUID:
    """A person, two organisations, free text."""
    opened = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Appelle à propos d’un “prêt”.\n"}, opened)
    innoviris.post("aid-applied", {"application_id": "a1", "instrument": "grant"}, opened)
    return opened


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
