"""An entry of the access ledger: one reading of one dossier, and the bytes it is stored as."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from dossier.canonical import canonical
from dossier.event import stamp

MARKING = ("dossier", "timeline", "history", "bundle", "page")
"""Kinds of reading after which a reader knows the dossier: what `since your last reading` counts from."""

KINDS = (*MARKING, "changes", "search", "feed", "export")
"""What was read: the state, the timeline, every stored event, a bundle with proofs, a page, what changed since the
last reading, a line among the results of a search, events with their persons by feed or stream, all that an agency
recorded itself."""


class Seen(NamedTuple):
    """A dossier as an answer shows it: how many of its events it takes into account, and the position of the last."""

    dossier: UUID
    version: int
    position: int


class Entry(NamedTuple):
    """One reading. `agency` is None for roles without one, `reader` (a pseudonym) for a token without a subject.

    `number` and `at` are the ledger's: 0 and None until it has taken the entry.
    """

    seen: Seen
    role: str
    purpose: str
    kind: str
    agency: str | None = None
    reader: str | None = None
    number: int = 0
    at: datetime | None = None

    def stored(self) -> bytes:
        """The canonical bytes of an entry the ledger has numbered."""
        assert self.at is not None
        body: dict[str, Any] = {
            "at": stamp(self.at),
            "dossier": self.seen.dossier,
            "kind": self.kind,
            "number": str(self.number),
            "position": str(self.seen.position),
            "purpose": self.purpose,
            "role": self.role,
            "version": self.seen.version,
        }
        if self.agency is not None:
            body["agency"] = self.agency
        if self.reader is not None:
            body["reader"] = self.reader
        return canonical(body)


def digest(stored: bytes) -> str:
    """SHA-256 of an entry's stored bytes, in hexadecimal: what an event's digest is to the event."""
    return hashlib.sha256(stored).hexdigest()
