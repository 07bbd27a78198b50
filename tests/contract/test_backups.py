"""The restore test: a backup made while agencies post becomes a service that goes on as if nothing had happened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import orjson
import pytest
from tests.contract.client import STRUCTURED, Client, Poster
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.posting import HUB

from api.identity.principal import Role

PERSON = {"given_name": "Amina", "family_name": "Xylomarqueur"}


class Restored(NamedTuple):
    """The service that was backed up, the one made of the backup, and what is known of the first."""

    original: Running
    copy: Running
    backup: Path
    position: int
    dossier: UUID
    event: dict[str, Any]
    receipt: dict[str, Any]


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    """A demo population, a backup while somebody posts, and a server on what was restored."""
    directory = tmp_path_factory.mktemp("backups")
    original, copy = Running(directory / "data"), Running(directory / "copy" / "data")
    original.start()
    try:
        original.run("demo", "--dossiers", "12")
        add(original, HUB)
        with poster(original) as http:
            hub = Poster(HUB, http)
            dossier = hub.open(person=PERSON)
            event = hub.event("contact-made", {"channel": "phone", "note": "by her"}, dossier)
            receipt = hub.send(event).json()
            with posting(hub, dossier):
                original.run("backup", str(directory / "backup"))
        position = int(orjson.loads((directory / "backup" / "manifest.json").read_bytes())["position"])
        (directory / "copy").mkdir()
        copy.run("restore", str(directory / "backup"))
        copy.start()
        yield Restored(original, copy, directory / "backup", position, dossier, event, receipt)
    finally:
        copy.stop()
        original.stop()


def poster(service: Running, role: Role = "agency") -> Client:
    """A client with a token the original gave out."""
    bearer = service.token(role, HUB.id if role == "agency" else None)
    return Client(base_url=service.url, headers={"authorization": f"Bearer {bearer}"}, timeout=30)


class posting:  # noqa: N801 - reads as what goes on in the block
    """Posts without pause while the block lasts; at least once in it."""

    def __init__(self, hub: Poster, dossier: UUID) -> None:
        self._hub, self._dossier = hub, dossier
        self._ending, self._begun = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._post)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._begun.wait(30)

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _post(self) -> None:
        while not self._ending.is_set():
            self._hub.post("contact-made", {"channel": "phone"}, self._dossier)
            self._begun.set()


def exported(service: Running, until: int, path: Path) -> bytes:
    """The log up to a position, as a service exports it."""
    service.run("export", "-o", str(path), "--until", str(until))
    return path.read_bytes()


def test_the_log_is_byte_for_byte_what_it_was(restored: Restored, tmp_path: Path) -> None:
    before = exported(restored.original, restored.position, tmp_path / "before")
    assert exported(restored.copy, restored.position, tmp_path / "after") == before
    assert before.count(b"\n") == restored.position + 1


def test_posting_went_on_while_the_backup_was_made(restored: Restored) -> None:
    with poster(restored.original, "auditor") as http:
        version = http.get(f"/v1/dossiers/{restored.dossier}/history").json()["version"]
    assert version > 2


def test_tokens_histories_and_timelines_are_the_same(restored: Restored, tmp_path: Path) -> None:
    """Compared on a dossier that nobody posted to meanwhile, persons included."""
    first = orjson.loads(exported(restored.original, 1, tmp_path / "first").splitlines()[0])["dossier"]
    answers = []
    for service in (restored.original, restored.copy):
        with poster(restored.original, "auditor") as http:  # the original's token
            http.base_url = httpx.URL(service.url)
            answers.append([http.get(f"/v1/dossiers/{first}{end}").json() for end in ("/timeline", "/history", "")])
    assert answers[0] == answers[1]
    assert answers[0][1]["events"]


def test_persons_and_notes_are_there_again(restored: Restored) -> None:
    with poster(restored.copy, "auditor") as http:
        first, second, *_ = http.get(f"/v1/dossiers/{restored.dossier}/history").json()["events"]
    assert (first["data"]["person"], second["data"]["note"]) == (PERSON, "by her")


def test_the_whole_log_audits(restored: Restored) -> None:
    vkey = restored.original.run("audit", "key", "show")
    assert "whole: " in restored.copy.run("audit", "log", "--key", vkey)


def test_a_repeat_is_one_and_positions_go_on(restored: Restored) -> None:
    with poster(restored.copy) as http:
        hub = Poster(HUB, http)
        again = hub.send(restored.event)
        assert (again.status_code, again.json()) == (200, restored.receipt | {"duplicate": True})
        first, second = (
            int(hub.post("contact-made", {"channel": "phone"}, restored.dossier)["position"]) for _ in "ab"
        )
    assert (first, second) == (restored.position + 1, restored.position + 2)


def test_what_the_original_signed_since_is_not_denied(restored: Restored, tmp_path: Path) -> None:
    with poster(restored.original) as http:
        Poster(HUB, http).post("contact-made", {"channel": "phone"}, restored.dossier)
    restored.original.run("audit", "log")  # seals
    other = Running(tmp_path / "other")
    signed = str(restored.original.data / "keys" / "log.signed")
    done = other.command("restore", str(restored.backup), "--signed", signed)
    assert (done.returncode, done.stdout) == (1, "")
    told = done.stderr.splitlines()[-1]
    assert "this database is older than its last signature" in told
    assert "--new-log" in told
    assert not other.data.exists()


def test_an_erasure_since_is_repeated_from_the_list_of_a_later_backup(restored: Restored, tmp_path: Path) -> None:
    data = {"scope": "all", "ground": "request"}
    with poster(restored.original, "operator") as http:
        event = Poster(HUB, http).event("personal-data-erased", data, restored.dossier, source="urn:operator")
        assert http.post("/v1/events", json=event, headers=STRUCTURED).status_code == 201
    restored.original.run("export", "-o", str(tmp_path / "list"), "--type", "personal-data-erased")
    other = Running(tmp_path / "other")
    done = other.command("restore", str(restored.backup), "--erasures", str(tmp_path / "list"), "--drill")
    assert "1 erasures since the backup were recorded again" in done.stdout, done.stderr
    told = other.run("export", "-o", str(tmp_path / "after"))
    assert told.startswith(f"{restored.position + 1} events up to position {restored.position + 1}")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("restore", "{backup}"), "is not empty: restore into an empty directory"),
        (("backup", "{backup}"), "is not empty"),
        (("export", "-o", "{backup}/manifest.json"), "--force"),
        (("export", "-o", "{nothing}/none/log"), "cannot be written"),
        (("export", "-o", "{nothing}/log", "--until", "999999999"), "the log ends at position"),
        (("export", "-o", "{nothing}/log", "--type", "no-such-type"), "is no type of event"),
    ],
)
def test_a_refusal_is_one_line_and_changes_nothing(
    command: tuple[str, ...], says: str, restored: Restored, tmp_path: Path
) -> None:
    before = sorted(restored.backup.rglob("*"))
    done = restored.copy.call(*(word.format(backup=restored.backup, nothing=tmp_path) for word in command))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert says in done.stderr
    assert sorted(restored.backup.rglob("*")) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("export", "-o", "log"), ("backup", "copy")])
def test_where_there_is_no_log_none_is_made(command: tuple[str, ...], tmp_path: Path) -> None:
    nowhere = Running(tmp_path / "nowhere")
    done = nowhere.command(*command)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "there is no log" in done.stderr
    assert not nowhere.data.exists()


def test_a_format_that_is_none_is_wrong_usage(restored: Restored, tmp_path: Path) -> None:
    assert restored.copy.call("export", "-o", str(tmp_path / "log"), "--format", "xml").returncode == 2
