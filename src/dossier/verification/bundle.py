"""Bundles: one dossier's history with its proofs, checked offline from the log's vkey alone.

Everything is derived again from the stored bytes: leaf hashes, the root they are included under, the order and number
of events, the commitments to personal fields. What no proof binds, the log's signature over the whole bundle does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from dossier.verification import strict_json
from dossier.verification.census import Tally, chained, verify_tally
from dossier.verification.cosigning import Asked, Cosigning, cosigned
from dossier.verification.merkle import leaf_hash, verify_inclusion
from dossier.verification.note import Checkpoint, Key, read_key, read_note, verify_checkpoint, verify_note
from dossier.verification.shapes import dossier_of, fields_of, instant_of, list_of, position_of, text_of
from dossier.verification.wrong import Wrong, expect, unbase64

FORMAT = "dossier-bundle/1"
LARGEST = 64 << 20
"""Bytes a bundle may have."""
NAMES = {"format", "dossier", "exported_at", "events", "completeness", "checkpoint", "cosignatures", "vkeys",
         "ruleset_digest"}  # fmt: skip
RECEIPT_FORMAT = "dossier-erasure-receipt/1"
RECEIPT_NAMES = {"format", "dossier", "issued_at", "events", "checkpoint", "statement"}
COMPLETENESS = {"count", "last_position", "chain", "proof", "erased", "statement"}
ERASED = re.compile(r"brussels\.dossier\.personal-data-erased\.v\d+")


class Erasure(NamedTuple):
    """When the person of a dossier was forgotten, on what ground, and the event that says so."""

    on: str
    ground: str
    position: int

    @property
    def line(self) -> str:
        """The same, for a person to read."""
        return f"person erased on {self.on[:10]}, ground {self.ground}, position {self.position}"


class Verified(NamedTuple):
    """What a bundle that holds says; `cosigned` by witness."""

    dossier: str
    events: int
    opened: int
    last_position: int
    log: str
    size: int
    erasures: list[Erasure]
    cosigned: dict[str, Cosigning]

    def lines(self) -> list[str]:
        """The same, for a person to read."""
        said = [
            f"dossier {self.dossier}: all {self.events} events, the last at position {self.last_position}",
            f"as of {self.size} events of {self.log}; personal fields of {self.opened} events shown",
        ]
        said += [erasure.line for erasure in self.erasures]
        said += [one.line(name) for name, one in self.cosigned.items()]
        return said


class Receipt(NamedTuple):
    """What a receipt that holds says: the erasures of a dossier that are on record."""

    dossier: str
    log: str
    size: int
    erasures: list[Erasure]

    def lines(self) -> list[str]:
        """The same, for a person to read."""
        said = [f"dossier {self.dossier}, as of {self.size} events of {self.log}"]
        return said + [e.line for e in self.erasures]


class Entry(NamedTuple):
    """One event of a bundle, proven included."""

    position: int
    leaf: bytes
    body: dict[str, Any]
    opened: bool


def verify_file(path: Path, vkey: str, witnesses: Sequence[str] = (), *, earlier: bool = False) -> Verified | Receipt:
    """Check the bundle in a file, as `verify_bundle` does. Raises Wrong with the first thing that is wrong."""
    try:
        expect(path.is_file(), f"{path} is no file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}") from None
    return verify_bundle(content, vkey, witnesses, earlier=earlier)


def verify_bundle(
    content: bytes, vkey: str, witnesses: Sequence[str] = (), *, earlier: bool = False
) -> Verified | Receipt:
    """Check a bundle, or the receipt of an erasure, by the log's vkey. Raises Wrong.

    Each of `witnesses` (vkeys) must have cosigned the checkpoint that the bundle stands on, or with `earlier` one that
    it continues: the order of events is cosigned then, that none is left out is not.
    """
    expect(len(content) <= LARGEST, f"the bundle has more than {LARGEST} bytes")
    key = read_key(vkey)
    found = strict_json.read(content, "the bundle")
    if isinstance(found, dict) and found.get("format") == RECEIPT_FORMAT:
        expect(not witnesses, "a receipt holds no cosignatures")
        return _verify_receipt(fields_of(found, RECEIPT_NAMES, "the receipt"), key)
    bundle = fields_of(found, NAMES, "the bundle")
    expect(bundle["format"] == FORMAT, f"the bundle's format is not {FORMAT}")
    completeness = fields_of(bundle["completeness"], COMPLETENESS, "its completeness")
    _verify_statement(bundle, completeness, key)
    checkpoint = verify_checkpoint(text_of(bundle["checkpoint"], "the checkpoint"), key)
    dossier = dossier_of(bundle["dossier"])
    instant_of(bundle["exported_at"], "exported_at")
    text_of(bundle["ruleset_digest"], "the ruleset's digest")
    entries = _entries(list_of(bundle["events"], "the events"), dossier, checkpoint)
    _verify_complete(entries, completeness, dossier, checkpoint)
    erasures = _erasures(entries, completeness)
    return Verified(
        dossier=str(dossier),
        events=len(entries),
        opened=sum(entry.opened for entry in entries),
        last_position=entries[-1].position,
        log=checkpoint.origin,
        size=checkpoint.size,
        erasures=erasures,
        cosigned=cosigned(
            bundle, checkpoint, key, Asked.of(witnesses, [entry.position for entry in entries], earlier=earlier)
        ),
    )


def _verify_statement(bundle: dict[str, Any], completeness: dict[str, Any], key: Key) -> None:
    """That the log signed this very bundle, apart from the signature itself."""
    rest = {name: value for name, value in completeness.items() if name != "statement"}
    _verify_stated(completeness["statement"], bundle | {"completeness": rest}, "bundle", key)


def _verify_stated(statement: Any, stated: dict[str, Any], kind: str, key: Key) -> None:
    note = read_note(text_of(statement, "the statement"))
    verify_note(note, key)
    digest = sha256(strict_json.canonical(stated)).hexdigest()
    expect(note.text == f"{key.name}/{kind}\nsha256:{digest}\n", f"the {kind} is not the one that the log signed")


def _verify_receipt(receipt: dict[str, Any], key: Key) -> Receipt:
    stated = {name: value for name, value in receipt.items() if name != "statement"}
    _verify_stated(receipt["statement"], stated, "receipt", key)
    checkpoint = verify_checkpoint(text_of(receipt["checkpoint"], "the checkpoint"), key)
    dossier = dossier_of(receipt["dossier"])
    instant_of(receipt["issued_at"], "issued_at")
    erasures = []
    for number, event in enumerate(list_of(receipt["events"], "the events"), 1):
        entry = _entry(event, f"event {number}", checkpoint)
        expect(entry.body.get("dossier") == str(dossier), f"event {number} is of another dossier")
        erasures += _erased_by(entry)
        expect(len(erasures) == number, f"event {number} erases nothing")
    expect(bool(erasures), "the receipt has no events")
    return Receipt(str(dossier), checkpoint.origin, checkpoint.size, erasures)


def _entries(events: list[Any], dossier: UUID, checkpoint: Checkpoint) -> list[Entry]:
    expect(bool(events), "the bundle has no events")
    entries: list[Entry] = []
    recorded = ""
    for number, event in enumerate(events, 1):
        entry = _entry(event, f"event {number}", checkpoint)
        expect(entry.body.get("dossier") == str(dossier), f"event {number} is of another dossier")
        expect(entry.body.get("version") == str(number), f"event {number} has version {entry.body.get('version')}")
        expect(not entries or entry.position > entries[-1].position, f"event {number} is out of order")
        expect(
            text_of(entry.body.get("recordedtime"), "a recorded time") >= recorded, f"event {number} goes back in time"
        )
        recorded = entry.body["recordedtime"]
        entries.append(entry)
    return entries


def _entry(event: Any, what: str, checkpoint: Checkpoint) -> Entry:
    fields_of(
        event,
        {"position", "stored", "inclusion"} | ({"personal"} & set(event if isinstance(event, dict) else ())),
        what,
    )
    position = position_of(event["position"], what)
    stored = unbase64(event["stored"], f"{what}: its stored bytes")
    proof = [unbase64(part, f"{what}: its proof", 32) for part in list_of(event["inclusion"], f"{what}: its proof")]
    leaf = leaf_hash(stored)
    try:
        verify_inclusion(position - 1, checkpoint.size, leaf, proof, checkpoint.root)
    except Wrong as wrong:
        raise Wrong(f"{what}, position {position}: {wrong}") from None
    body = strict_json.read(stored, f"{what}: its stored bytes")
    expect(isinstance(body, dict), f"{what}: its stored bytes are no object")
    expect(strict_json.canonical(body) == stored, f"{what}: its stored bytes are not canonical")
    return Entry(position, leaf, body, _opened(event.get("personal"), body, what))


def _opened(personal: Any, body: dict[str, Any], what: str) -> bool:
    """Whether the event's personal fields are shown; those shown must be those that were committed to."""
    if personal is None:
        return False
    expect(isinstance(personal, dict) and len(personal) > 1, f"{what}: its personal fields are no object")
    salt = unbase64(personal.get("salt"), f"{what}: its salt", 32)
    fields = {name: value for name, value in personal.items() if name != "salt"}
    commitment = "sha256:" + sha256(salt + strict_json.canonical(fields)).hexdigest()
    expect(body.get("personal") == commitment, f"{what}: its personal fields are not those committed to")
    return True


