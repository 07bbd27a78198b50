"""Witnesses: organisations that cosign checkpoints, so that the operator alone cannot show two histories."""

from __future__ import annotations

from typing import NamedTuple

import psycopg

from dossier.refusals import refused
from dossier.sealing import reading
from dossier.sealing.reading import SQL, Connection
from dossier.sealing.series import EVENTS, SERIES, Series
from dossier.verification.note import (
    COSIGNATURE,
    Checkpoint,
    Key,
    Note,
    read_checkpoint,
    read_key,
    read_note,
    verify_cosignature,
    verify_note,
)
from dossier.verification.wrong import Wrong


class Cosigned(NamedTuple):
    """A checkpoint as the log signed it, and the lines of those who cosigned it."""

    size: int
    note: str
    lines: list[str]


def add(connection: Connection, agency: str, vkey: str) -> Key:
    """Let an organisation's key cosign. Raises Wrong for no such key, LookupError for no such organisation."""
    key = read_key(vkey)
    if key.kind != COSIGNATURE:
        raise Wrong("the key is a log's: a witness' vkey holds a key of kind 4; `dossier witness key` prints one")
    try:
        connection.execute(SQL["add_witness"], (vkey.strip(), agency))
    except psycopg.errors.ForeignKeyViolation:
        raise LookupError(f"no organisation `{agency}`: `dossier agency add` registers it") from None
    return key


def known(connection: Connection) -> dict[str, str]:
    """The keys that may cosign, each with its organisation."""
    return dict(connection.execute(SQL["witnesses"]).fetchall())


def take(connection: Connection, text: str) -> list[str]:
    """Keep the cosignatures that known witnesses put under a checkpoint of a series; the names of those witnesses.

    Raises Refused: nothing is kept unless the checkpoint is ours and every line by a known witness holds.
    """
    try:
        note = read_note(text)
        of, checkpoint, own = _ours(connection, note)
        found = _cosignatures(connection, note)
    except Wrong as wrong:
        raise refused("cosignature-invalid", str(wrong)) from None
    if not found:
        raise refused("witness-unknown", "No line is by a known witness: `dossier witness add` registers its key.")
    with connection.transaction():
        connection.execute(SQL["cosigned"], (of.name, checkpoint.size, note.text + "\n" + "".join(own)))
        for vkey, line, seconds in found:
            connection.execute(SQL["cosign"], (of.name, checkpoint.size, vkey, line, seconds))
    return [read_key(vkey).name for vkey, _, _ in found]


def cosigned(connection: Connection, until: int, of: Series = EVENTS) -> list[Cosigned]:
    """Of each witness the largest checkpoint of at most `until` entries that it cosigned; the largest first."""
    rows = connection.execute(SQL["latest_cosigned"], {"series": of.name, "until": until}).fetchall()
    return [Cosigned(size, note, lines(connection, size, of)) for size, note in rows]


def lines(connection: Connection, size: int, of: Series = EVENTS) -> list[str]:
    """The cosignature lines of the checkpoint over `size` entries."""
    return [row[0] for row in connection.execute(SQL["cosignatures"], (of.name, size))]


def _ours(connection: Connection, note: Note) -> tuple[Series, Checkpoint, list[str]]:
    """The checkpoint, signed by this log's key and true of its series' tree, with the log's own lines. Raises Wrong."""
    lines = {(signature.name, signature.id): signature.line for signature in note.signatures}
    for of in SERIES:
        own = [key for key in map(read_key, reading.keys(connection, of)) if (key.name, key.id) in lines]
        if own:
            break
    else:
        raise Wrong("the checkpoint is not signed by this log")
    for key in own:
        verify_note(note, key)
    checkpoint = read_checkpoint(note)
    sealed = reading.checkpoint(connection, of)
    if checkpoint.origin != own[0].name or sealed is None or checkpoint.size > sealed.size:
        raise Wrong("the checkpoint is not of this log, or not yet")
    if reading.root_at(connection, checkpoint.size, of) != checkpoint.root:
        raise Wrong("the checkpoint is not of this log's tree: keep it, for it proves a second history")
    _same_text(connection, note, checkpoint, sealed, of)
    return of, checkpoint, [lines[key.name, key.id] for key in own]


def _same_text(
    connection: Connection, note: Note, checkpoint: Checkpoint, sealed: reading.Checkpoint, of: Series
) -> None:
    """That so many entries have one checkpoint, census and all, as far as others are kept. Raises Wrong.

    The census of an earlier moment is not kept: what speaks for it is that this log signed it.
    """
    kept = [text for (text,) in connection.execute(SQL["cosigned_at"], (of.name, checkpoint.size))]
    kept += [sealed.note] if sealed.size == checkpoint.size else []
    if any(read_note(text).text != note.text for text in kept):
        raise Wrong("another checkpoint over as many entries was signed: keep this one, for it proves a second history")


def _cosignatures(connection: Connection, note: Note) -> list[tuple[str, str, int]]:
    """Witness' vkey, signature line and time of each line by a known witness. Raises Wrong when one does not hold."""
    found = []
    keys = {(key.name, key.id): (vkey, key) for vkey in known(connection) for key in [read_key(vkey)]}
    for signature in note.signatures:
        if (signature.name, signature.id) in keys:
            vkey, key = keys[signature.name, signature.id]
            found.append((vkey, signature.line, verify_cosignature(note, signature, key)))
    return found
