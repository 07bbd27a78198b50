"""The whole audit of a log, of its access ledger and of its register, in one snapshot of their database."""

from __future__ import annotations

from typing import NamedTuple

from dossier.auditing.beside import check_holdings, check_keys, check_migrations, check_vault
from dossier.auditing.catalog import check_catalog
from dossier.auditing.deeds import check_deeds, check_registered
from dossier.auditing.events import SQL, Check, Connection, Progress, Sought, check_events
from dossier.auditing.fingerprints import check_fingerprints
from dossier.auditing.readings import check_readings
from dossier.auditing.sameness import check_sameness
from dossier.auditing.seal import (
    check_census,
    check_checkpoint,
    check_cosignatures,
    check_root,
    check_tiles,
    told_of,
)
from dossier.sealing import reading
from dossier.sealing.reading import SQL as SEAL
from dossier.sealing.series import DEEDS, EVENTS, READINGS, Series
from dossier.verification.note import Checkpoint, Key, read_key
from dossier.verification.wrong import Wrong, expect


class Audited(NamedTuple):
    """What was found whole: so many events, readings and deeds, under these checkpoints, checked by this vkey."""

    events: int
    checkpoint: Checkpoint
    readings: int
    ledger: Checkpoint
    deeds: int
    register: Checkpoint
    vkey: str


def audit(connection: Connection, vkey: str | None, progress: Progress) -> Audited:
    """Check the log and all that is kept beside it; the caller's transaction is the snapshot. Raises Wrong.

    With `vkey`, the checkpoint must be signed by that key and not only by one the database names; so must those of the
    access ledger and of the register, by the same key under their names. The schema comes first: what hides rows, or
    makes a name mean another thing, would make all the rest look otherwise than it is.
    """
    connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
    check_migrations(connection)
    check_catalog(connection)
    check_fingerprints(connection)
    keys = _keys(connection, EVENTS)
    given = read_key(vkey) if vkey else None
    expect(given is None or given in keys, "seal.key: the given key is not a key of this log")
    by = given.public if given else None
    events, checkpoint = _check_series(connection, EVENTS, check_events, by, progress)
    check_keys(connection)
    check_vault(connection)
    check_sameness(connection)
    check_holdings(connection)
    own = {key.public for key in keys}
    for of in (READINGS, DEEDS):
        alike = {key.public for key in _keys(connection, of)} <= own
        expect(alike, f"seal.key: {of.name}: a key is none of the log")
    readings, ledger = _check_series(connection, READINGS, check_readings, by, progress)
    deeds, register = _check_series(connection, DEEDS, check_deeds, by, progress)
    check_registered(connection)
    return Audited(events, checkpoint, readings, ledger, deeds, register, vkey or str(reading.vkey(connection)))


def _keys(connection: Connection, of: Series) -> list[Key]:
    with told_of(f"seal.key: {of.name}"):
        return [read_key(key) for (key,) in connection.execute(SEAL["keys"], (of.name,))]


def _sought(connection: Connection, of: Series, sealed: int) -> Sought:
    """Roots at every size that was cosigned; the tallies, which take long, where each witness looked last."""
    sizes = {size for size, _ in connection.execute(SQL["cosigned"], (of.name,))}
    latest = connection.execute(SEAL["latest_cosigned"], {"series": of.name, "until": sealed})
    return Sought(sealed, sizes | {sealed}, {size for size, _ in latest})


def _check_series(
    connection: Connection, of: Series, check: Check, by: bytes | None, progress: Progress
) -> tuple[int, Checkpoint]:
    """A series and the seal over it, signed `by` a public key: how many entries it has, and the checkpoint."""
    row = connection.execute(SEAL["checkpoint"], (of.name,)).fetchone()
    if row is None:
        raise Wrong(f"seal.checkpoint: {of.name}: nothing was ever signed")
    keys = _keys(connection, of)
    checkpoint = check_checkpoint(row, keys, by)
    derived = check(connection, _sought(connection, of, checkpoint.size), progress)
    what = f"{of.table}: {derived.events} {of.entries}, {checkpoint.size} were signed"
    expect(derived.events >= checkpoint.size, what)
    check_root(connection, derived, of, checkpoint)
    check_tiles(connection, derived, of)
    check_census(connection, derived, of, checkpoint.census or b"")
    check_cosignatures(connection, derived, of, keys)
    return derived.events, checkpoint
