"""Cosignatures in a bundle: which witnesses saw the very checkpoint it stands on, and which saw an earlier one.

A census speaks of its own moment alone. Over an earlier checkpoint a witness vouches that the log was not rewritten
since; that a bundle leaves nothing out is vouched for by a cosignature under the bundle's own checkpoint, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from dossier.verification.merkle import verify_consistency
from dossier.verification.note import (
    COSIGNATURE,
    Checkpoint,
    Key,
    read_key,
    read_note,
    verify_checkpoint,
    verify_cosignature,
)
from dossier.verification.shapes import fields_of, list_of, text_of
from dossier.verification.wrong import expect, unbase64

FAR = 253_402_300_799
"""The last second of the year 9999, in seconds since 1970."""
Witnesses = Mapping[tuple[str, bytes], Key]


class Cosigning(NamedTuple):
    """What a witness cosigned last: so many events of the log, at a time in seconds since 1970.

    `whole` is whether that is the bundle's own checkpoint, so that its completeness is cosigned too; `asked` whether
    the reader named its key, and not the bundle alone; `later` counts the dossier's events after it.
    """

    size: int
    at: int
    whole: bool
    asked: bool
    later: int

    def line(self, name: str) -> str:
        """The same, for a person to read."""
        day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(self.at, FAR))).date()
        said = f"cosigned by {name} over {self.size} events on {day.isoformat()}"
        if not self.whole:
            said += "; completeness is not cosigned, for the bundle's checkpoint is a later one"
        if self.later:
            said += f"; {self.later} of this dossier's events came after that"
        return said if self.asked else f"{said} (the bundle alone names this key: ask for it by --witness)"


class Asked(NamedTuple):
    """What a reader asks of cosignatures: by these keys, also `earlier` ones; and where the dossier's events stand."""

    keys: list[Key]
    positions: Sequence[int]
    earlier: bool

    @classmethod
    def of(cls, vkeys: Sequence[str], positions: Sequence[int], *, earlier: bool) -> Self:
        """The same, from vkeys. Raises Wrong."""
        return cls([read_key(vkey) for vkey in vkeys], positions, earlier)


def cosigned(bundle: dict[str, Any], checkpoint: Checkpoint, key: Key, asked: Asked) -> dict[str, Cosigning]:
    """Who cosigned this checkpoint or one it continues, of those the bundle names and those asked for. Raises Wrong."""
    vkeys = [read_key(text_of(vkey, "a vkey")) for vkey in list_of(bundle["vkeys"], "the vkeys")]
    witnesses = {(one.name, one.id): one for one in [*vkeys, *asked.keys] if one.kind == COSIGNATURE}
    found: dict[str, tuple[int, int]] = {}
    for item in list_of(bundle["cosignatures"], "the cosignatures"):
        fields_of(item, {"checkpoint", "consistency"}, "a cosignature")
        for name, one in _cosigners(item, checkpoint, key, witnesses).items():
            found[name] = max(one, found.get(name, one))
    names = {one.text for one in asked.keys}
    told = {
        name: Cosigning(
            size, at, size == checkpoint.size, name in names, sum(position > size for position in asked.positions)
        )
        for name, (size, at) in found.items()
    }
    _expect_asked(told, names, checkpoint, earlier=asked.earlier)
    return told


def _expect_asked(told: dict[str, Cosigning], names: set[str], checkpoint: Checkpoint, *, earlier: bool) -> None:
    for name in sorted(names):
        expect(name in told, f"{name} did not cosign")
        expect(
            told[name].whole or earlier,
            f"{name} cosigned {told[name].size} events, not the {checkpoint.size} of this checkpoint, so nobody "
            f"but the log says that the bundle leaves nothing out: let it look and export again, or ask for --earlier",
        )


def _cosigners(
    item: dict[str, Any], checkpoint: Checkpoint, key: Key, witnesses: Witnesses
) -> dict[str, tuple[int, int]]:
    """Of one cosigned checkpoint: size and time, by witness. Over as many events it must say the same of all of it."""
    text = text_of(item["checkpoint"], "a cosigned checkpoint")
    before = verify_checkpoint(text, key)
    proof = [unbase64(part, "a proof of consistency", 32) for part in list_of(item["consistency"], "a consistency")]
    verify_consistency(before.size, checkpoint.size, proof, before.root, checkpoint.root)
    expect(before.size != checkpoint.size or before == checkpoint, "the censuses of one tree differ")
    note, found = read_note(text), {}
    for signature in note.signatures:
        witness = witnesses.get((signature.name, signature.id))
        if witness is not None:
            found[witness.text] = (before.size, verify_cosignature(note, signature, witness))
    expect(bool(found), "a cosigned checkpoint has no cosignature by a key that is known")
    return found
