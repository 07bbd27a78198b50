"""Whose a file is: what root makes in a data directory belongs to whoever owns that directory, as the service must.

Only what was just made is given, by its descriptor: a link put in its place gives nothing away.
"""

from __future__ import annotations

import os
from pathlib import Path


def give(descriptor: int, directory: Path) -> None:
    """Give an open file that was just made in a directory to the owner of the directory; only root can, or need."""
    if os.geteuid() == 0:
        found = directory.stat()
        os.fchown(descriptor, found.st_uid, found.st_gid)


def private_directory(path: Path) -> None:
    """Make a directory, where it is absent, that the owner of the one it lies in alone may use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        give(descriptor, path.parent)
    finally:
        os.close(descriptor)
