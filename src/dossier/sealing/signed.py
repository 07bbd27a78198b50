"""What was last signed: kept in a file beside the key, so that a restored database cannot make the log sign twice."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import NamedTuple, Self

from dossier.sealing import reading
from dossier.sealing.keys import write_secret
from dossier.sealing.reading import Connection
from dossier.sealing.series import EVENTS, Series


class SealRefused(ValueError):
    """A series is not what was signed before: nothing is signed, and the message says why."""


class Signed(NamedTuple):
    """A checkpoint that was signed, as far as the next must be consistent with it."""

    size: int
    root: bytes
    note: str


class LastSigned:
    """The file of the last checkpoint of a series signed with the keys beside it."""

    def __init__(self, data: Path, of: Series = EVENTS) -> None:
        self.path = data / "keys" / of.signed
        self.of = of

    @classmethod
    def at(cls, path: Path) -> Self:
        """The same, from a file that was kept elsewhere."""
        found = cls(path.parent)
        found.path = path
        return found

    def read(self) -> Signed | None:
        """The last one; None when nothing was signed. Raises SealRefused when the file is no checkpoint."""
        try:
            note = self.path.read_text(encoding="utf-8")
            _, size, root, *_ = note.split("\n")
            return Signed(int(size), base64.b64decode(root, validate=True), note)
        except FileNotFoundError:
            return None
        except ValueError:
            raise SealRefused(f"{self.path} holds no checkpoint: put its backup back") from None

    def write(self, note: str) -> None:
        """Remember a checkpoint, on disk, before anybody sees it."""
        write_secret(self.path, note)

    def check(self, connection: Connection) -> None:
        """That the series still starts with what was signed. Raises SealRefused."""
        last, sealed = self.read(), reading.checkpoint(connection, self.of)
        if last is None:
            return
        head, what = reading.head(connection, self.of), self.of.entries
        if head < last.size:
            raise SealRefused(
                f"the log has {head} {what}, but a checkpoint over {last.size} was signed: this database is older than "
                f"its last signature; restore a later backup, or see docs/how-to/verify-the-log.md"
            )
        if sealed is not None and sealed.note == last.note:
            return
        try:
            root = reading.root_at(connection, last.size, self.of)
        except LookupError:
            root = b""  # a tile that is missing or cut off makes none
        if root != last.root:
            raise SealRefused(
                f"the first {last.size} {what} are not those that were signed: this is another history; restore the "
                f"database that {self.path} belongs to, or see docs/how-to/verify-the-log.md"
            )
