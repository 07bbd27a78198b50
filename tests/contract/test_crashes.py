"""A 2xx means durable; ending leaves nothing behind; two services side by side do not meet."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.contract.client import STREAM, STRUCTURED
from tests.contract.conftest import add
from tests.contract.running import Running, children, lives, of_session
from tests.contract.truth import Truth
from tests.posting import HUB, cloud_event

from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey
from dossier.writing.registration import new_dossier_id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one organisation, on which nothing runs."""
    running = Running(tmp_path_factory.mktemp("made") / "data")
    add(running, HUB)
    return running.data


@pytest.fixture
def service(tmp_path: Path, made: Path) -> Iterator[Callable[[str], Running]]:
    """A function that starts a service of its own, by a name, with one organisation."""
    started: list[Running] = []

    def start(name: str) -> Running:
        subprocess.run(["cp", "-a", made, tmp_path / name], check=True)
        started.append(Running(tmp_path / name))
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        running.stop()


def bearer(service: Running, role: Role, agency: str | None = None) -> dict[str, str]:
    return {"authorization": f"Bearer {TokenKey(service.data).issue(Principal(role, agency))}"}


def posting(service: Running) -> Callable[[dict[str, Any]], httpx.Response]:
    headers = STRUCTURED | bearer(service, "agency", "hub")
    return lambda event: httpx.post(service.url + "/v1/events", json=event, headers=headers, timeout=30)


def read(service: Running, path: str) -> Any:
    return httpx.get(service.url + path, headers=bearer(service, "auditor"), timeout=30).json()


def checkpoint(service: Running) -> httpx.Response:
    return httpx.get(service.url + "/v1/log/checkpoint", timeout=30)


def test_what_was_answered_survives_killing_everything(service: Callable[[str], Running]) -> None:
    """Many post without a pause; everything is killed under them; whoever got a 2xx finds the event as it was told."""
    running = service("killed")
    post, dossiers = posting(running), [new_dossier_id() for _ in range(6)]
    answered: list[dict[str, Any]] = []

    def keep_posting(dossier: UUID) -> None:
        event = cloud_event("dossier-opened", {}, dossier)
        with contextlib.suppress(httpx.HTTPError):
            while (response := post(event)).is_success:
                answered.append(response.json())
                event = cloud_event("contact-made", {"channel": "phone"}, dossier)

    threads = [threading.Thread(target=keep_posting, args=(dossier,)) for dossier in dossiers]
    for thread in threads:
        thread.start()
    while len(answered) < 60:
        time.sleep(0.01)
    running.kill_database()
    running.kill()
    for thread in threads:
        thread.join()
    running.start()
    kept = {
        event["position"]: event["digest"]
        for dossier in dossiers
        for event in read(running, f"/v1/dossiers/{dossier}/history")["events"]
    }
    assert all(kept.get(receipt["position"]) == receipt["digest"] for receipt in answered)
    assert sorted(map(int, kept)) == list(range(1, len(kept) + 1)), "positions have no gap"


def test_a_service_whose_server_was_killed_starts_again_beside_its_database(service: Callable[[str], Running]) -> None:
    running = service("restarted")
    post, dossier = posting(running), new_dossier_id()
    post(cloud_event("dossier-opened", {}, dossier))
    session, postmaster = running.process, running.postmaster
    assert session is not None
    running.kill()
    deadline = time.monotonic() + 20
    while of_session(session.pid):
        assert time.monotonic() < deadline, "the projector ends with the server"
        time.sleep(0.1)
    running.start()
    assert running.postmaster == postmaster
    assert posting(running)(cloud_event("contact-made", {"channel": "phone"}, dossier)).status_code == 201


