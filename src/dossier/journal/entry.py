"""An entry: an event of the log as whoever follows the log reads it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from uuid import UUID


class Entry(NamedTuple):
    """An event at its position, with the columns that followers choose by beside its stored bytes."""

    position: int
    dossier: UUID
    version: int
    type: str
    agency: str
    stored: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the stored bytes, in hexadecimal."""
        return hashlib.sha256(self.stored).hexdigest()
