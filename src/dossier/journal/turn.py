"""The turn to write, taken inside a transaction of the caller's: what is appended stands or falls with the rest of it.

For the few events that change more than the log: an activation of rules switches what is served in the same instant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from dossier.journal.draft import Draft, Recorded
from dossier.journal.mapper import JournalMapper, StoredDraft
from dossier.journal.recorder import SQL, copy_rows
from dossier.journal.rows import event_rows, key_rows


def take_turn(connection: Connection[Any]) -> int:
    """Hold every other writer off until the transaction ends; the position the log stands at."""
    connection.execute(SQL["turn"])
    row = connection.execute(SQL["head"]).fetchone()
    return int(row[0]) if row else 0


def append(
    connection: Connection[Any], drafting: Callable[[datetime], Sequence[Draft]], now: datetime
) -> list[Recorded]:
    """Append what `drafting` makes of the recorded time, which is never before the log's last. Takes the turn itself.

    The drafts have no personal part.
    """
    head = take_turn(connection)
    row = connection.execute(SQL["head"]).fetchone()
    recorded = max(now, row[1]) if row else now
    mapper = JournalMapper()
    stored = [made for draft in drafting(recorded) if isinstance(made := mapper.to_stored_event(draft), StoredDraft)]
    positions = range(head + 1, head + 1 + len(stored))
    with connection.cursor() as cursor:
        copy_rows(cursor, "copy_events", event_rows(stored, positions, recorded))
        copy_rows(cursor, "copy_keys", key_rows(stored))
    connection.execute(SQL["wake"])
    return [
        Recorded(made.draft.event.dossier, made.draft.event.version, position, made.state)
        for position, made in zip(positions, stored, strict=True)
    ]
