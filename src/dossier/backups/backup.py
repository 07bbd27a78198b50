"""Making a backup beside a running server: everything as of one moment, told by COPY."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import psycopg
import zstandard

from dossier.backups.erasures import ERASURES, KIND
from dossier.backups.keys import Keys
from dossier.backups.manifest import BackupRefused, Manifest, Part, file_digest
from dossier.backups.tables import PLAIN, SQL, Connection, Table, tables
from dossier.catalogue import TYPES
from dossier.event import stamp
from dossier.exporting.ndjson import write_ndjson
from dossier.exporting.stored import exported, extent

Progress = Callable[[str, int], None]


def backup(owner: str, data: Path, directory: Path, *, progress: Progress = lambda table, rows: None) -> Manifest:
    """Back a log up into an empty directory, or a new one; what the backup holds.

    `owner` is the connection of the database's owner; `data` holds the keys. Raises BackupRefused. What was written is
    removed when it fails.
    """
    _make_room(directory)
    keys = Keys(data)
    try:
        keys.before()
        with psycopg.connect(owner, options=PLAIN, application_name="dossier-backup") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if connection.execute(SQL["has_migrations"]).fetchone() != (True,):
                raise BackupRefused("there is no log here: choose --data, or DOSSIER_DATABASE_URL")
            keys.after()
            manifest = _write(connection, directory, keys, progress)
        manifest.write(directory)
    except BaseException:
        _clear(directory)
        raise
    return manifest


def _make_room(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise BackupRefused(f"{directory} is not empty: choose a new directory for each backup")
        directory.chmod(0o700)
        (directory / "tables").mkdir(mode=0o700)
    except OSError as error:
        raise BackupRefused(f"{directory} cannot be written to: {error.strerror}") from error


def _clear(directory: Path) -> None:
    for path in directory.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write(connection: Connection, directory: Path, keys: Keys, progress: Progress) -> Manifest:
    position, recorded = connection.execute(SQL["head"]).fetchone() or (0, None)
    version = connection.execute(SQL["version"]).fetchone()
    parts = [_tell(connection, table, directory, progress) for table in tables(connection)]
    erased = _tell_erasures(connection, directory, position)
    kept = [f"keys/{name}" for name in keys.write(directory)]
    return Manifest(
        made_at=stamp(datetime.now(UTC)),
        position=position,
        recordedtime=stamp(recorded) if recorded else None,
        postgresql=version[0] if version else "",
        migrations=dict(connection.execute(SQL["migrations"]).fetchall()),
        parts=parts,
        sequences=[(row[0], row[1], row[2], row[3]) for row in connection.execute(SQL["sequences"])],
        erasures=erased,
        files={ERASURES: file_digest(directory / ERASURES)},
        keys={name: file_digest(directory / name) for name in kept},
    )


def _tell(connection: Connection, table: Table, directory: Path, progress: Progress) -> Part:
    name = f"tables/{table.name}.copy.zst"
    path = directory / name
    path.touch(mode=0o600)
    digest = sha256()
    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as packed:
        cursor = connection.cursor()
        with cursor.copy(table.told()) as copy:
            for piece in copy:
                digest.update(piece)
                packed.write(piece)
    progress(table.name, cursor.rowcount)
    return Part(table.name, list(table.columns), cursor.rowcount, name, file_digest(path), digest.hexdigest())


def _tell_erasures(connection: Connection, directory: Path, position: int) -> int:
    path = directory / ERASURES
    path.touch(mode=0o600)
    part = extent(connection, position, [name for name in TYPES if name.startswith(KIND)])
    with path.open("wb") as file:
        write_ndjson(file, exported(connection, part))
    return part.events
