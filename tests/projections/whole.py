"""A whole log to tamper with: events, readings and deeds, sealed, cosigned and projected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.posting import AGENCIES, NUMBERS, PERSON, cloud_event, opened, post

from dossier.agencies import Agency, registered, rename
from dossier.auditing.whole import Audited, audit
from dossier.database.cluster import SUPERUSER
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.decisions import OPERATOR
from dossier.ledger import Entry, Seen
from dossier.log import running_log
from dossier.programme_targets import Target, put
from dossier.sealing import reading, witnesses
from dossier.sealing.keys import COSIGNATURE, LogKeys, Signer
from dossier.sealing.sealer import Sealer
from dossier.sealing.series import DEEDS, EVENTS, READINGS, Series
from dossier.services import Service, offer, withdraw
from dossier.verification.note import read_note
from dossier.verification.wrong import Wrong
from dossier.vocabulary.declaration import checked
from dossier.vocabulary.publication import publish
from projections.generations.auditing import audit_projections
from projections.generations.generations import ensure_served
from projections.generations.live import step
from projections.rulesets.ruleset import ruleset

WITNESS = Signer.new("witness.example/w1", COSIGNATURE)
DAY = date(2020, 2, 29)
OPERATORS = Agency(OPERATOR, "o", "o", "o", "")


class Whole(NamedTuple):
    """A sealed and projected log, opened by somebody who may do anything to it."""

    superuser: psycopg.Connection[Any]
    app: str
    vkey: str
    signers: list[Signer]

    def audit(self) -> Audited:
        found = audit(self.superuser, self.vkey, lambda done, of: None)
        audit_projections(self.superuser, self.app, lambda done, of: None)
        return found

    def found_in(self, table: str) -> None:
        """The audit finds what was changed, names the table, and the change is taken back."""
        try:
            with pytest.raises(Wrong, match=f"^{table.replace('.', '[.]')}"):
                self.audit()
        finally:
            self.superuser.rollback()


@contextmanager
def whole_log(server: EmbeddedPostgres, database: Database, data: Path) -> Iterator[Whole]:
    """A log with something in every table that is audited, sealed with keys in a directory."""
    ensure_served(database.owner, ruleset())
    with running_log(database) as log:
        log.register(*AGENCIES.values())
        fill(log)
        read(log)
        register(database.app)
        sealer, other = Sealer(data), Sealer(data, READINGS)
        sealer.keys.ensure("log.example/test")
        with psycopg.connect(database.app, autocommit=True) as connection:
            sealer.step(connection, 5)
            witnesses.add(connection, "hub", WITNESS.vkey)
            cosign(connection, EVENTS)
            while sealer.step(connection) or step(connection):
                pass
            other.step(connection, 100)
            cosign(connection, READINGS)
            other.step(connection)
            Sealer(data, DEEDS).step(connection)
        name = str(conninfo_to_dict(database.owner)["dbname"])
        with psycopg.connect(server.url(SUPERUSER, name)) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.commit()
            superuser.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            signers = LogKeys(data).signers()
            yield Whole(superuser, database.app, signers[0].vkey, signers)


def fill(log: Any) -> None:
    """Persons, enterprises, aid, a referral, an erasure, and enough dossiers for a second tile."""
    number = next(NUMBERS)
    dossier = opened(
        log,
        ("profile-updated", {"person": PERSON}),
        ("enterprise-linked", {"legal_identifier": number, "role": "founder"}),
        ("phase-declared", {"phase": "creation"}),
        ("aid-applied", {"application_id": "a", "instrument": "grant", "amount": "1000.00"}),
        ("aid-decided", {"application_id": "a", "outcome": "granted", "amount": "900.00", "legal_basis": "gber"}),
        ("referral-made", {"referral_id": "r", "to_agency": "innoviris", "reason_code": "fit"}),
        ("contact-made", {"channel": "phone", "note": "Amina called"}),
    )
    assert dossier
    erased = opened(log, ("profile-updated", {"person": PERSON}))
    post(log, cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, erased, OPERATORS,
                          source="urn:operator"), agency=OPERATORS)  # fmt: skip
    for _ in range(130):
        opened(log, ("contact-made", {"channel": "web"}))


def read(log: Any) -> None:
    """Enough readings for a second tile, by several roles."""
    for n in range(150):
        seen = Seen(UUID(int=n % 7), 1, n + 1)
        log.ledger.record(
            Entry(seen, "adviser", "guidance", "page", "hub", f"{n % 3:032x}"),
            Entry(seen, "auditor", "audit", "history"),
        )


def register(app: str) -> None:
    """A row of every table that has deeds, and one that was changed and one that was removed."""
    with psycopg.connect(app, autocommit=True) as connection:
        hub = registered(connection)["hub"]
        rename(connection, hub, {"name_fr": 'Ancien "nom"', "name_nl": "Oude naam", "name_en": "Old name"}, DAY)
        offer(connection, Service("hub", "coaching", "limited", "2030-01-01", note_fr="Complet\u2028 à 90 % \\"))
        offer(connection, Service("hub", "export", "open"))
        withdraw(connection, "hub", "export")
        put(connection, Target("first-hires", "hired", None, Decimal("40.5"), "2030-12-31", ["hub"], "hub"), ["hub"])
        publish(connection, checked({"agency": "hub", "terms": {"channel": {"Tél.": "phone"}}}))
        connection.execute("INSERT INTO imports.mapping (agency, name, declared) VALUES ('hub', 'awards', 'rows: {}')")
        connection.execute(
            "INSERT INTO webhook.subscription (id, agency, url, types, position, secret) "
            "VALUES (gen_random_uuid(), 'hub', 'https://hub.example/hook', '{contact-made}', 0, '\\x00')"
        )


def cosign(connection: psycopg.Connection[Any], of: Series) -> None:
    sealed = reading.checkpoint(connection, of)
    assert sealed is not None
    witnesses.take(connection, sealed.note + WITNESS.cosign(read_note(sealed.note).text, 1_700_000_000))