def _verify_complete(entries: list[Entry], completeness: dict[str, Any], dossier: UUID, checkpoint: Checkpoint) -> None:
    """That these are all events of the dossier as of the checkpoint: none between them is missing, none after."""
    expect(checkpoint.census is not None, "the checkpoint has no census")
    assert checkpoint.census is not None
    tally = Tally(dossier.bytes, len(entries), entries[-1].position, chained((e.position, e.leaf) for e in entries))
    said = (completeness["count"], completeness["last_position"], completeness["chain"])
    expect(said[0] == str(tally.events), f"the bundle has {tally.events} events, its completeness says {said[0]}")
    expect(said[1] == str(tally.last), "the last position is not that of the last event")
    expect(unbase64(said[2], "the chain", 32) == tally.chain, "the chain is not that of the events")
    proof = [unbase64(part, "the proof of completeness", 32) for part in list_of(completeness["proof"], "its proof")]
    verify_tally(tally, proof, checkpoint.census)


def _erasures(entries: list[Entry], completeness: dict[str, Any]) -> list[Erasure]:
    """The erasures on record. Personal fields are absent only where a later event erased them."""
    found = [erasure for entry in entries for erasure in _erased_by(entry)]
    said = [{"on": e.on, "ground": e.ground, "position": str(e.position)} for e in found]
    expect(completeness["erased"] == said, "what the bundle says was erased is not what its events say")
    last = found[-1].position if found else 0
    for number, entry in enumerate(entries, 1):
        kept = entry.opened or entry.body.get("personal") is None or entry.position < last
        expect(kept, f"event {number}: its personal fields are missing, and no event erased them")
    return found


def _erased_by(entry: Entry) -> list[Erasure]:
    """What an event erased, if it is an erasure."""
    if not ERASED.fullmatch(text_of(entry.body.get("type"), "a type")):
        return []
    data = entry.body.get("data")
    ground = text_of(data.get("ground") if isinstance(data, dict) else None, "the ground of an erasure")
    return [Erasure(text_of(entry.body.get("recordedtime"), "a recorded time"), ground, entry.position)]
