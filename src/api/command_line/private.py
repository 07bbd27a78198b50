"""Files that commands write, and that can hold a person's data."""

from __future__ import annotations

from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read: it can hold a person's data. A link or a device stays what it is."""
    if path.is_file() and not path.is_symlink():
        path.unlink()
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8", newline="")
