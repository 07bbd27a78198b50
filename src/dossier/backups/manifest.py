"""The manifest: what a backup holds, with the digest of each part, as of which position."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "dossier-backup/1"
NAME = "manifest.json"


class BackupRefused(ValueError):
    """A backup that cannot be made, or cannot be trusted; the message says what to do."""


class Part(NamedTuple):
    """A table of a backup: its file, the digest of the file, and the digest of the rows the file tells."""

    table: str
    columns: list[str]
    rows: int
    file: str
    file_sha256: str
    rows_sha256: str


class Manifest(NamedTuple):
    """What a backup says of itself."""

    made_at: str
    position: int
    recordedtime: str | None
    postgresql: str
    migrations: dict[str, str]
    parts: list[Part]
    sequences: list[tuple[str, str, int, bool]]
    erasures: int
    files: dict[str, str]
    keys: dict[str, str]

    def write(self, directory: Path) -> None:
        """Write it, which makes the backup a finished one."""
        told = {"format": FORMAT, **self._asdict(), "parts": [part._asdict() for part in self.parts]}
        write_private(directory / NAME, json.dumps(told, indent=1).encode() + b"\n")


def read(directory: Path) -> Manifest:
    """The manifest of a backup. Raises BackupRefused when there is none that this version can read."""
    try:
        told: dict[str, Any] = json.loads((directory / NAME).read_bytes())
    except FileNotFoundError:
        raise BackupRefused(f"{directory} holds no finished backup: choose one with a {NAME}") from None
    except ValueError as error:
        raise BackupRefused(f"{directory / NAME} cannot be read ({error}): choose another backup") from None
    if not isinstance(told, dict) or told.pop("format", None) != FORMAT:
        raise BackupRefused(f"{directory / NAME} is of another format than {FORMAT}: install the version that made it")
    try:
        told["parts"] = [Part(**part) for part in told["parts"]]
        told["sequences"] = [tuple(one) for one in told["sequences"]]
        return Manifest(**told)
    except (TypeError, KeyError) as error:
        raise BackupRefused(f"{directory / NAME} is not whole ({error}): choose another backup") from None


def check(directory: Path, manifest: Manifest, *, keys: bool) -> None:
    """That every file of a backup is as it was written; its keys too, unless they are taken from elsewhere."""
    expected = {part.file: part.file_sha256 for part in manifest.parts} | manifest.files
    if keys:
        if manifest.keys and not (directory / "keys").is_dir():
            raise BackupRefused(f"the keys are not in {directory}: say where they are kept by --keys")
        expected |= manifest.keys
    for name, digest in expected.items():
        path = directory / name
        if not path.is_file():
            raise BackupRefused(f"{path} is missing: choose another backup")
        if file_digest(path) != digest:
            raise BackupRefused(f"{path} is not as it was written: choose another backup")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read."""
    path.touch(mode=0o600)
    path.write_bytes(content)
