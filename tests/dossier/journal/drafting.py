"""Drafts to append to a journal directly, and a process that does nothing else: `python -m … CONNINFO NAME COUNT`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

from tests import strategies

from dossier.canonical import canonical
from dossier.catalogue import ContactMade
from dossier.commitment import commit, split
from dossier.event import Event, stamp
from dossier.journal import BehindTheLog, Conflict, Draft, Journal
from dossier.journal.draft import idempotency_key

SALT = b"s" * 32
NOW = strategies.NOW.replace(microsecond=123456)


def draft(
    dossier: UUID, version: int, *, event_id: str = "", note: str | None = None, recorded: datetime = NOW
) -> Draft:
    """An accepted contact, with a person in it when there is a note."""
    source, event_id = "https://hub.example/dossiers", event_id or f"{dossier}/{version}"
    fact = ContactMade(channel="phone", note=note)
    public, personal = split(fact)
    sealed = canonical(personal) if personal else None
    event = Event(
        dossier, version, 0, "hub", source, event_id, "2026-03-02T09:00:00+01:00", "day", stamp(recorded), fact,
        commit(SALT, sealed) if sealed else None,
    )  # fmt: skip
    key = idempotency_key(source, event_id)
    return Draft(event, public, key, sealed, SALT if sealed else None, note.lower() if note else None)


def append_many(conninfo: str, count: int) -> None:
    """Append to a dossier of its own, one transaction an event; wait for the turn, never give up."""
    journal, dossier, recorded = Journal(conninfo), uuid4(), datetime.now(UTC)
    try:
        for version in range(1, count + 1):
            while True:
                recorded = max(recorded, datetime.now(UTC))
                try:
                    journal.append([draft(dossier, version, recorded=recorded)], recorded)
                    break
                except BehindTheLog as behind:
                    recorded = behind.last
                except Conflict:
                    continue
    finally:
        journal.close()


if __name__ == "__main__":
    append_many(sys.argv[1], int(sys.argv[2]))
