"""The client and its outbox against the real service: killed on either side, everything arrives once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.contract.client import fresh_number
from tests.contract.conftest import add
from tests.contract.files import MAPPING, row, table
from tests.contract.running import COMMAND, ENVIRONMENT, Running
from tests.posting import HUB, cloud_event

from api.client import Client, Delivered, Outbox, Problem, Undeliverable
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.writing.registration import new_dossier_id

EVENTS = 5_000


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service of its own, to be killed."""
    running = Running(tmp_path / "data")
    running.start()
    add(running, HUB)
    yield running
    running.stop()


def signed(running: Running) -> str:
    return TokenKey(running.data).issue(Principal("agency", HUB.id))


def history(count: int) -> list[dict[str, Any]]:
    """A dossier and what follows on it."""
    dossier = new_dossier_id()
    opened = cloud_event("dossier-opened", {}, dossier, HUB)
    return [opened, *(cloud_event("contact-made", {"channel": "phone"}, dossier, HUB) for _ in range(count - 1))]


def recorded(url: str, token: str) -> list[str]:
    """The ids of what the service has, in its order."""
    with Client(url, token) as client:
        return [entry["id"] for entry in client.feed(agency=HUB.id)]


def test_everything_arrives_once_and_in_order_when_the_server_is_killed(service: Running, tmp_path: Path) -> None:
    token, events = signed(service), history(EVENTS)
    with Outbox(tmp_path / "outbox.db") as box, Client(service.url, token) as client:
        box.add(*events)
        port = service.url.rpartition(":")[2]

        def break_it() -> None:
            while len(recorded(service.url, token)) < 500:
                time.sleep(0.01)
            service.kill()
            service.start("--port", port)

        breaking = threading.Thread(target=break_it)
        breaking.start()
        done = box.deliver(client, patience=60)
        breaking.join()
        assert done.refused == 0, box.refused()[:1]
        assert done.accepted + done.duplicate == EVENTS
    assert recorded(service.url, token) == [event["id"] for event in events]


def test_a_program_that_was_killed_goes_on_where_it_was(
    running: Running, token: Callable[..., str], tmp_path: Path
) -> None:
    signed_for, events = token("agency", agency=HUB.id), history(EVENTS)
    file, box = tmp_path / "events.ndjson", tmp_path / "outbox.db"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    command = [str(COMMAND), "send", str(file), "--outbox", str(box), "--url", running.url]
    environment = ENVIRONMENT | {"DOSSIER_TOKEN": signed_for}
    with Client(running.url, signed_for) as client, subprocess.Popen(command, env=environment) as process:
        while process.poll() is None and not _has(client, events[0]["subject"]):
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    with Client(running.url, signed_for) as client:
        assert client.dossier(events[0]["subject"])["version"] == EVENTS
    with Outbox(box) as opened:
        assert len(opened) == 0


def _has(client: Client, dossier: str) -> bool:
    try:
        return bool(client.dossier(dossier))
    except Problem:
        return False


def test_what_is_refused_is_told_and_kept(running: Running, token: Callable[..., str], tmp_path: Path) -> None:
    events = history(3)
    events[1]["data"] = {"channel": 5}
    file, box = tmp_path / "events.ndjson", tmp_path / "outbox.db"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    command = [str(COMMAND), "send", str(file), "--outbox", str(box), "--url", running.url]
    environment = ENVIRONMENT | {"DOSSIER_TOKEN": token("agency", agency=HUB.id)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "2 recorded, 0 were there before, 1 refused\n")
    assert events[1]["id"] in done.stderr
    with Outbox(box) as opened:
        [(kept, problem)] = opened.refused()
    assert (kept["id"], problem["errors"][0]["pointer"]) == (events[1]["id"], "/data/channel")


def test_half_a_character_holds_up_nothing_behind_it(
    running: Running, token: Callable[..., str], tmp_path: Path
) -> None:
    events = history(3)
    events[1]["data"]["note"] = "a cut emoji \ud83d"
    with Outbox(tmp_path / "outbox.db") as box, Client(running.url, token("agency", agency=HUB.id)) as client:
        box.add(*events)
        assert box.deliver(client, patience=5) == Delivered(accepted=2, refused=1)
        [(kept, problem)] = box.refused()
        assert (kept, problem["status"]) == ({"specversion": "1.0"} | events[1], 400)
        with pytest.raises(Problem, match="400"):
            client.post(events[1])


def test_a_file_that_begins_with_a_byte_order_mark_is_sent(
    running: Running, token: Callable[..., str], tmp_path: Path
) -> None:
    file, box = tmp_path / "events.ndjson", tmp_path / "outbox.db"
    file.write_text("".join(json.dumps(event) + "\n" for event in history(2)), encoding="utf-8-sig")
    done = sent(running, token("agency", agency=HUB.id), file, box)
    assert (done.returncode, done.stdout) == (0, "2 recorded, 0 were there before, 0 refused\n")


def test_an_outbox_that_is_no_database_is_told_in_one_line(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text("".join(json.dumps(event) + "\n" for event in history(60)))
    done = sent(running, "nonsense", file, file)
    [line] = done.stderr.splitlines()
    assert (done.returncode, "no outbox" in line) == (1, True)
    assert len(file.read_text().splitlines()) == 60, "it is left as it was"


def sent(running: Running, token: str, file: Path, box: Path) -> subprocess.CompletedProcess[str]:
    """What `dossier send` came to."""
    command = [str(COMMAND), "send", str(file), "--outbox", str(box), "--url", running.url]
    environment = ENVIRONMENT | {"DOSSIER_TOKEN": token, "COLUMNS": "400"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_token_that_is_none_loses_nothing(running: Running, tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as box, Client(running.url, "nonsense") as client:
        box.add(*history(2))
        with pytest.raises(Undeliverable, match="401"):
            box.deliver(client)
        assert len(box) == 2


def test_a_file_is_imported_from_another_machine(running: Running, token: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(MAPPING)
    number = fresh_number()
    rows = [row(f"{number}-1", number), row(f"{number}-2", number, "31/12/24")]
    (tmp_path / "contacts.csv").write_bytes(table(rows))
    left = tmp_path / "left.csv"
    command = [str(COMMAND), "import", str(tmp_path / "contacts.csv"), "--mapping", str(tmp_path / "contacts.yaml")]
    command += ["--url", running.url, "--report", str(left), "--lang", "nl"]
    environment = ENVIRONMENT | {"DOSSIER_TOKEN": token("agency", agency=HUB.id)}
    for said in ("1 accepted, 0 there before", "0 accepted, 1 there before"):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert "een jaar van twee cijfers" in done.stdout
    assert "date-short-year" in left.read_text(encoding="utf-8-sig")
