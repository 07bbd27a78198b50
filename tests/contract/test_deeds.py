"""Who was registered as what, and when: listed for auditors, and under the same proof as the log."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.contract.client import Client, slug
from tests.contract.running import Running
from tests.contract.sealed import latest

from dossier.verification.merkle import leaf_hash, verify_inclusion
from dossier.verification.note import read_key

LOG = "/v1/deeds/log"


def registered(running: Running, auditor: Client, name: str, **names: str) -> dict[str, Any]:
    """The deed of an organisation just registered."""
    called = [f"--name-{lang}={names.get(lang, name)}" for lang in ("fr", "nl")]
    running.run("agency", "add", name, *called, f"--source-prefix=urn:{name}")
    found: dict[str, Any] = of_agencies(auditor)[-1]
    return found


def of_agencies(auditor: Client) -> list[dict[str, Any]]:
    """Every deed about organisations, page by page."""
    found, page = [], auditor.get("/v1/deeds", params={"table": "registry.agency"})
    while True:
        found += page.json()["deeds"]
        if "next" not in page.links:
            return found
        page = auditor.get(page.links["next"]["url"])


def test_a_registration_and_a_new_name_are_on_record(running: Running, auditor: Client) -> None:
    first = registered(running, auditor, "deeds-one")
    second = registered(running, auditor, "deeds-one", fr="Un autre nom")
    assert (first["about"], second["about"]) == ('registry.agency ["deeds-one"]',) * 2
    assert [deed["row"]["name_fr"] for deed in (first, second)] == ["deeds-one", "Un autre nom"]
    assert int(second["number"]) > int(first["number"])


def test_a_deed_is_proven_included(running: Running, auditor: Client, anybody: Client) -> None:
    deed = registered(running, auditor, "deeds-two")
    latest(anybody, int(deed["number"]), LOG)
    answer = anybody.get(f"{LOG}/proof/inclusion", params={"position": deed["number"]}).json()
    leaf = base64.b64decode(answer["leaf"])
    assert leaf == leaf_hash(base64.b64decode(deed["stored"]))
    proof = [base64.b64decode(part) for part in answer["proof"]]
    verify_inclusion(int(deed["number"]) - 1, int(answer["size"]), leaf, proof, base64.b64decode(answer["root"]))


def test_its_key_is_the_logs_under_a_name_of_its_own(running: Running, anybody: Client) -> None:
    own, log = (read_key(anybody.get(f"{place}/vkey").text) for place in (LOG, "/v1/log"))
    assert (own.name, own.public) == (f"{log.name}/deeds", log.public)
    assert running.run("audit", "key", "show", "--deeds") == anybody.get(f"{LOG}/vkey").text.strip()


def test_a_witness_of_the_deeds_follows_them_by_their_vkey(running: Running, auditor: Client, tmp_path: Path) -> None:
    vkey, state = auditor.get(f"{LOG}/vkey").text.strip(), str(tmp_path / "witness")
    own = running.offline("witness", "key", "--state", state, "--name", "witness.example/deeds").stdout.strip()
    running.run("witness", "add", "hub", own)
    done = running.offline("witness", "--log", running.url, "--vkey", vkey, "--state", state, "--once")
    assert (done.returncode, done.stdout.startswith("cosigned ")) == (0, True), done.stderr


def test_the_audit_counts_deeds_too(running: Running) -> None:
    done = running.call("audit", "log", "--no-publications")
    assert done.returncode == 0, done.stderr
    assert "deeds of the register" in done.stdout


@pytest.mark.parametrize("query", [{"table": "journal.event"}, {"after": "x"}])
def test_what_is_no_question_is_refused(auditor: Client, query: dict[str, str]) -> None:
    assert slug(auditor.get("/v1/deeds", params=query)) == "invalid"
