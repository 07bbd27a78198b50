"""Drafts: accepted events on their way into the log, and what the log says of one it has."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple
from uuid import UUID

from dossier.event import Event


def idempotency_key(source: str, event_id: str) -> bytes:
    """The key that makes (source, id) unique: the first 128 bits of SHA-256 of source, a null byte and id."""
    return hashlib.sha256(f"{source}\0{event_id}".encode()).digest()[:16]


class Draft(NamedTuple):
    """An accepted event with all that is written beside it in the same transaction.

    `public` is its data without personal fields; `personal` the vault's bytes with their `salt`, and `words` what a
    search finds them by.
    """

    event: Event
    public: dict[str, Any]
    key: bytes
    personal: bytes | None = None
    salt: bytes | None = None
    words: str | None = None

    @property
    def originator_id(self) -> UUID:
        """The dossier, under the name the `eventsourcing` library knows."""
        return self.event.dossier

    @property
    def originator_version(self) -> int:
        """The version, under the name the `eventsourcing` library knows."""
        return self.event.version


class Recorded(NamedTuple):
    """An event of the log: its position, its stored bytes and the salt of its personal part, if still there."""

    dossier: UUID
    version: int
    position: int
    stored: bytes
    salt: bytes | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the stored bytes, in hexadecimal."""
        return hashlib.sha256(self.stored).hexdigest()
