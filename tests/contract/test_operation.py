"""For the operator: probes, metrics, the state of the projections; and no person in anything the service writes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.contract.client import STRUCTURED, Client, Poster
from tests.contract.running import Running
from tests.posting import HUB

MARKERS = ("Xylomarqueur", "xylo.marqueur@secret.example", "85073003328")
GIVEN, EMAIL, NATIONAL = MARKERS
LOGS = ("*.log", "*.out", "*.err", "log/*", "logs/*")


def test_the_probes_answer(anybody: Client) -> None:
    assert anybody.get("/health/live").json() == {"status": "live"}
    checks = {"writing": "works", "reading": "works", "projecting": "works"}
    assert anybody.get("/health/ready").json() == {"status": "ready"} | checks


def test_the_projections_follow_the_log(hub: Poster, operator: Client) -> None:
    position = int(hub.post("contact-made", {"channel": "phone"}, hub.open())["position"])
    deadline = time.monotonic() + 2
    while int((told := operator.get("/v1/projections").json())["position"]) < position:
        assert time.monotonic() < deadline, "other reads may lag by a second"
        time.sleep(0.05)
    assert told["set_aside"] == []
    assert told["ruleset_digest"].startswith("sha256:")


def test_metrics_are_prometheus(hub: Poster, anybody: Client) -> None:
    position = int(hub.post("contact-made", {"channel": "phone"}, hub.open())["position"])
    families = {family.name: family for family in text_string_to_metric_families(anybody.get("/metrics").text)}
    [head] = families["dossier_log_position"].samples
    assert head.value >= position
    assert "dossier_http_request_duration_seconds" in families


@pytest.fixture(scope="module")
def marked(hub: Poster, adviser: Client, operator: Client, anybody: Client) -> str:
    """Persons sent in by every way there is, well formed and not."""
    person = {"given_name": GIVEN, "family_name": GIVEN, "email": EMAIL}
    dossier = hub.open(person=person)
    hub.http.post("/v1/dossiers", json={"person": person})
    hub.http.post("/v1/dossiers", json={"person": {GIVEN: EMAIL}, GIVEN: EMAIL})
    hub.http.post("/v1/dossiers", content=GIVEN.encode(), headers={"content-type": "application/json"})
    hub.post("contact-made", {"channel": "phone", "note": " ".join(MARKERS)}, dossier)
    for broken in ({"note": GIVEN}, {"channel": [GIVEN]}, {"channel": "x", GIVEN: EMAIL}, {"channel": "x", "note": 3}):
        hub.send(hub.event("contact-made", broken, dossier))
    hub.send(hub.event("contact-made", {"channel": "x", "note": GIVEN}, dossier, **{GIVEN.lower(): EMAIL}))
    hub.send(hub.event("contact-made", {"channel": "phone"}, dossier, subject=GIVEN))
    hub.http.post("/v1/events", content=f'{{"id": {GIVEN}'.encode(), headers=STRUCTURED)
    for word in MARKERS:
        adviser.get("/v1/dossiers", params={"q": word})
        adviser.get(f"/v1/dossiers/{word}", params={"effective": word, "known": word})
        adviser.get(f"/v1/{word}")
        adviser.get(f"/v1/event-types/{word}", headers={"user-agent": word, "referer": f"http://x/?q={word}"})
        anybody.get("/v1/feed", headers={"authorization": f"Bearer {word}"})
        anybody.get("/v1/feed", params={"type": word, "agency": word.lower()})
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    operator.post("/v1/events", json=event, headers=STRUCTURED)
    return str(dossier)


def test_metrics_name_no_person_and_no_dossier(marked: str, anybody: Client) -> None:
    told = anybody.get("/metrics").text
    for word in (*MARKERS, marked):
        assert word.lower() not in told.lower()


def test_nothing_the_service_writes_names_a_person(marked: str, running: Running) -> None:
    files = [running.out, running.err]
    files += [file for pattern in LOGS for file in running.data.rglob(pattern) if file.is_file()]
    for file in files:
        said = file.read_text(errors="replace").lower()
        for word in MARKERS:
            assert word.lower() not in said, file.name


def test_nothing_failed(anybody: Client, running: Running) -> None:
    families = {family.name: family for family in text_string_to_metric_families(anybody.get("/metrics").text)}
    assert [
        (sample.labels, sample.value)
        for sample in families["dossier_http_failures"].samples
        if sample.name.endswith("_total")
    ] == []
    assert "Traceback" not in running.err.read_text()


def test_only_the_owner_reads_the_keys(running: Running) -> None:
    keys = [file for file in (running.data / "keys").rglob("*") if file.is_file()]
    assert keys
    assert all(file.stat().st_mode & 0o077 == 0 for file in keys)


def test_a_token_is_all_the_command_prints(running: Running) -> None:
    done = running.command("token", "--role", "auditor")
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
    assert done.stdout.strip().count(".") == 2


def test_a_withdrawn_token_is_refused_by_the_running_server_at_once(running: Running, anybody: Client) -> None:
    def status(token: str) -> int:
        return anybody.get("/v1/feed", headers={"authorization": f"Bearer {token}"}).status_code

    who = ("--role", "agency", "--agency", HUB.id, "--subject", "leaver")
    leaver, other = running.run("token", *who), running.run("token", *who[:-1], "stayer")
    assert (status(leaver), status(other)) == (200, 200)
    assert running.command("withdraw", *who).returncode == 0
    assert (status(leaver), status(other)) == (401, 200)
    assert status(running.run("token", *who)) == 200


def test_a_second_data_directory_knows_nothing_of_the_first(running: Running, tmp_path: Path, anybody: Client) -> None:
    stranger = Running(tmp_path / "other").run("token", "--role", "auditor")
    response = anybody.get("/v1/feed", headers={"authorization": f"Bearer {stranger}"})
    assert response.status_code == 401


def test_a_port_that_is_taken_is_a_refusal_that_says_so(running: Running, tmp_path: Path) -> None:
    port = running.url.rpartition(":")[2]
    refused = Running.offline_command("serve", "--port", port, "--data", str(tmp_path / "data"))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "choose another with --port" in refused.stderr
