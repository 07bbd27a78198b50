"""The embedded server is shared by processes, outlives their death and its own, and leaves with the last."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from dossier.database.embedded import EmbeddedPostgres
from dossier.database.errors import DatabaseUnavailable

OTHER_PROCESS = """
import signal, sys, time
from pathlib import Path
import psycopg
from dossier.database.embedded import EmbeddedPostgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # what started the tests may have it ignored
with EmbeddedPostgres(Path(sys.argv[1])) as server, psycopg.connect(server.url("dossier_owner")):
    print("in", flush=True)
    time.sleep(300)
"""
# All it needs is imported before it becomes nobody, who may not be able to read this Python.
NOBODY = """
import encodings.idna, importlib.readers, os, sys
from pathlib import Path
import psycopg
from dossier.database.embedded import EmbeddedPostgres
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
with EmbeddedPostgres(Path(sys.argv[1])) as server, psycopg.connect(server.url("dossier_owner")):
    print("in", flush=True)
"""


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def lives(process: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{process}/cwd").readlink() is not None
    except OSError:
        return False


def kill(process: int) -> None:
    """Kill without warning, and see it dead: that takes the kernel a moment."""
    os.kill(process, signal.SIGKILL)
    while lives(process):
        time.sleep(0.01)


def sockets(server: EmbeddedPostgres) -> Path:
    return Path(parse_qs(urlsplit(server.url("dossier_app")).query)["host"][0])


def write(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("dossier_owner")) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")


def read(server: EmbeddedPostgres) -> str:
    with psycopg.connect(server.url("dossier_owner")) as connection:
        found = connection.execute("SELECT word FROM kept").fetchone()
    assert found
    return str(found[0])


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server of the same data directory."""
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "in\n"
        yield process
        process.send_signal(signal.SIGINT)


def test_nobody_else_may_hold_the_locks(tmp_path: Path) -> None:
    before = tmp_path / "postgres.lock"  # as an older version left it
    before.touch(mode=0o644)
    with EmbeddedPostgres(tmp_path):
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*.lock")} == {0}


def test_the_last_to_leave_stops_the_server(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path):
        process = postmaster(tmp_path)
        with EmbeddedPostgres(tmp_path):
            assert postmaster(tmp_path) == process
        assert lives(process)
    assert not lives(process)


def test_a_second_process_joins_and_keeps_the_server_up(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    process = postmaster(tmp_path)
    with EmbeddedPostgres(tmp_path):
        assert postmaster(tmp_path) == process
    assert lives(process)


def test_ctrl_c_reaches_the_program_and_not_the_server(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    process = postmaster(tmp_path)
    with EmbeddedPostgres(tmp_path) as server:
        os.killpg(other.pid, signal.SIGINT)
        other.wait()
        assert lives(process)
        write(server)


def test_a_killed_program_leaves_a_server_that_the_next_joins(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    process = postmaster(tmp_path)
    other.kill()
    other.wait()
    with EmbeddedPostgres(tmp_path):
        assert postmaster(tmp_path) == process
    assert not lives(process)


def test_a_killed_server_keeps_what_was_committed(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        write(server)
        kill(postmaster(tmp_path))
        with EmbeddedPostgres(tmp_path) as again:
            assert read(again) == "still here"


def test_a_server_that_died_in_use_is_started_again(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        write(server)
        kill(postmaster(tmp_path))
        server.ensure_ready()
        assert read(server) == "still here"


def test_the_number_of_a_dead_server_may_belong_to_another_program(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        write(server)
        kill(postmaster(tmp_path))
        noted = tmp_path / "postgres" / "postmaster.pid"
        with subprocess.Popen(["sleep", "60"], user=noted.stat().st_uid) as bearer:
            noted.write_text(noted.read_text().replace(str(postmaster(tmp_path)), str(bearer.pid), 1))
            server.ensure_ready()
            bearer.kill()
        assert read(server) == "still here"


def test_an_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.partial").mkdir()
    (tmp_path / "postgres.partial" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as server:
        write(server)


def test_two_data_directories_have_a_server_each(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "one") as one, EmbeddedPostgres(tmp_path / "two") as two:
        write(one)
        with pytest.raises(psycopg.errors.UndefinedTable):
            read(two)


def test_only_its_own_account_reaches_the_sockets(server: EmbeddedPostgres) -> None:
    assert sockets(server).stat().st_mode & 0o777 == 0o700


def test_a_commit_is_on_disk(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server, psycopg.connect(server.url("dossier_app")) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert connection.execute("SELECT current_setting(%s)", (setting,)).fetchone() == ("on",)


def test_a_deep_directory_still_has_a_short_socket(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / ("deep" * 30) / ("deeper" * 30)) as server:
        write(server)
        assert len(bytes(sockets(server))) < 90


def test_sockets_where_somebody_else_put_something_are_not_used(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        directory = sockets(server)
    directory.symlink_to(tmp_path)
    with pytest.raises(DatabaseUnavailable, match="belongs to somebody else"), EmbeddedPostgres(tmp_path):
        pass
    directory.unlink()


def test_a_user_who_is_not_root_runs_it_too() -> None:
    with tempfile.TemporaryDirectory() as data:
        if os.geteuid() == 0:
            os.chown(data, 65534, 65534)
        done = subprocess.run([sys.executable, "-c", NOBODY, data], capture_output=True, text=True, check=False)
        assert done.stdout == "in\n", done.stderr
        assert (Path(data) / "postgres").stat().st_uid != 0
