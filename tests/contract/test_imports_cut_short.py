"""An import that is cut short goes on: nothing doubled, nothing lost, and the counts are those of one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tests.contract.client import STRUCTURED
from tests.contract.conftest import add
from tests.contract.files import MAPPING, ended, row, send, table
from tests.contract.running import COMMAND, ENVIRONMENT, Running
from tests.posting import HUB, cloud_event
from tests.turn import eventually

from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.writing.registration import new_dossier_id

ROWS = 6_000
NUMBER = "0403449823"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service of its own, with one organisation."""
    running = Running(tmp_path / "data")
    running.start()
    add(running, HUB)
    yield running
    running.stop()


def client(running: Running) -> httpx.Client:
    token = TokenKey(running.data).issue(Principal("agency", HUB.id))
    return httpx.Client(base_url=running.url, headers={"authorization": f"Bearer {token}"}, timeout=30)


def file() -> bytes:
    """Rows on one dossier, each its own event; every hundredth is spoilt, the last stands twice."""
    rows = [row(number, NUMBER, "soon" if number % 100 == 0 else "31/12/2024") for number in range(ROWS)]
    return table([*rows, rows[-1]])


EXPECTED = (ROWS + 1, ROWS - ROWS // 100, 1, ROWS // 100)


def searched(http: httpx.Client) -> list[dict[str, str]]:
    """The dossiers that a search finds, which may lag behind what was written."""
    found: list[dict[str, str]] = http.get("/v1/dossiers", params={"q": NUMBER}).json()["dossiers"]
    return found


def contacts(http: httpx.Client) -> int:
    """How many events the dossier has, but for the two that opened it."""
    eventually(lambda: bool(searched(http)), seconds=30)
    [found] = searched(http)
    version: int = http.get(f"/v1/dossiers/{UUID(found['id'])}").json()["version"]
    return version - 2


def begun(http: httpx.Client, address: str) -> None:
    """Wait until some rows are done."""
    deadline = time.monotonic() + 60
    while not (rows := http.get(address).json()["progress"]["rows"]):
        assert time.monotonic() < deadline
    assert rows < ROWS, "it was not caught in the middle: let it be longer"


def test_an_import_goes_on_after_the_server_was_killed_and_others_post_meanwhile(service: Running) -> None:
    with client(service) as http:
        response = send(http, file())
        begun(http, response.headers["location"])
        event = cloud_event("dossier-opened", {}, new_dossier_id(), HUB)
        assert http.post("/v1/events", json=event, headers=STRUCTURED).status_code == 201
        service.kill()
    service.start()
    with client(service) as http:
        status = ended(http, response)
        progress = status["progress"]
        assert (progress["rows"], progress["accepted"], progress["duplicate"], progress["quarantined"]) == EXPECTED
        assert contacts(http) == ROWS - ROWS // 100
        report = http.get(status["report"]).json()["quarantined"]
        assert [row["line"] for row in report] == [number + 2 for number in range(0, ROWS, 100)]
    assert not list((service.data / "imports").glob("*.file"))


def test_the_command_line_goes_on_where_it_was_killed(service: Running, tmp_path: Path) -> None:
    source, mapping, left = tmp_path / "contacts.csv", tmp_path / "contacts.yaml", tmp_path / "left.csv"
    source.write_bytes(file())
    mapping.write_text(MAPPING)
    options = [str(source), "--mapping", str(mapping), "--agency", HUB.id, "--report", str(left)]
    command = [str(COMMAND), "import", *options, "--data", str(service.data)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stderr is not None
        assert "rows" in process.stderr.readline(), "it tells how far it is, without a terminal too"
        os.kill(process.pid, signal.SIGKILL)
    done = service.command("import", *options)
    assert done.returncode == 0, done.stderr
    assert "was cut short: going on after" in done.stderr
    counts = [line.split()[0] for line in done.stdout.splitlines()[1:4]]
    assert counts == [str(count) for count in EXPECTED[1:]]
    with client(service) as http:
        assert contacts(http) == ROWS - ROWS // 100
    lines = left.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + ROWS // 100
    assert all(",Datum,soon,date-unreadable," in line for line in lines[1:]), "also those found before it was killed"
    again = service.command("import", *options)
    assert [line.split()[0] for line in again.stdout.splitlines()[1:3]] == ["0", str(EXPECTED[1] + 1)]
