"""A log that is being sealed: a database, keys, and events appended to it directly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.dossier.journal.drafting import NOW, draft

from dossier.database.connections import Database
from dossier.journal import Journal
from dossier.sealing import reading
from dossier.sealing.keys import LogKeys
from dossier.sealing.reading import Checkpoint, Connection
from dossier.sealing.sealer import Sealer
from dossier.sealing.signed import LastSigned


class Sealed(NamedTuple):
    """A log and its sealer."""

    database: Database
    journal: Journal
    connection: Connection
    data: Path
    sealer: Sealer

    def post(self, *events: tuple[UUID, int]) -> None:
        """Append contacts: each a dossier and its version."""
        self.journal.append([draft(dossier, version) for dossier, version in events], NOW)

    def post_many(self, count: int) -> None:
        """Append contacts, each to a dossier of its own."""
        self.post(*((uuid4(), 1) for _ in range(count)))

    def seal(self, batch: int = 20_000) -> Checkpoint:
        """Seal all there is, in batches."""
        while self.sealer.step(self.connection, batch):
            pass
        found = reading.checkpoint(self.connection)
        assert found is not None
        return found

    def again(self) -> Sealer:
        """The sealer of a server started anew."""
        return Sealer(self.data)

    @property
    def vkey(self) -> str:
        """The log's verifier key."""
        return LogKeys(self.data).signers()[0].vkey

    @property
    def last(self) -> LastSigned:
        """The file beside the key."""
        return self.sealer.last


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Iterator[Sealed]:
    """An empty log with a key."""
    journal, sealer = Journal(database.app), Sealer(tmp_path)
    sealer.keys.ensure("log.example/test")
    with psycopg.connect(database.app, autocommit=True) as connection:
        yield Sealed(database, journal, connection, tmp_path, sealer)
    journal.close()
