"""Rows of the log in the binary format of COPY.

Written here and not by the client library's `write_row`, which calls a Python method for every uuid and every bytea:
that was a fifth of the write path. A test has PostgreSQL read every value back. Source: PostgreSQL, COPY, "Binary
Format".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from struct import Struct

from dossier.journal.mapper import StoredDraft

START = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_EVENT = Struct(">h iq i16s ii")
_TIME = Struct(">iq")
_KEY = Struct(">h i16s i16s ii")
_ENTRY = Struct(">h i16s ii")
_LENGTH = Struct(">i")


def event_rows(drafts: Sequence[StoredDraft], positions: Iterable[int], recorded: datetime) -> bytes:
    """journal.event: position, dossier, version, type, agency, recordedtime, stored."""
    since = recorded - EPOCH
    at = _TIME.pack(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
    parts = [START]
    for position, draft in zip(positions, drafts, strict=True):
        event, state = draft.draft.event, draft.state
        parts += (
            _EVENT.pack(7, 8, position, 16, event.dossier.bytes, 4, event.version),
            _word(draft.topic),
            _word(event.agency),
            at,
            _LENGTH.pack(len(state)),
            state,
        )
    parts.append(END)
    return b"".join(parts)


def key_rows(drafts: Sequence[StoredDraft]) -> bytes:
    """journal.event_key: key, dossier, version."""
    pack = _KEY.pack
    rows = [pack(3, 16, d.draft.key, 16, d.originator_id.bytes, 4, d.originator_version) for d in drafts]  # type: ignore[union-attr]  # ids are uuids
    return b"".join([START, *rows, END])


def vault_rows(drafts: Sequence[StoredDraft]) -> bytes | None:
    """vault.entry: dossier, version, salt, personal, words; None when no draft has a personal part."""
    parts = [START]
    for stored in drafts:
        draft = stored.draft
        if draft.personal is not None and draft.salt is not None:
            words = draft.words.encode() if draft.words is not None else None
            parts += (
                _ENTRY.pack(5, 16, draft.event.dossier.bytes, 4, draft.event.version),
                _LENGTH.pack(len(draft.salt)),
                draft.salt,
                _LENGTH.pack(len(draft.personal)),
                draft.personal,
                NULL if words is None else _LENGTH.pack(len(words)) + words,
            )
    if len(parts) == 1:
        return None
    parts.append(END)
    return b"".join(parts)


@lru_cache(maxsize=4_096)
def _word(text: str) -> bytes:
    """A word that comes again and again (a type, an agency), with its length before it."""
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded
