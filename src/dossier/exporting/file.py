"""A file that appears whole or not at all: written beside its place, on disk, then moved there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO


class FileThere(ValueError):
    """The file to write is there already."""


@contextmanager
def whole_file(path: Path, *, replace: bool = False, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write in the block; in its place once the block ends well, and gone when it does not.

    A `private` one is its owner's alone. Raises FileThere unless `replace`, and ValueError when the directory cannot be
    written to.
    """
    if path.is_dir():
        raise FileThere(f"{path} is a directory: name a file")
    if path.exists() and not replace:
        raise FileThere(f"{path} is there already: choose another name, or --force to replace it")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.touch(mode=0o600 if private else 0o666, exist_ok=False)
        file = partial.open("wb")
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


class Digested:
    """Writes to a file and keeps the SHA-256 of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, sha256()

    def write(self, content: bytes) -> None:
        """Write and take into account."""
        self._hash.update(content)
        self._file.write(content)

    @property
    def sha256(self) -> str:
        """The digest so far, in hexadecimal."""
        return self._hash.hexdigest()
