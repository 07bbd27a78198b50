"""Rows built for COPY are what the client library would send: PostgreSQL reads back every value."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg

from dossier.catalogue import ContactMade
from dossier.database.connections import Database
from dossier.event import Event
from dossier.journal.draft import Draft
from dossier.journal.mapper import JournalMapper, StoredDraft
from dossier.journal.rows import event_rows, key_rows, vault_rows

AT = datetime(2026, 3, 9, 14, 30, 0, 123456, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def stored(dossier: UUID, personal: bytes | None, words: str | None) -> StoredDraft:
    event = Event(
        dossier, 1, 0, "hub", "https://hub.example", "é", "2026-03-02T09:00:00Z", "day", "", ContactMade(channel="x")
    )
    salt = bytes(range(32)) if personal else None
    made = JournalMapper().to_stored_event(Draft(event, {"channel": "x"}, dossier.bytes, personal, salt, words))
    assert isinstance(made, StoredDraft)
    return made


def test_every_value_is_read_back(database: Database) -> None:
    drafts = [stored(ONE, b'{"note":"a"}', "ada"), stored(TWO, b"{}", None)]
    with psycopg.connect(database.owner) as connection:
        for table, columns, rows in (
            (
                "journal.event",
                "position, dossier, version, type, agency, recordedtime, stored",
                event_rows(drafts, [1, 2], AT),
            ),
            ("journal.event_key", "key, dossier, version", key_rows(drafts)),
            ("vault.entry", "dossier, version, salt, personal, words", vault_rows(drafts)),
        ):
            assert rows is not None
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(rows)
        events = connection.execute(
            "SELECT position, dossier, version, type, agency, recordedtime, stored FROM journal.event ORDER BY position"
        ).fetchall()
        keys = connection.execute("SELECT key, dossier, version FROM journal.event_key ORDER BY key").fetchall()
        vault = connection.execute("SELECT * FROM vault.entry ORDER BY dossier").fetchall()
    assert events == [(n, d.originator_id, 1, ContactMade.TYPE, "hub", AT, d.state) for n, d in enumerate(drafts, 1)]
    assert keys == [(ONE.bytes, ONE, 1), (TWO.bytes, TWO, 1)]
    assert vault == [(ONE, 1, bytes(range(32)), b'{"note":"a"}', "ada"), (TWO, 1, bytes(range(32)), b"{}", None)]


def test_no_vault_row_without_a_person() -> None:
    assert vault_rows([stored(ONE, None, None)]) is None
