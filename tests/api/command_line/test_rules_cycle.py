"""The analyst's cycle in a terminal, without a server: check, publish, diff, rehearse, activate, go back."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from tests.contract.running import Running

from dossier.database.embedded import EmbeddedPostgres
from projections.rulesets.ruleset import ruleset

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A command on a data directory of its own with a few dossiers; those that start processes are started."""
    running = Running(tmp_path_factory.mktemp("cycle") / "data")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        if arguments[:2] == ("rules", "check"):
            return running.offline(*arguments)
        if arguments[0] == "rebuild" or arguments[:2] == ("rules", "rehearse"):
            return running.command(*arguments)
        return running.call(*arguments)

    with EmbeddedPostgres(running.data):
        assert run("demo", "--dossiers", "12", "--seed", "7").returncode == 0
        yield run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The rules of a ruleset under which no activity is ICT but farming."""
    made = tmp_path / "2027.1"
    made.mkdir()
    rules = {}
    for version in ("2008", "2025"):
        name = f"sector.ict.{version}"
        rules[name] = json.loads(json.dumps(ruleset().rules[name]))
        rules[name]["values"][-1] |= {"value": ["01"], "source": "A decision"}
    (made / "sector.yaml").write_text(yaml.safe_dump(rules, sort_keys=False))
    return made


def test_faults_are_told_by_line_and_nothing_is_published(command: Command, folder: Path) -> None:
    assert command("rules", "check", str(folder)).returncode == 0
    file = folder / "sector.yaml"
    file.write_text(file.read_text().replace("source: A decision", "source: ''", 1))
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if "source: ''" in text)
    for arguments in (("check", str(folder)), ("publish", str(folder))):
        done = command("rules", *arguments)
        assert done.returncode == 1
        assert f"{file}:{line}: /sector.ict.2008/values/0/source: the source is missing" in done.stdout
        assert len(done.stderr.strip().splitlines()) == 1
    assert "2027.1" not in command("rules", "list").stdout


def test_what_cannot_be_activated_is_told_as_what_it_is(command: Command) -> None:
    for name, said in (("2026.1", "is the ruleset being served"), ("1999.1", "there is no ruleset 1999.1")):
        done = command("rules", "activate", name)
        assert done.returncode == 1
        assert said in done.stderr


def test_a_rehearsal_in_which_nothing_moves_says_so(command: Command, tmp_path: Path) -> None:
    same = tmp_path / "same.yaml"
    same.write_text(yaml.safe_dump({"sector.ict.2025": ruleset().rules["sector.ict.2025"]}, sort_keys=False))
    assert command("rules", "publish", str(same)).returncode == 0
    done = command("rules", "rehearse", "same", "--on", "2026-06-30")
    assert done.returncode == 0, done.stderr
    told, nothing = done.stdout.splitlines()
    assert told.endswith("room on 2026-06-30")
    assert nothing == "nothing moves: no dossier and no figure says anything else"


def test_the_cycle(command: Command, folder: Path, tmp_path: Path) -> None:
    rebuilt = command("rebuild")
    assert rebuilt.returncode == 0
    assert re.search(r"^rebuild: (\d+) of \1 events, [\d,]+ a second, 0 s left$", rebuilt.stderr, re.MULTILINE)
    done = command("rules", "publish", str(folder), "--reason", "a decision")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2027.1  published  sha256:")
    diff = command("rules", "diff", "2026.1", "2027.1").stdout
    assert "sector.ict.2008\n  - 2008-01-01" in diff
    assert "reaches: current, fact_dossier, fact_aid" in diff

    early = command("rules", "activate", "2027.1")
    assert (early.returncode, "rehearse 2027.1` first" in early.stderr) == (1, True)
    found, table = tmp_path / "difference.csv", tmp_path / "difference.parquet"
    nowhere = command("rules", "rehearse", "2027.1", "--csv", str(found.parent / "no" / "such.csv"))
    assert (nowhere.returncode, "rehearsal: " in nowhere.stderr) == (1, False), "what cannot be written is told before"
    rehearsed = command("rules", "rehearse", "2027.1", "--csv", str(found), "--parquet", str(table))
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert "sector.ict: " in rehearsed.stdout
    assert "rehearsal: " in rehearsed.stderr, "progress, also without a terminal"
    with found.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "dossier"]
    assert rows
    moved = [row for row in pq.read_table(table).to_pylist() if row["kind"] == "dossier"]
    assert [(row["dossier"], row["field"]) for row in moved] == [(row["dossier"], row["field"]) for row in rows]
    assert {(row["field"], row["before"], row["after"]) for row in rows} == {("sector.ict", "true", "false")}

    before = command("indicators", "run", "ict-share", "--format", "json").stdout
    activated = command("rules", "activate", "2027.1", "--reason", "a decision")
    assert activated.returncode == 0, activated.stderr
    assert "2027.1 is active" in activated.stdout
    certificate = json.loads(command("indicators", "run", "ict-share", "--format", "json").stdout)["certificate"]
    assert certificate["ruleset"] == "2027.1"
    then = json.loads(before)["certificate"]
    asked = ("--ruleset", then["ruleset"], "--position", then["position"])
    assert command("indicators", "run", "ict-share", "--format", "json", *asked).stdout == before

    listed = command("generations", "list").stdout
    kept = [line.split()[0] for line in listed.splitlines() if " kept " in line][-1]
    back = command("rules", "activate", "2026.1")
    assert back.returncode == 0, back.stderr
    assert f"generation {kept} is served" in back.stdout
    assert command("generations", "drop", kept).returncode == 1, "nobody drops what is served"
    dropped = next(line.split()[0] for line in command("generations", "list").stdout.splitlines() if " kept " in line)
    assert command("generations", "drop", dropped).returncode == 0
    retired = command("rules", "retire", "2026.1")
    assert (retired.returncode, "being served" in retired.stderr) == (1, True)


def test_one_projection_is_rebuilt(command: Command) -> None:
    assert "is served" in command("rebuild", "--projection", "timeline").stdout
    wrong = command("rebuild", "--projection", "nothing")
    assert (wrong.returncode, "current, timeline" in wrong.stderr) == (2, True)
