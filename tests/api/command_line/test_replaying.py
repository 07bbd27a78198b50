"""`dossier replay`: step by step and plain without a terminal, compared, and as files with their digest."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from tests.contract.running import Running

from api.demonstration.entrepreneur import dossier_id
from dossier.database.embedded import EmbeddedPostgres
from dossier.ledger import Asked, Entry
from dossier.log import open_log
from dossier.settings import Settings

Command = Callable[..., subprocess.CompletedProcess[str]]
DOSSIER = dossier_id(7, 0)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replaying") / "data"


@pytest.fixture(scope="module")
def command(data: Path) -> Iterator[Command]:
    """A command on a data directory with one dossier; what could wait for somebody is started."""
    running = Running(data, COLUMNS="200")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return running.command(*arguments) if "--step" in arguments else running.call(*arguments)

    with EmbeddedPostgres(data):
        assert run("demo", "--dossiers", "1", "--seed", "7").returncode == 0
        yield run


def test_steps_are_told_one_by_one_without_a_terminal_to_wait_for(command: Command, tmp_path: Path) -> None:
    done = command("replay", DOSSIER, "--step", "--ndjson", str(tmp_path / "steps"))
    assert done.returncode == 0, done.stderr
    *lines, trailer = (tmp_path / "steps").read_bytes().splitlines(keepends=True)
    steps = [json.loads(line) for line in lines]
    assert re.findall(r"^\d+/\d+  position (\d+) ", done.stdout, re.MULTILINE) == [one["position"] for one in steps]
    assert all(one["digest"] in done.stdout for one in steps)
    assert "/phase: - -> " in done.stdout
    assert json.loads(trailer)["digest"] == f"sha256:{hashlib.sha256(b''.join(lines)).hexdigest()}"
    assert (json.loads(trailer)["count"], (tmp_path / "steps").stat().st_mode & 0o777) == (len(lines), 0o600)


def test_two_days_are_compared(command: Command) -> None:
    done = command("replay", DOSSIER, "--compare", "--from-effective", "1990-01-01")
    assert done.returncode == 0, done.stderr
    assert "/opened_on" in done.stdout
    assert command("replay", DOSSIER, "--compare").stdout.strip() == "nothing differs"


def test_what_an_organisation_knew_is_told_and_is_a_reading(command: Command, data: Path, tmp_path: Path) -> None:
    before = len(readings(data))
    command("replay", DOSSIER, "--ndjson", str(tmp_path / "steps"))
    *lines, _ = (tmp_path / "steps").read_bytes().splitlines()
    steps = [json.loads(line) for line in lines]
    agency = steps[0]["agency"]
    done = command("replay", DOSSIER, "--known-by", agency)
    assert done.returncode == 0, done.stderr
    told = {int(line.split()[0]): line for line in done.stdout.splitlines() if line.strip()[:1].isdigit()}
    for step in steps:
        own = f"recorded {step['recordedtime']}" in told[int(step["position"])]
        assert own == (step["agency"] == agency), told
    never = command("replay", DOSSIER, "--known-by", agency, "--on", "1990-01-01")
    assert (never.returncode, never.stderr) == (1, "dossier: no dossier has this id, or had it then\n")
    stepped, asked = readings(data)[-2:]
    assert (asked.role, asked.purpose, asked.kind) == ("auditor", "audit", "history")
    assert asked.seen == stepped.seen
    assert len(readings(data)) == before + 2


def readings(data: Path) -> list[Entry]:
    """The readings of this dossier that are on record."""
    with open_log(Settings(data=data, database_url=None)) as log:
        return list(log.ledger.walk(asked=Asked(UUID(DOSSIER))))


def test_a_report_is_written_for_its_owner_alone(command: Command, tmp_path: Path) -> None:
    done = command("replay", DOSSIER, "--report", str(tmp_path / "r.html"), "--lang", "nl")
    assert done.returncode == 0, done.stderr
    assert "<h1>Verslag" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert (tmp_path / "r.html").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "wrong",
    [
        ["--from-effective", "2024-01-01"],
        ["--on", "2024-01-01"],
        ["--report", "r.html", "--lang", "de"],
        ["--known-by", "hub", "--known", "2024-01-01T00:00:00Z"],
        ["--known-by", "hub", "--effective", "2024-01-01"],
        ["--known-by", "hub", "--compare"],
        ["--known-by", "hub", "--step"],
        ["--compare", "--report", "r.html"],
        ["--compare", "--ndjson", "r.ndjson"],
    ],
    ids=" ".join,
)
def test_wrong_usage_says_so(command: Command, wrong: list[str]) -> None:
    assert command("replay", DOSSIER, *wrong).returncode == 2


def test_an_unknown_dossier_is_refused(command: Command) -> None:
    done = command("replay", "01890000-0000-7000-8000-000000000000", "--step")
    assert (done.returncode, done.stderr) == (1, "dossier: no dossier has this id, or had it then\n")
