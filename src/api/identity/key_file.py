"""A key of the service in a file of the data directory: made on first use, readable by its owner alone."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from dossier.belonging import give, private_directory

KEY_BYTES = 32


def key_of(path: Path) -> bytes:
    """The key in a file, 32 random bytes; several processes that ask at once for a new one get the same."""
    private_directory(path.parent)
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            give(file.fileno(), path.parent)
            file.write(secrets.token_bytes(KEY_BYTES))
    except FileExistsError:
        pass
    for _ in range(50):  # another process may have made the file a moment ago and not yet written it
        if key := path.read_bytes():
            return key
        time.sleep(0.02)
    raise RuntimeError(f"the key {path} is empty: restore it from a backup, or delete it to begin with a new one")
