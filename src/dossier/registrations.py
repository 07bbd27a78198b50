"""Registrations that found a dossier: what an Idempotency-Key was answered with, where no event of it can tell.

What was registered is kept as a SHA-256 in the vault, and leaves it with the person.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from dossier.canonical import canonical
from dossier.database.queries import queries
from dossier.journal.turn import take_turn

SQL = queries(files("dossier") / "registrations.sql")
Connection = psycopg.Connection[Any]


class Found(NamedTuple):
    """The dossier that a registration found, and the digest of what it held; None once its person was erased."""

    dossier: UUID
    content: bytes | None

    def by(self, request: dict[str, Any]) -> bool:
        """Whether this registration found it, as far as is still known."""
        return self.content in (None, _digest(request))


def found(connection: Connection, key: bytes) -> Found | None:
    """What the registration of a key found; None where it found nothing, or was never sent."""
    row = connection.execute(SQL["found"], (key,)).fetchone()
    return Found(*row) if row else None


def remember(connection: Connection, key: bytes, dossier: UUID, request: dict[str, Any]) -> Found:
    """Keep what a registration found; what stands, which is another's where that had the key first.

    What it held is not kept of a person who was erased since it was found: the erasure has gone by.
    """
    with connection.transaction():
        take_turn(connection)  # an erasure that is being written comes to its end, and none begins
        connection.execute(SQL["remember"], {"key": key, "dossier": dossier, "content": _digest(request)})
    stands = found(connection, key)
    assert stands is not None
    return stands


def _digest(request: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(request)).digest()
