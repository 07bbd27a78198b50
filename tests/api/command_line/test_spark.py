"""A command that a cluster does the work of gives the same answer, quietly, and leaves nothing running."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from pathlib import Path

import pytest
from tests.contract.running import COMMAND, ENVIRONMENT, Running
from tests.projections.spark.conftest import SMALL
from tests.projections.standing import catch_up

from dossier.database.connections import open_database
from dossier.database.embedded import EmbeddedPostgres
from dossier.settings import Settings

LITTLE = {
    "PYSPARK_SUBMIT_ARGS": shlex.join(
        [*(word for name, value in SMALL.items() for word in ("--conf", f"{name}={value}")), "pyspark-shell"]
    )
}
"""Has a session that a command starts be one for little data."""


def run(data: Path, *arguments: str) -> tuple[str, str]:
    """What a command printed, in a session of its own of which nothing is left."""
    line = [str(COMMAND), *arguments, "--data", str(data)]
    with subprocess.Popen(
        line,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | LITTLE,
        start_new_session=True,
    ) as process:
        printed, said = process.communicate(timeout=280)
    assert process.returncode == 0, said
    deadline = time.monotonic() + 20
    while left := of_session(process.pid):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    return printed, said


def of_session(session: int) -> list[str]:
    """What runs in a session."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            _, _, rest = (process / "stat").read_text().rpartition(")")
            if int(rest.split()[3]) == session:
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended while it was looked at
    return found


def test_an_indicator_by_spark_is_the_one_that_duckdb_counts(tmp_path: Path) -> None:
    data, scratch = tmp_path / "data", tmp_path / "scratch"
    scratch.mkdir()
    service = Running(data)
    asked = ("indicators", "run", "re-explaining", "--format", "json")
    with EmbeddedPostgres(data):
        service.run("demo", "--dossiers", "12", "--seed", "7")
        project(data)
        by_duckdb = service.call(*asked).stdout
        told = json.loads(by_duckdb)
        assert told["rows"]
        assert told["certificate"]["readings"] == "0"
        assert run(data, *asked, "--engine", "duckdb") == (by_duckdb, "")
        assert run(data, *asked, "--engine", "spark", "--scratch", str(scratch)) == (by_duckdb, "")
    assert list(scratch.iterdir()) == []


def project(data: Path) -> None:
    """Bring what is read up to date with the log."""
    with open_database(Settings(data=data)) as database:
        catch_up(database.app)


@pytest.mark.parametrize(
    ("command", "engine", "others"),
    [
        ("rebuild", "hadoop", "one of local, spark"),
        ("rebuild", "duckdb", "one of local, spark"),
        ("indicators run ict-share", "hadoop", "one of duckdb, local, spark"),
    ],
)
def test_another_engine_is_refused(command: str, engine: str, others: str, tmp_path: Path) -> None:
    line = [str(COMMAND), *command.split(), "--engine", engine, "--data", str(tmp_path / "data")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT)
    assert (done.returncode, others in done.stderr) == (2, True)
    assert not (tmp_path / "data").exists()
