"""The audit of a log that holds what nobody can read: each is named, and none ends in a traceback."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
import pytest
from tests.projections.whole import Whole

from dossier.auditing.beside import check_vault
from dossier.canonical import canonical
from dossier.journal.draft import idempotency_key
from dossier.verification.wrong import Wrong

Body = dict[str, Any]
INJECTED: dict[str, tuple[Body, str]] = {
    "a text with a NUL": ({"data": {"note": "a\0b"}}, "the stored bytes are no event"),
    "a name with a NUL": ({"data": {"a\0b": 1}}, "the stored bytes are no event"),
    "no source": ({"source": None}, "the stored bytes are no event"),
    "an id that is no text": ({"id": 7}, "the stored bytes are no event"),
    "a time that is none": ({"time": "2020-13-01T00:00:00Z"}, "the stored bytes are no event"),
    "an enterprise linked by no number": (
        {"type": "brussels.dossier.enterprise-linked.v1", "data": {}}, "its dossier has an event that no state can be"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", INJECTED)
def test_an_injected_event_that_nobody_can_read_is_named(whole: Whole, what: str) -> None:
    """Canonical, behind the checkpoint, with the columns that it says and its key: no seal says anything of it yet."""
    change, reason = INJECTED[what]
    row = whole.superuser.execute("SELECT stored, position FROM journal.event ORDER BY position DESC").fetchone()
    assert row is not None
    body = orjson.loads(row[0]) | {"version": 1, "dossier": str(UUID(int=7)), "id": "injected"} | change
    whole.superuser.execute(
        "INSERT INTO journal.event (position, dossier, version, type, agency, recordedtime, stored) "
        "VALUES (%s, %s, 1, %s, %s, %s, %s)",
        (row[1] + 1, body["dossier"], body["type"], body["agency"], body["recordedtime"], canonical(body)),
    )
    key = idempotency_key(str(body["source"]), str(body["id"]))
    whole.superuser.execute("INSERT INTO journal.event_key VALUES (%s, %s, 1)", (key, body["dossier"]))
    whole.found_in(f"journal.event: position {row[1] + 1}: {reason}")


def test_an_event_deeper_than_any_is_named(whole: Whole) -> None:
    whole.superuser.execute(
        "UPDATE journal.event SET stored = convert_to(%s, 'UTF8') WHERE position = 7",
        ('{"data":' + "[" * 300 + "]" * 300 + "}",),
    )
    whole.found_in("journal.event: position 7: the stored bytes are not canonical")


def test_what_the_vault_holds_that_is_no_object_is_named(whole: Whole) -> None:
    """Committed to by an event, as whoever writes both could have it."""
    row = whole.superuser.execute(
        "SELECT e.position, e.stored, v.salt FROM vault.entry v JOIN journal.event e USING (dossier, version)"
    ).fetchone()
    assert row is not None
    position, stored, salt = row
    body = orjson.loads(stored) | {"personal": "sha256:" + sha256(salt + b"[]").hexdigest()}
    whole.superuser.execute("UPDATE journal.event SET stored = %s WHERE position = %s", (canonical(body), position))
    whole.superuser.execute("UPDATE vault.entry SET personal = '[]' WHERE salt = %s", (salt,))
    with pytest.raises(Wrong, match=r"^vault\.entry: dossier .*: it holds no personal fields"):
        check_vault(whole.superuser)
