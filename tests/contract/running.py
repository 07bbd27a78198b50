"""A running service: the process that `dossier serve` starts, and the command line beside it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from tests.contract.calling import PATIENCE, call

from api.identity.principal import Principal, Role
from api.identity.tokens import TokenKey

COMMAND = Path(sys.executable).with_name("dossier")
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DOSSIER_")}
LISTENS = re.compile(r"listens on (http://\S+)")


class Running:
    """One data directory and the server on it; what it writes is kept in files beside the data."""

    def __init__(self, data: Path, **environment: str) -> None:
        """`environment` holds settings of this server beyond its port and directory."""
        self.data = data
        self.environment = ENVIRONMENT | environment
        self.url = ""
        self.out, self.err = data.with_name(data.name + ".out"), data.with_name(data.name + ".err")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> str:
        """Serve on a free port, in a session of its own as a terminal would; the address it prints."""
        command = [str(COMMAND), "serve", "--port", "0", "--data", str(self.data), *options]
        with self.out.open("wb") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=err, start_new_session=True, env=self.environment
            )
        deadline = time.monotonic() + PATIENCE
        while not (found := LISTENS.search(self.out.read_text())):
            assert self.process.poll() is None, f"it ended: {self.err.read_text()}"
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.05)
        self.url = found[1]
        return self.url

    def interrupt(self) -> int:
        """Ctrl-C, which the terminal sends to the whole group; the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill the server without warning, as the kernel would; its database stays."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)

    def kill_database(self) -> None:
        """Kill PostgreSQL without warning: all of it, at once."""
        postmaster = self.postmaster
        for process in [postmaster, *children(postmaster)]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while lives(postmaster):
            time.sleep(0.01)

    def stop(self) -> None:
        """End it however it stands."""
        if self.process is not None and self.process.poll() is None:
            self.interrupt()

    @property
    def postmaster(self) -> int:
        """The process id of its PostgreSQL."""
        return int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])

    def token(
        self, role: Role, agency: str | None = None, dossier: UUID | None = None, subject: str | None = None
    ) -> str:
        """A token of its key, made here: `dossier token` is tested by itself."""
        return TokenKey(self.data).issue(Principal(role, agency, dossier, subject))

    def run(self, *arguments: str) -> str:
        """A command beside the server, called in this process; what it prints."""
        done = self.call(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, whatever comes of it."""
        return call(self.environment, *arguments, "--data", str(self.data))

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, started as a terminal does."""
        return self._run(*arguments, "--data", str(self.data), environment=self.environment)

    @staticmethod
    def offline(*arguments: str) -> subprocess.CompletedProcess[str]:
        """A command that is told of no data directory, called in this process."""
        return call(ENVIRONMENT, *arguments)

    @classmethod
    def offline_command(cls, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same, started as a terminal does."""
        return cls._run(*arguments, environment=ENVIRONMENT)

    @staticmethod
    def _run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [str(COMMAND), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment)


def children(process: int) -> list[int]:
    """The processes a process started and that still run."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == process and lives(int(directory.name)):
                found.append(int(directory.name))
    return found


def lives(process: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    with suppress(OSError):
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def of_session(session: int) -> list[int]:
    """The processes that run in a session."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (directory / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(directory.name))
    return found
