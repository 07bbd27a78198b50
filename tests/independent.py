"""A second verifier of bundles, written for the tests from the published formats alone: it shares no code with ours.

Recursive where ours is iterative, trusting where ours is strict: it says whether the proofs of a bundle hold, and that
is all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def holds(bundle: dict[str, Any], vkey: str) -> bool:
    """Whether a bundle proves that these are all events of the dossier."""
    name, number, material = vkey.split("+", 2)
    body, _, signatures = bundle["checkpoint"].rpartition("\n\n")
    body += "\n"
    public = base64.b64decode(material)[1:]
    assert hashlib.sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8] == number
    [signature] = [line.split()[2] for line in signatures.splitlines() if line.split()[1] == name][:1]
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature)[4:], body.encode())
    origin, size, root, census = body.splitlines()
    leaves = [(int(e["position"]), h(b"\0", base64.b64decode(e["stored"]))) for e in bundle["events"]]
    return (
        origin == name
        and all(
            root_by(path(position - 1, int(size)), leaf, event["inclusion"]) == base64.b64decode(root)
            for (position, leaf), event in zip(leaves, bundle["events"], strict=True)
        )
        and census_by(bundle, leaves) == base64.b64decode(census.split()[1])
        and all(opens(event) for event in bundle["events"] if "personal" in event)
        and [json.loads(base64.b64decode(event["stored"]))["version"] for event in bundle["events"]]
        == list(range(1, len(leaves) + 1))
    )


def h(*parts: bytes) -> bytes:
    """SHA-256 of parts."""
    return hashlib.sha256(b"".join(parts)).digest()


def path(index: int, size: int) -> str:
    """The way from the root to a leaf, L or R at each split: RFC 6962 section 2.1 read downwards."""
    if size == 1:
        return ""
    split = 1 << (size - 1).bit_length() - 1
    return "L" + path(index, split) if index < split else "R" + path(index - split, size - split)


def root_by(way: str, leaf: bytes, proof: list[str]) -> bytes:
    """The root that a leaf and its audit path lead to."""
    assert len(way) == len(proof)
    for turn, sibling in zip(reversed(way), map(base64.b64decode, proof), strict=True):
        leaf = h(b"\x01", leaf, sibling) if turn == "L" else h(b"\x01", sibling, leaf)
    return leaf


def census_by(bundle: dict[str, Any], leaves: list[tuple[int, bytes]]) -> bytes:
    """The root of the census that a bundle leads to."""
    chain = bytes(32)
    for position, leaf in leaves:
        chain = h(b"\x02", chain, position.to_bytes(8, "big"), leaf)
    dossier = UUID(bundle["dossier"]).bytes
    found = h(b"\0", dossier, len(leaves).to_bytes(8, "big"), leaves[-1][0].to_bytes(8, "big"), chain)
    proof = bundle["completeness"]["proof"]
    bits = f"{int.from_bytes(h(dossier), 'big'):0256b}"[: len(proof)]
    for bit, sibling in zip(reversed(bits), map(base64.b64decode, proof), strict=True):
        found = h(b"\x01", found, sibling) if bit == "0" else h(b"\x01", sibling, found)
    return found


def opens(event: dict[str, Any]) -> bool:
    """Whether an event's personal fields are those it committed to."""
    fields = dict(event["personal"])
    salt = base64.b64decode(fields.pop("salt"))
    said = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    stored = json.loads(base64.b64decode(event["stored"]))
    return bool(stored["personal"] == "sha256:" + hashlib.sha256(salt + said).hexdigest())
