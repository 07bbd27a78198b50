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
    """Keep what a registration found; what stands, which is another's where that had the key first."""
    connection.execute(SQL["remember"], (key, dossier, _digest(request)))
    stands = found(connection, key)
    assert stands is not None
    return stands


def _digest(request: dict[str, Any]) -> bytes:
    return hashlib.sha256(canonical(request)).digest()
