"""Signed notes, checkpoints and cosignatures: C2SP signed-note, tlog-checkpoint and tlog-cosignature, read and checked.

A checkpoint of this log has one extension line, `census` and the base64 of the census' root.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dossier.verification.wrong import Wrong, expect, unbase64

LARGEST = 16_384
"""Bytes a note may have."""
SIGNATURES = 64
"""Signature lines a note may have."""
ED25519, COSIGNATURE = 1, 4
LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class Key(NamedTuple):
    """A verifier key: whose it is and what it verifies, notes (1) or cosignatures (4)."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @property
    def text(self) -> str:
        """What the key is known by: its name and the number of the key."""
        return f"{self.name}+{self.id.hex()}"


class Signature(NamedTuple):
    """One signature line of a note."""

    name: str
    id: bytes
    content: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.id + self.content).decode()}\n"


class Note(NamedTuple):
    """A text and who says to have signed it."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(NamedTuple):
    """What a checkpoint says of a log: how many entries, under which root, and the root of its census."""

    origin: str
    size: int
    root: bytes
    census: bytes | None


def read_key(text: str) -> Key:
    """A key from its vkey. Raises Wrong."""
    found = VKEY.fullmatch(text.strip()) if len(text) < 1_000 else None
    expect(found is not None, "the key is no vkey: it looks like name+0123abcd+base64")
    assert found is not None
    material = unbase64(found[3], "the key")
    expect(len(material) == 33 and material[0] in (ED25519, COSIGNATURE), "the key is of a kind unknown here")
    number = sha256(found[1].encode() + b"\n" + material).digest()[:4]
    expect(number.hex() == found[2], "the key's number is not that of its name and content")
    return Key(found[1], number, material[0], material[1:])


def read_note(text: str) -> Note:
    """A note's text and signature lines, nothing verified yet. Raises Wrong."""
    expect(len(text) <= LARGEST, "the note is too long")
    expect(all(char >= " " or char == "\n" for char in text), "the note has control characters")
    expect(not any("\ud800" <= char <= "\udfff" for char in text), "the note is no Unicode")
    body, separator, lines = text.rpartition("\n\n")
    expect(bool(separator) and bool(body) and lines.endswith("\n"), "the note is cut off")
    return Note(body + "\n", tuple(read_signature(line) for line in lines[:-1].split("\n")))


def read_signature(line: str) -> Signature:
    """A signature line. Raises Wrong."""
    found = LINE.fullmatch(line)
    if found is None:
        raise Wrong("a signature line of the note is malformed")
    content = unbase64(found[2], "a signature")
    expect(len(content) > 4, "a signature is too short")
    return Signature(found[1], content[:4], content[4:])


def verify_note(note: Note, key: Key) -> None:
    """That a key signed a note; every signature line in the key's name must hold. Raises Wrong."""
    expect(key.kind == ED25519, "the key is a witness's, not a log's")
    expect(len(note.signatures) <= SIGNATURES, "the note has too many signatures")
    own = [s for s in note.signatures if (s.name, s.id) == (key.name, key.id)]
    expect(bool(own), f"the note is not signed by {key.text}")
    for signature in own:
        _verify(key, signature.content, note.text.encode(), "the signature of the note does not hold")


def read_checkpoint(note: Note) -> Checkpoint:
    """What a note says as a checkpoint. Raises Wrong."""
    lines = note.text[:-1].split("\n")
    expect(len(lines) >= 3 and all(lines), "the checkpoint lacks lines")
    expect(SIZE.fullmatch(lines[1]) is not None, "the checkpoint's size is no number")
    census = [line.removeprefix("census ") for line in lines[3:] if line.startswith("census ")]
    expect(len(census) <= 1, "the checkpoint has two censuses")
    root = unbase64(lines[2], "the checkpoint's root", 32)
    return Checkpoint(
        lines[0], int(lines[1]), root, unbase64(census[0], "the checkpoint's census", 32) if census else None
    )


def verify_checkpoint(text: str, key: Key) -> Checkpoint:
    """A checkpoint that a log's key signed, of the log the key is named after. Raises Wrong."""
    note = read_note(text)
    verify_note(note, key)
    checkpoint = read_checkpoint(note)
    expect(checkpoint.origin == key.name, "the checkpoint is of another log than its key")
    return checkpoint


def verify_cosignature(note: Note, signature: Signature, key: Key) -> int:
    """That a witness cosigned a note; when it says it did, in seconds since 1970. Raises Wrong."""
    expect(key.kind == COSIGNATURE, "the key is a log's, not a witness's")
    expect((signature.name, signature.id) == (key.name, key.id), f"the cosignature is not by {key.text}")
    expect(len(signature.content) == 72, "a cosignature has another length")
    seconds = int.from_bytes(signature.content[:8], "big")
    expect(seconds < 1 << 63, "a cosignature's time is out of range")
    message = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
    _verify(key, signature.content[8:], message, f"the cosignature of {key.text} does not hold")
    return seconds


def _verify(key: Key, signature: bytes, message: bytes, otherwise: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Wrong(otherwise) from None
