"""Bundles of a small log, as the log makes them, and as one who holds its key could sign them."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.dossier.journal.drafting import NOW, draft
from tests.strategies import DOSSIER, OTHER

from dossier.agencies import Agency, register
from dossier.canonical import canonical
from dossier.database.connections import Database
from dossier.journal import Journal
from dossier.sealing import witnesses
from dossier.sealing.bundle import bundle
from dossier.sealing.keys import COSIGNATURE, LogKeys, Signer, signed
from dossier.sealing.reading import checkpoint
from dossier.sealing.sealer import Sealer
from dossier.verification.bundle import verify_bundle
from dossier.verification.note import read_note
from dossier.verification.wrong import Wrong

WITNESS = Signer.new("witness.example/w1", COSIGNATURE)
SECOND = Signer.new("witness.example/w2", COSIGNATURE)
Json = dict[str, Any]


class Made:
    """Bundles of one log, and its vkey."""

    def __init__(self, database: Database, data: Path) -> None:
        journal, sealer = Journal(database.app), Sealer(data)
        sealer.keys.ensure("log.example/test")
        self.signers = LogKeys(data).signers()
        self.vkey = self.signers[0].vkey
        drafts = [draft(DOSSIER, 1, note="Amina “Zoé” <é>\n"), draft(OTHER, 1, note="Zoé"), draft(DOSSIER, 2)]
        with psycopg.connect(database.app, autocommit=True) as connection:
            register(connection, Agency("hub", "hub", "hub", "hub", "https://hub.example"))
            journal.append(drafts, NOW)
            sealer.step(connection)
            self.old = self.of(connection, DOSSIER)
            sealed = checkpoint(connection)
            assert sealed is not None
            witnesses.add(connection, "hub", WITNESS.vkey)
            witnesses.take(connection, sealed.note + WITNESS.cosign(read_note(sealed.note).text, 1_700_000_000))
            journal.append([draft(DOSSIER, version, note="Amina") for version in range(3, 7)], NOW)
            sealer.step(connection)
            self.bundle = self.of(connection, DOSSIER)
            self.other = self.of(connection, OTHER)
            sealed = checkpoint(connection)
            assert sealed is not None
            witnesses.add(connection, "hub", SECOND.vkey)
            witnesses.take(connection, sealed.note + SECOND.cosign(read_note(sealed.note).text, 1_700_000_100))
            self.twice = self.of(connection, DOSSIER)
            journal.append([draft(DOSSIER, 7)], NOW)
            self.rotated = self.under_a_new_key(connection, sealer)
        journal.close()

    def under_a_new_key(self, connection: psycopg.Connection[Any], sealer: Sealer) -> tuple[Json, str]:
        """A bundle, and its vkey, once the log's key was changed and the former retired."""
        sealer.keys.rotate()
        sealer.step(connection)
        sealer.keys.retire()
        sealer.step(connection)
        signers = sealer.keys.signers()
        found = bundle(connection, DOSSIER, signers, ruleset_digest="sha256:00", at=datetime.now(UTC))
        assert found is not None
        return found, signers[0].vkey

    def of(self, connection: psycopg.Connection[Any], dossier: UUID) -> Json:
        found = bundle(connection, dossier, self.signers, ruleset_digest="sha256:00", at=datetime.now(UTC))
        assert found is not None
        return found


def refused(content: bytes | Json, vkey: str) -> str:
    """Why a bundle is refused: always Wrong, always one line."""
    with pytest.raises(Wrong) as raised:
        verify_bundle(content if isinstance(content, bytes) else json.dumps(content).encode(), vkey)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def restated(found: Json, made: Made) -> Json:
    """What an operator who holds the key could sign: the proofs have to catch it, not the signature."""
    found = copy.deepcopy(found)
    found["completeness"].pop("statement", None)
    digest = hashlib.sha256(canonical(found)).hexdigest()
    found["completeness"]["statement"] = signed(f"log.example/test/bundle\nsha256:{digest}\n", made.signers)
    return found
