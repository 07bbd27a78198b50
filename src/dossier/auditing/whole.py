"""The whole audit of a log, in one snapshot of its database."""

from __future__ import annotations

from typing import NamedTuple

from dossier.auditing.beside import check_holdings, check_keys, check_vault
from dossier.auditing.events import SQL, Connection, Progress, check_events
from dossier.auditing.seal import check_census, check_checkpoint, check_cosignatures, check_tiles
from dossier.sealing.reading import SQL as SEAL
from dossier.verification.note import Checkpoint, read_key
from dossier.verification.wrong import Wrong, expect


class Audited(NamedTuple):
    """What was found whole: so many events, under this checkpoint, checked by this vkey."""

    events: int
    checkpoint: Checkpoint
    vkey: str


def audit(connection: Connection, vkey: str | None, progress: Progress) -> Audited:
    """Check the log and all that is kept beside it; the caller's transaction is the snapshot. Raises Wrong.

    With `vkey`, the checkpoint must be signed by that key and not only by one the database names.
    """
    row = connection.execute(SEAL["checkpoint"]).fetchone()
    if row is None:
        raise Wrong("seal.checkpoint: nothing was ever signed")
    keys = [read_key(key) for (key,) in connection.execute(SEAL["keys"])]
    expect(vkey is None or read_key(vkey) in keys, "seal.key: the given key is not a key of this log")
    checkpoint = check_checkpoint(row, keys)
    sizes = {size for size, _ in connection.execute(SQL["cosigned"])} | {checkpoint.size}
    derived = check_events(connection, checkpoint.size, sizes, progress)
    what = f"journal.event: {derived.events} events, {checkpoint.size} were signed"
    expect(derived.events >= checkpoint.size, what)
    expect(derived.roots[checkpoint.size] == checkpoint.root, "journal.event: the tree is not the one that was signed")
    check_tiles(connection, derived)
    check_census(connection, derived, checkpoint.census or b"")
    check_cosignatures(connection, derived, keys)
    check_keys(connection)
    check_vault(connection)
    check_holdings(connection)
    return Audited(derived.events, checkpoint, vkey or connection.execute(SEAL["keys"]).fetchall()[-1][0])
