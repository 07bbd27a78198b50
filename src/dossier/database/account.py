"""The system account PostgreSQL runs under: it refuses to run as root."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dossier.database.errors import DatabaseUnavailable

NAME = "dossier"


@dataclass(frozen=True)
class Account:
    """The user and group that own a cluster; `switched` when this process, being root, must become them."""

    uid: int
    gid: int
    switched: bool

    def run(self, *command: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program as this account, out of reach of the terminal's Ctrl-C and of PG* variables."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(  # noqa: S603 - a list of PostgreSQL's own programs, no shell
            command,
            input=stdin,
            capture_output=True,
            check=False,
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def own(self, directory: Path) -> None:
        """Make a directory private to this account."""
        if self.switched:
            os.chown(directory, self.uid, self.gid)
        directory.chmod(0o700)

    def reach(self, path: Path) -> None:
        """Let this account walk to a path: `o+x`, and no more, on each ancestor it cannot pass."""
        if not self.switched:
            return
        for ancestor in reversed(path.resolve().parents):
            if not self._passes(ancestor):
                _let_pass(ancestor)

    def _passes(self, directory: Path) -> bool:
        found = directory.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def account_for(cluster: Path) -> Account:
    """Who runs the cluster: its owner; when it has none yet, this user, and for root the owner of the data directory.

    Where that is root too, the account `dossier`.
    """
    me = os.geteuid()
    found = cluster.stat() if cluster.exists() else None
    if me != 0:
        if found and found.st_uid != me:
            raise DatabaseUnavailable(f"{cluster} belongs to user {found.st_uid}: run as that user, or choose --data")
        return Account(me, os.getegid(), switched=False)
    owned = found or (cluster.parent.stat() if cluster.parent.exists() else None)
    if owned and owned.st_uid != 0:
        return Account(owned.st_uid, owned.st_gid, switched=True)
    return Account(*_system_account(), switched=True)


def _system_account() -> tuple[int, int]:
    import pwd  # noqa: PLC0415 - a module of Unix only

    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _create_system_account()
        entry = pwd.getpwnam(NAME)
    return entry.pw_uid, entry.pw_gid


def _create_system_account() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    command = [
        useradd or "",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
    ]
    done = subprocess.run(command, capture_output=True, check=False) if useradd else None  # noqa: S603 - fixed words
    if done is None or done.returncode not in (0, 9):  # 9: another process created it first
        said = done.stderr.decode().strip() if done else "no useradd"
        raise DatabaseUnavailable(
            f"PostgreSQL does not run as root and user '{NAME}' cannot be created ({said}): "
            "create that user, or start this as another user than root, or set DOSSIER_DATABASE_URL"
        )


def _let_pass(directory: Path) -> None:
    try:
        directory.chmod(directory.stat().st_mode & 0o7777 | 0o001)
    except OSError as error:
        raise DatabaseUnavailable(
            f"user '{NAME}' cannot pass through {directory} ({error.strerror}): run chmod o+x on it, "
            "choose --data elsewhere, or set DOSSIER_DATABASE_URL"
        ) from error
