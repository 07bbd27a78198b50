"""Commands that read: a timeline fits a terminal of 80 columns; a ruleset that is not known is refused."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet
from rich.console import Console
from tests.contract.running import COMMAND, ENVIRONMENT, Running

from api.command_line.reading import timeline_table
from api.demonstration.entrepreneur import dossier_id
from dossier.database.embedded import EmbeddedPostgres

ENTRY = {
    "position": "1234567",
    "type": "brussels.dossier.enterprise-restructured.v1",
    "agency": "innoviris",
    "time": "2024-03-01T00:00:00+01:00",
    "timeprecision": "day",
    "recordedtime": "2024-03-02T09:00:00.000000Z",
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A data directory of its own, in a terminal of 80 columns; no server but that of its database."""
    running = Running(tmp_path_factory.mktemp("reading") / "data", COLUMNS="80")
    with EmbeddedPostgres(running.data):
        yield running


def printed(*entries: dict[str, str], width: int = 80, wide: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(timeline_table(list(entries), wide=wide))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_replay_fits_80_columns(running: Running) -> None:
    running.run("demo", "--dossiers", "1", "--seed", "7")
    done = running.command("replay", dossier_id(7, 0))
    assert done.returncode == 0, done.stderr
    table, _, _ = done.stdout.partition("\n{")
    head, *rows = table.splitlines()
    assert head.split() == ["position", "day", "agency", "what"]
    assert rows
    for row in rows:
        assert len(row.rstrip()) <= 80
        position, day, _, what, *_ = row.split()
        assert (position.isdigit(), len(day) in (4, 7, 10), "." in what) == (True, True, False), row


@pytest.mark.parametrize("mark", ["corrected", "retracted"])
def test_an_amendment_is_marked_on_the_same_line(mark: str) -> None:
    _, line = printed(ENTRY | {f"{mark}_by": "1234568"})
    assert line.split() == ["1234567", "2024-03-01", "innoviris", "enterprise-restructured,", mark, "by", "1234568"]


@pytest.mark.parametrize(("precision", "day"), [("year", "2024"), ("month", "2024-03"), ("day", "2024-03-01")])
def test_a_day_is_told_as_precisely_as_it_is_known(precision: str, day: str) -> None:
    assert printed(ENTRY | {"timeprecision": precision})[1].split()[1] == day


def test_the_time_of_recording_is_told_on_demand() -> None:
    head, line = printed(ENTRY, width=140, wide=True)
    assert head.split() == ["position", "time", "agency", "what", "recorded"]
    assert (line.split()[1], line.split()[-1]) == (ENTRY["time"], ENTRY["recordedtime"])


def test_a_ruleset_that_is_not_known_is_refused(tmp_path: Path) -> None:
    line = [str(COMMAND), "rebuild", "--ruleset", "1999.1", "--data", str(tmp_path / "none")]
    with EmbeddedPostgres(tmp_path / "none"):
        done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "dossier: there is no ruleset 1999.1; there are: 2026.1\n"


def test_the_shipped_mappings_are_named() -> None:
    done = Running.offline("import", "--help")
    assert "shipped: cordis, kbo, tam." in " ".join(done.stdout.split())


def test_a_figure_is_parquet_with_all_that_is_said_of_it(running: Running, tmp_path: Path) -> None:
    running.run("demo", "--dossiers", "3", "--seed", "7")
    told = json.loads(running.run("indicators", "run", "conversion", "--format", "json"))
    data = tmp_path / "figure.parquet"
    shell = f"{COMMAND} indicators run conversion --format parquet --data {running.data} > {data}"
    assert subprocess.run(shell, shell=True, timeout=60, check=False, env=ENVIRONMENT).returncode == 0
    table = parquet.read_table(data)
    assert table.to_pylist() == told["rows"]
    assert json.loads(table.schema.metadata[b"dossier.certificate"]) == told["certificate"]


def test_a_dimension_named_twice_or_with_a_space_is_one_column_as_over_http(running: Running) -> None:
    told = running.run("indicators", "run", "ict-share", "--by", "phase, cohort,phase", "--format", "csv")
    assert told.splitlines()[0] == "phase,cohort,value,n,low,high,suppressed"


def test_an_indicator_of_ones_own_is_checked_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "mine.sql"
    file.write_text("SELECT 1", encoding="utf-8")
    done = Running.offline("indicators", "check", str(file))
    assert done.returncode == 1
    assert done.stdout.startswith(f"{file}:1: start it with a header")
    assert "1 fault" in done.stderr


def test_an_indicator_in_another_encoding_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.sql"
    file.write_bytes("/* ---\ntitle: Démarrage".encode("latin-1"))
    done = Running.offline("indicators", "check", str(file))
    assert (done.returncode, done.stderr) == (
        1,
        f"dossier: {file}:2: this is not UTF-8: save the file in that encoding\n",
    )