def test_a_service_recovers_when_its_database_is_killed(service: Callable[[str], Running]) -> None:
    running = service("recovering")
    post, dossier = posting(running), new_dossier_id()
    assert post(cloud_event("dossier-opened", {}, dossier)).status_code == 201
    truth = Truth(httpx.get(running.url + "/openapi.json").json())
    running.kill_database()
    for path in (f"/v1/dossiers/{dossier}", "/v1/feed", "/v1/projections", "/v1/agencies", "/v1/indicators/ict-share"):
        truth.check(httpx.get(running.url + path, headers=bearer(running, "auditor"), timeout=30))
    event = cloud_event("contact-made", {"channel": "phone"}, dossier)
    deadline = time.monotonic() + 40
    while (response := post(event)).status_code not in (200, 201):
        assert response.status_code == 503, response.text
        assert time.monotonic() < deadline, "it never recovers"
        time.sleep(0.5)
    while httpx.get(running.url + "/health/ready").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert read(running, f"/v1/dossiers/{dossier}")["version"] == 2
    while int(read(running, "/v1/projections")["behind"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_every_process_logs_in_one_form_in_one_place(service: Callable[[str], Running]) -> None:
    running = service("logging")
    posting(running)(cloud_event("dossier-opened", {}, new_dossier_id()))
    deadline = time.monotonic() + 40
    while int(read(running, "/v1/projections")["behind"]) or not checkpoint(running).is_success:
        assert time.monotonic() < deadline, "they do not begin"
        time.sleep(0.1)
    running.kill_database()
    lost = ("projector lost the database", "sealer lost the database")
    deadline = time.monotonic() + 40
    while not all(event in running.out.read_text() + running.err.read_text() for event in lost):
        assert time.monotonic() < deadline, "they lose nothing"
        time.sleep(0.2)
    lines = [line for line in running.err.read_text().splitlines() if "lost the database" in line]
    assert {*lost} <= {json.loads(line)["event"] for line in lines}
    assert "lost the database" not in running.out.read_text()


def test_ctrl_c_leaves_no_process(service: Callable[[str], Running]) -> None:
    running = service("interrupted")
    assert running.process is not None
    session, postmaster = running.process.pid, running.postmaster
    started = [*of_session(session), postmaster, *children(postmaster)]
    assert len(started) > 4
    assert running.interrupt() == 0
    assert [process for process in started if lives(process)] == []
    assert of_session(session) == []
    assert "Traceback" not in running.err.read_text()


def test_two_services_on_two_data_directories_do_not_meet(service: Callable[[str], Running]) -> None:
    one, other = service("one"), service("other")
    dossier = new_dossier_id()
    assert posting(one)(cloud_event("dossier-opened", {}, dossier)).status_code == 201
    assert posting(other)(cloud_event("contact-made", {"channel": "x"}, dossier)).status_code == 404
    assert httpx.get(other.url + "/v1/feed", headers=bearer(one, "auditor")).status_code == 401
    assert one.interrupt() == 0
    assert read(other, "/v1/feed")["last"] == "0"


def test_a_second_server_on_one_data_directory_shares_the_log(service: Callable[[str], Running]) -> None:
    first = service("shared")
    second = Running(first.data)
    second.out, second.err = (path.with_suffix(path.suffix + "2") for path in (first.out, first.err))
    second.start()
    try:
        dossier = new_dossier_id()
        assert posting(first)(cloud_event("dossier-opened", {}, dossier)).status_code == 201
        assert posting(second)(cloud_event("contact-made", {"channel": "x"}, dossier)).json()["version"] == 2
        assert posting(first)(cloud_event("contact-made", {"channel": "y"}, dossier)).json()["version"] == 3
        events = [cloud_event("contact-made", {"channel": "phone"}, dossier) for _ in range(60)]
        with ThreadPoolExecutor(8) as together:
            answers = list(together.map(lambda post, event: post(event), cycle(map(posting, (first, second))), events))
        assert {answer.status_code for answer in answers} == {201}
        assert read(second, f"/v1/dossiers/{dossier}")["version"] == 63
    finally:
        second.interrupt()
    assert posting(first)(cloud_event("contact-made", {"channel": "z"}, dossier)).status_code == 201


def test_a_stream_cut_off_by_its_sender_keeps_what_was_written(service: Callable[[str], Running]) -> None:
    running = service("cut")
    dossier = new_dossier_id()

    def lines() -> Iterator[bytes]:
        yield json.dumps(cloud_event("dossier-opened", {}, dossier)).encode() + b"\n"
        for _ in range(3_000):
            yield json.dumps(cloud_event("contact-made", {"channel": "phone"}, dossier)).encode() + b"\n"
        raise ConnectionAbortedError

    headers = STREAM | bearer(running, "agency", "hub")
    with pytest.raises(ConnectionAbortedError):
        httpx.post(running.url + "/v1/events", content=lines(), headers=headers, timeout=30)
    assert httpx.get(running.url + "/health/ready").status_code == 200
    assert "Traceback" not in running.err.read_text()
    events = read(running, "/v1/feed")["entries"]
    assert [int(event["position"]) for event in events] == list(range(1, len(events) + 1))


def test_a_stream_still_being_sent_when_the_service_stops_is_answered_for(service: Callable[[str], Running]) -> None:
    running = service("stopping")
    dossier = new_dossier_id()
    assert posting(running)(cloud_event("dossier-opened", {}, dossier)).status_code == 201
    assert running.process is not None
    process = running.process

    def lines() -> Iterator[bytes]:
        for number in range(1_240):
            if number == 1_200:
                os.killpg(process.pid, signal.SIGTERM)
            yield json.dumps(cloud_event("contact-made", {"channel": "phone"}, dossier)).encode() + b"\n"
            time.sleep(0 if number < 1_200 else 0.5)

    headers = bearer(running, "agency", HUB.id) | {"content-type": "application/x-ndjson"}
    answer = httpx.post(running.url + "/v1/events", content=lines(), headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    *results, last = [json.loads(line) for line in answer.text.splitlines()]
    assert {one["status"] for one in results} == {201}
    assert len(results) >= 1_000
    assert (last["index"], last["status"], last["problem"]["type"]) == (len(results), 503, "/problems/unavailable")
    assert process.wait(30) == 0
    running.start()
    assert read(running, f"/v1/dossiers/{dossier}")["version"] == 1 + len(results)


def test_an_event_still_being_sent_when_the_service_stops_is_told_to_come_again(
    service: Callable[[str], Running],
) -> None:
    running = service("stopping-one")
    assert running.process is not None
    process = running.process

    def body() -> Iterator[bytes]:
        yield b'{"specversion": "1.0", '
        os.killpg(process.pid, signal.SIGTERM)
        for _ in range(40):
            time.sleep(0.5)
            yield b" "

    headers = bearer(running, "agency", HUB.id) | {"content-type": "application/cloudevents+json"}
    answer = httpx.post(running.url + "/v1/events", content=body(), headers=headers, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"]
    assert process.wait(30) == 0
