"""The embedded server: one PostgreSQL per data directory, shared by every process that uses it."""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from dossier.belonging import give
from dossier.database.account import Account, account_for
from dossier.database.cluster import SETTINGS, Cluster
from dossier.database.errors import DatabaseUnavailable
from dossier.database.options import PROGRAM, with_option

OWNER = "dossier_owner"
LONGEST_SOCKET = 103  # bytes, macOS; Linux has room for 107


class EmbeddedPostgres:
    """Starts or joins the PostgreSQL of a data directory; the last process to leave stops it.

    Two locks: `postgres.lock` is held shared for as long as the server is used, `postgres.starting.lock` by
    whoever enters or leaves, so that none starts what another is stopping. The kernel drops both when a
    process is killed; PostgreSQL then stays up, and the next process joins it.
    """

    def __init__(self, data: Path) -> None:
        self._data = data.expanduser().resolve()
        self._usage: int | None = None
        self._sockets: Path | None = None

    def __enter__(self) -> Self:
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._enter()
        except PermissionError as error:
            raise DatabaseUnavailable(f"no permission on {error.filename}: choose another --data") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._alone():
            self._leave()

    def url(self, role: str, dbname: str = "dossier") -> str:
        """The connection of a role, over the socket that only this account reaches."""
        assert self._sockets is not None, "the server is used inside its with-block"
        where = f"host={quote(str(self._sockets), safe='')}&port={SETTINGS['port']}"
        url = f"postgresql://{quote(role)}@/{quote(dbname)}?{where}"
        return with_option(url, PROGRAM) if role == OWNER else url

    def ensure_ready(self) -> None:
        """Start the server again if it died while it was in use."""
        with self._alone():
            self._start()

    def _enter(self) -> None:
        with self._alone():
            self._usage = _open_lock(self._data / "postgres.lock")
            fcntl.flock(self._usage, fcntl.LOCK_SH)
            try:
                self._start()
            except BaseException:  # Ctrl-C too: leave no server behind that nobody uses
                self._leave()
                raise

    def _start(self) -> None:
        cluster = self._cluster()
        cluster.create()
        cluster.ensure_ready(_private_sockets(self._data, cluster.account))
        self._sockets = cluster.sockets()

    def _leave(self) -> None:
        if self._usage is None:
            return
        try:
            fcntl.flock(self._usage, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._cluster().stop()
            if self._sockets:
                with suppress(OSError):  # something else lies there; the next start looks at it
                    self._sockets.rmdir()
        except BlockingIOError:
            pass  # others still use it
        finally:
            os.close(self._usage)
            self._usage = self._sockets = None

    def _cluster(self) -> Cluster:
        directory = self._data / "postgres"
        return Cluster(directory, account_for(directory))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = _open_lock(self._data / "postgres.starting.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _open_lock(path: Path) -> int:
    """Open for reading, which is all a lock needs; made for the owner of the data alone, whoever comes first.

    Who may read it may hold it: any account of the machine could keep the database from ever being started.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        lock = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        give(lock, path.parent)
    except FileExistsError:
        lock = os.open(path, flags)
        if os.fstat(lock).st_uid == path.parent.stat().st_uid:
            with suppress(PermissionError):  # what an older version made is everybody's, until its owner comes
                os.fchmod(lock, 0o600)
    return lock


def _private_sockets(data: Path, account: Account) -> Path:
    """A directory of the account's alone, its name short enough for a socket and unlike any other's."""
    name = f"dossier-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"
    directory = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(directory / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET:
        directory = Path("/tmp") / name  # noqa: S108 - made private below
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), account.uid):
        raise DatabaseUnavailable(f"{directory} belongs to somebody else: remove it, or set TMPDIR")
    account.own(directory)
    account.reach(directory)
    return directory
