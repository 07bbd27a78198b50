"""Tokens that were withdrawn before they end: a file beside their key, read again whenever it has changed."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from dossier.belonging import give

Claims = dict[str, Any]
"""What a token says: `role`, `agency`, `dossier`, `sub` (texts, where it has them) and `iat` (seconds since 1970)."""
NOTHING = (0, 0)


class Withdrawals:
    """What was withdrawn. Every process that has the file goes by it from the next request on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = NOTHING
        self._known: list[Claims] = []

    def add(self, told: Claims, at: float) -> None:
        """Withdraw every token that says this, and was issued until an instant; durable when it returns.

        Raises OSError, and leaves the file as it was, where there is no room: of half a line nobody's token is read.
        """
        line = json.dumps({name: value for name, value in told.items() if value is not None} | {"until": at})
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            before = os.fstat(descriptor).st_size
            if not before:
                give(descriptor, self.path.parent)
            _append(descriptor, line.encode() + b"\n", before)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def cover(self, claims: Claims) -> bool:
        """Whether a token that says this was withdrawn."""
        return any(
            claims.get("iat", 0) <= one["until"] and all(claims.get(n) == one[n] for n in one.keys() - {"until"})
            for one in self._current()
        )

    def _current(self) -> list[Claims]:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return []
        if self._read != (status.st_mtime_ns, status.st_size):
            self._known = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
            self._read = (status.st_mtime_ns, status.st_size)
        return self._known


def _append(descriptor: int, line: bytes, before: int) -> None:
    if os.write(descriptor, line) < len(line):
        os.ftruncate(descriptor, before)
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: nothing was withdrawn, make room and say it again")
