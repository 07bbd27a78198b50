"""The keys of a data directory, kept beside a backup: without them tokens, webhooks and signatures are not the same."""

from __future__ import annotations

import os
from pathlib import Path

from dossier.backups.manifest import write_private
from dossier.belonging import give, private_directory
from dossier.sealing.series import SERIES

NAME = "keys"
LAST_SIGNED = frozenset(of.signed for of in SERIES)
"""What was last signed of each series. It must not be ahead of the tables beside it."""
LOG_KEY = "log.key"


class Keys:
    """The keys of a data directory, read in two steps around the moment the tables are read as of."""

    def __init__(self, data: Path) -> None:
        self._directory = data / NAME
        self._found: dict[str, bytes] = {}

    def before(self) -> None:
        """Read what was last signed: the tables read afterwards hold at least that."""
        for name in sorted(LAST_SIGNED):
            self._read(name)

    def after(self) -> None:
        """Read the keys themselves: those that the tables speak of were there before."""
        for path in sorted(self._directory.glob("*")) if self._directory.is_dir() else ():
            if path.is_file() and path.suffix != ".new" and path.name not in LAST_SIGNED:
                self._read(path.name)

    def write(self, directory: Path) -> list[str]:
        """Write them into a directory of their own; their names."""
        own = directory / NAME
        own.mkdir(mode=0o700)
        for name, content in self._found.items():
            write_private(own / name, content)
        return sorted(self._found)

    def _read(self, name: str) -> None:
        path = self._directory / name
        if path.is_file() and (content := path.read_bytes()):  # an empty one is being made: nothing kept needs it yet
            self._found[name] = content


def put_back(source: Path, data: Path, *, without: frozenset[str] = frozenset()) -> None:
    """Copy kept keys into a data directory; they are its owner's, whoever restores."""
    private_directory(data / NAME)
    for path in source.glob("*"):
        if path.is_file() and path.name not in without:
            descriptor = os.open(data / NAME / path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                give(file.fileno(), data / NAME)
                file.write(path.read_bytes())
