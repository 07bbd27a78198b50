"""Uploads: files sent by HTTP, kept in the data directory for as long as their import needs them, and no longer."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

WHOLE, PART = ".file", ".part"


class Uploads:
    """A directory that the service alone reads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, run: UUID) -> Path:
        """Where the file of a run is."""
        return self.directory / f"{run}{WHOLE}"

    def has(self, run: UUID) -> bool:
        """Whether the file of a run is here: not so where another server took it."""
        return self.path(run).exists()

    def receive(self, run: UUID) -> Receiving:
        """A file that is being sent."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Receiving(self.directory / f"{run}{PART}", self.path(run))

    def remove(self, run: UUID) -> None:
        """The file of a run is not needed any more."""
        self.path(run).unlink(missing_ok=True)

    def clear(self, needed: Collection[UUID]) -> None:
        """Remove what no run needs: files whose sender, or whose server, was gone before the end."""
        kept = {self.path(run).name for run in needed}
        for file in self.directory.glob("*"):
            if file.suffix in (WHOLE, PART) and file.name not in kept:
                file.unlink(missing_ok=True)


class Receiving:
    """A file as it comes in; whole and durable once `keep` returns, gone without a trace otherwise."""

    def __init__(self, part: Path, whole: Path) -> None:
        self._part, self._whole = part, whole
        self._file: BinaryIO = os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, block: bytes) -> None:
        """Take the next bytes."""
        self._file.write(block)
        self._digest.update(block)
        self.size += len(block)

    def keep(self) -> bytes:
        """Make it durable under its name; its SHA-256."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._whole)
        entry = os.open(self._whole.parent, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)
        return self._digest.digest()

    def drop(self) -> None:
        """Forget it, whole or not."""
        self._file.close()
        self._part.unlink(missing_ok=True)
        self._whole.unlink(missing_ok=True)
