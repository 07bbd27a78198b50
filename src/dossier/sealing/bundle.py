"""Making bundles: a dossier's whole history with what proves it, as of one checkpoint (`dossier-bundle/1`)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from dossier.canonical import canonical
from dossier.catalogue import PersonalDataErased
from dossier.event import stamp
from dossier.sealing import reading, witnesses
from dossier.sealing.keys import Signer, signed
from dossier.sealing.reading import SQL, Checkpoint, Connection
from dossier.sealing.witnesses import Cosigned
from dossier.verification.note import read_key, read_note, verify_checkpoint
from dossier.verification.wrong import Wrong


class Shown(NamedTuple):
    """One stored event, with its personal bytes and salt where the vault still has them."""

    position: int
    stored: bytes
    personal: bytes | None
    salt: bytes | None


class NotSealedYet(Exception):
    """Events of the dossier are not under the checkpoint yet: a moment later they are."""


def bundle(
    connection: Connection, dossier: UUID, signers: Sequence[Signer], *, ruleset_digest: str, at: datetime
) -> dict[str, Any] | None:
    """The bundle of a dossier, personal fields and all, read from one snapshot; None when there is no such dossier.

    Raises NotSealedYet.
    """
    sealed = reading.checkpoint(connection)
    events = [Shown(*row) for row in connection.execute(SQL["history"], (dossier,))]
    if not events:
        return None
    if sealed is None or sealed.size < events[-1].position:
        raise NotSealedYet
    made: dict[str, Any] = {
        "format": "dossier-bundle/1",
        "dossier": str(dossier),
        "exported_at": stamp(at),
        "events": _events(connection, events, sealed.size),
        "completeness": _completeness(connection, dossier, events),
        "checkpoint": sealed.note,
        "cosignatures": _cosignatures(connection, sealed, signers),
        "vkeys": [signer.vkey for signer in signers] + list(witnesses.known(connection)),
        "ruleset_digest": ruleset_digest,
    }
    digest = hashlib.sha256(canonical(made)).hexdigest()
    made["completeness"]["statement"] = signed(f"{signers[0].name}/bundle\nsha256:{digest}\n", signers)
    return made


def _events(connection: Connection, events: list[Shown], size: int) -> list[dict[str, Any]]:
    proofs = reading.inclusions(connection, [event.position for event in events], size)
    return [
        {
            "position": str(event.position),
            "stored": _text(event.stored),
            **_personal(event),
            "inclusion": [_text(part) for part in proof],
        }
        for event, proof in zip(events, proofs, strict=True)
    ]


def _personal(event: Shown) -> dict[str, Any]:
    if event.personal is None or event.salt is None:
        return {}
    return {"personal": {**orjson.loads(event.personal), "salt": _text(event.salt)}}


def _completeness(connection: Connection, dossier: UUID, events: list[Shown]) -> dict[str, Any]:
    found = reading.tally(connection, dossier.bytes)
    assert found is not None, "the census knows every sealed dossier"
    tally, proof = found
    return {
        "count": tally.events,
        "last_position": str(tally.last),
        "chain": _text(tally.chain),
        "proof": [_text(part) for part in proof],
        "erased": [erasure(event) for event in events if _erases(event)],
    }


def _erases(event: Shown) -> bool:
    return bool(orjson.loads(event.stored)["type"] == PersonalDataErased.TYPE)


def erasure(event: Shown) -> dict[str, str]:
    """What an erasure says: when, on what ground, at which position."""
    body = orjson.loads(event.stored)
    return {"on": body["recordedtime"], "ground": body["data"]["ground"], "position": str(event.position)}


def _cosignatures(connection: Connection, sealed: Checkpoint, signers: Sequence[Signer]) -> list[dict[str, Any]]:
    """The latest checkpoint that each witness cosigned, and the proof that this one continues it.

    Of each, since witnesses look when they like: an auditor may ask for all of them.
    """
    return [
        {
            "checkpoint": _signed_again(connection, one, signers) + "".join(one.lines),
            "consistency": [_text(part) for part in reading.consistency(connection, one.size, sealed.size)],
        }
        for one in witnesses.cosigned(connection, sealed.size)
        if one.size
    ]


def _signed_again(connection: Connection, one: Cosigned, signers: Sequence[Signer]) -> str:
    """A cosigned checkpoint under the keys of today, so that whoever knows none but the newest can check it.

    Its text stays, so what was cosigned holds. What is not of this log's tree, or was not signed by a key of this log,
    is passed on as it is kept: the verifier says what is wrong with it.
    """
    note = read_note(one.note)
    lines = {(signature.name, signature.id) for signature in note.signatures}
    own = [key for key in map(read_key, reading.keys(connection)) if (key.name, key.id) in lines]
    try:
        found = verify_checkpoint(one.note, own[0])
    except (IndexError, Wrong):
        return one.note
    true = (found.size, found.root) == (one.size, reading.root_at(connection, one.size))
    return signed(note.text, signers) if true else one.note


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def receipt(connection: Connection, dossier: UUID, signers: Sequence[Signer], *, at: datetime) -> dict[str, Any] | None:
    """What a person may keep of an erasure: the events that record it, proven, and nothing else of the dossier.

    None when nothing was erased. Raises NotSealedYet.
    """
    sealed = reading.checkpoint(connection)
    events = [Shown(*row) for row in connection.execute(SQL["history"], (dossier,))]
    erasing = [event for event in events if _erases(event)]
    if not erasing:
        return None
    if sealed is None or sealed.size < erasing[-1].position:
        raise NotSealedYet
    made: dict[str, Any] = {
        "format": "dossier-erasure-receipt/1",
        "dossier": str(dossier),
        "issued_at": stamp(at),
        "events": _events(connection, erasing, sealed.size),
        "checkpoint": sealed.note,
    }
    digest = hashlib.sha256(canonical(made)).hexdigest()
    return made | {"statement": signed(f"{signers[0].name}/receipt\nsha256:{digest}\n", signers)}
