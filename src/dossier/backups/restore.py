"""Restoring a backup into an empty place: checked before, compared after, and in place only when all is well."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import psycopg
import zstandard
from psycopg import sql

from dossier.backups import keys, manifest
from dossier.backups.manifest import BackupRefused, Manifest, Part
from dossier.backups.tables import PLAIN, SQL, Connection, Table, tables
from dossier.belonging import private_directory
from dossier.database.migrate import migrate
from dossier.journal.respelling import respell
from dossier.sealing.series import EVENTS, SERIES, series_of
from dossier.sealing.signed import LastSigned, SealRefused, Signed

Progress = Callable[[str, int], None]
PIECE = 1 << 20
STAGE = "restoring"
OF_THE_SEAL = frozenset(
    f"seal.{name}" for name in ("key", "tile", "census", "census_page", "checkpoint", "cosigned", "cosignature")
)
"""What was signed in the name of a log, and what it was signed over: a new log makes its own."""


class Choice(NamedTuple):
    """How to restore: where the keys are, what is known to have been signed, and whether it becomes a new log."""

    keys: Path | None = None
    signed: Path | None = None
    new_log: bool = False
    drill: bool = False

    @property
    def own_log(self) -> bool:
        """Whether it signs in a name of its own."""
        return self.new_log or self.drill


@contextmanager
def staged(data: Path) -> Iterator[Path]:
    """A directory within an empty data directory to restore into; its content takes its place when the block ends well.

    A data directory that is made for it is removed again when the block fails. Raises BackupRefused when the data
    directory holds anything but a restore that was cut off.
    """
    stage = data / STAGE
    made = not data.exists()
    try:
        data.mkdir(parents=True, exist_ok=True)
        if any(path != stage for path in data.iterdir()):
            raise BackupRefused(f"{data} is not empty: restore into an empty directory, by --data")
        shutil.rmtree(stage, ignore_errors=True)
        private_directory(stage)
    except OSError as error:
        raise BackupRefused(f"{data} cannot be written to: {error.strerror}") from error
    try:
        yield stage
        for path in sorted(stage.iterdir()):  # keys before postgres: with keys alone, nothing new would be signed
            path.rename(data / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if made:
            with suppress(OSError):  # it holds what was restored, or what somebody else put there
                data.rmdir()


def restore(
    owner: str, data: Path, directory: Path, choice: Choice, *, progress: Progress = lambda table, rows: None
) -> Manifest:
    """Fill an empty database and a data directory from a backup; what the backup holds.

    All or nothing: one transaction, then the keys. Raises BackupRefused, MigrationRefused, SealRefused.
    """
    found = manifest.read(directory)
    manifest.check(directory, found, keys=choice.keys is None)
    if choice.keys is not None and not (choice.keys / "token.key").is_file():
        raise BackupRefused(f"no keys in {choice.keys}: name the directory that holds token.key")
    given = _last_signed(choice.signed) if choice.signed and not choice.own_log else None
    migrations = _migrations(found)
    _refuse_filled(owner, migrations)
    migrate(owner, names=migrations)
    with psycopg.connect(owner, options=PLAIN, application_name="dossier-restore") as connection:
        parts = {part.table: part for part in found.parts if not (choice.own_log and part.table in OF_THE_SEAL)}
        kept = [table for table in tables(connection) if table.name in parts]
        if missing := parts.keys() - {table.name for table in kept}:
            raise BackupRefused(f"this version knows no table {', '.join(sorted(missing))}: install the one that does")
        for table in kept:
            _take(connection, table, parts[table.name], directory)
            progress(table.name, parts[table.name].rows)
        for table in kept:
            _compare(connection, table, parts[table.name])
        for schema, name, last, called in found.sequences:
            connection.execute(SQL["set_sequence"], (schema, name, last, called))
        connection.execute(SQL["erased"])
        connection.execute(SQL["act"])
        if choice.drill:
            connection.execute(SQL["silence"])
        left_out = frozenset((keys.LOG_KEY, *keys.LAST_SIGNED)) if choice.own_log else frozenset()
        keys.put_back(choice.keys or directory / keys.NAME, data, without=left_out)
        if not choice.own_log:
            _check_signed(connection, data, given, parts)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE")
    migrate(owner)
    respell(owner)  # the backup may be of a version that folded names otherwise
    if choice.own_log:
        with psycopg.connect(owner, application_name="dossier-restore") as connection:
            connection.execute(SQL["forget_keys"])
    return found


def _refuse_filled(owner: str, migrations: list[str]) -> None:
    """Refuse a database that holds events, or more tables than the backup; one of a restore that failed is empty."""
    with psycopg.connect(owner) as connection:
        if connection.execute(SQL["has_migrations"]).fetchone() != (True,):
            return
        applied = {name for name, _ in connection.execute(SQL["migrations"])}
        if not applied <= set(migrations) or (applied and connection.execute(SQL["head"]).fetchone() is not None):
            raise BackupRefused("the database holds a log already: restore into an empty one")


def _migrations(found: Manifest) -> list[str]:
    """The migrations a backup was made under, which this version must have, unchanged."""
    own = files("dossier.database") / "migrations"
    for name, digest in found.migrations.items():
        known = own / name
        if not known.is_file() or sha256(known.read_bytes()).hexdigest() != digest:
            raise BackupRefused(f"the backup was made under {name}, which is not known here: install its version")
    return list(found.migrations)


def _take(connection: Connection, table: Table, part: Part, directory: Path) -> None:
    """Fill a table with exactly the rows of a backup: none that a migration put there, none changed by a trigger."""
    triggers = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
    connection.execute(triggers.format(table.identifier, sql.SQL("DISABLE")))
    connection.execute(sql.SQL("DELETE FROM {}").format(table.identifier))
    told = table._replace(columns=tuple(part.columns))
    with (directory / part.file).open("rb") as file, connection.cursor().copy(told.taken()) as copy:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        while piece := reader.read(PIECE):
            copy.write(piece)
    connection.execute(triggers.format(table.identifier, sql.SQL("ENABLE")))


def _compare(connection: Connection, table: Table, part: Part) -> None:
    """That the database tells of a table what the backup told."""
    digest = sha256()
    with connection.cursor().copy(table._replace(columns=tuple(part.columns)).told()) as copy:
        for piece in copy:
            digest.update(piece)
    if digest.hexdigest() != part.rows_sha256:
        raise BackupRefused(f"{table.name} reads back otherwise than it was backed up: report this, with the versions")


def _last_signed(signed: Path) -> Signed:
    """The checkpoint that is known to have been signed, read before anything is written."""
    given = LastSigned.at(signed).read()
    if given is None:
        raise BackupRefused(f"{signed} is not there: give the keys/{EVENTS.signed} of the log that was lost")
    return given


def _check_signed(connection: Connection, data: Path, given: Signed | None, held: Collection[str]) -> None:
    """That nothing was signed that this log does not start with; by the backup's own word, or by a later one.

    `held` are the tables of the backup: one of an older version may know nothing of a series that was signed since.
    """
    if given is not None:
        last = LastSigned(data, series_of(given.note.partition("\n")[0]))
        before = last.read()
        if before is None or given.size >= before.size:
            last.write(given.note)
    try:
        for of in SERIES:
            last = LastSigned(data, of)
            if of.table in held:
                last.check(connection)
            elif (since := last.read()) and since.size:
                raise SealRefused(f"{since.size} {of.entries} were signed since, and the backup knows of none")
    except SealRefused as refusal:
        raise SealRefused(f"{refusal}; or go on as another log, by --new-log") from None
