"""The log's keys: Ed25519, made on first start, kept in a file of the data directory apart from the database.

One line a key, the newest first, as Go's `note` package writes them. Every key in the file signs each checkpoint, so
that whoever knows the former key can follow a rotation; the newest is the log's vkey.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dossier.belonging import give, private_directory

ED25519, COSIGNATURE = b"\x01", b"\x04"
PREFIX = "PRIVATE+KEY+"


class Signer(NamedTuple):
    """A private key with its name and what it is for: notes (ED25519) or cosignatures."""

    name: str
    key: Ed25519PrivateKey
    kind: bytes = ED25519

    @classmethod
    def new(cls, name: str, kind: bytes = ED25519) -> Self:
        """A fresh key."""
        return cls(name, Ed25519PrivateKey.generate(), kind)

    @classmethod
    def read(cls, text: str) -> Self:
        """A key from the text it is kept as. Raises ValueError."""
        name, _, material = text.removeprefix(PREFIX).split("+", 2)
        content = base64.b64decode(material, validate=True)
        return cls(name, Ed25519PrivateKey.from_private_bytes(content[1:]), content[:1])

    @property
    def text(self) -> str:
        """The text it is kept as."""
        material = base64.b64encode(self.kind + self.key.private_bytes_raw()).decode()
        return f"{PREFIX}{self.name}+{self.id.hex()}+{material}"

    @property
    def id(self) -> bytes:
        """The four bytes that, with the name, say which key signed."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.key.public_key().public_bytes_raw()).digest()[:4]

    @property
    def vkey(self) -> str:
        """The verifier key: what others check by."""
        public = base64.b64encode(self.kind + self.key.public_key().public_bytes_raw()).decode()
        return f"{self.name}+{self.id.hex()}+{public}"

    def line(self, text: str) -> str:
        """The signature line over a note's text."""
        return self._line(self.key.sign(text.encode()))

    def cosign(self, text: str, seconds: int) -> str:
        """The cosignature line over a checkpoint's text, as of a time in seconds since 1970."""
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        return self._line(seconds.to_bytes(8, "big") + self.key.sign(message))

    def _line(self, signature: bytes) -> str:
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"


def signed(text: str, signers: Sequence[Signer]) -> str:
    """A note: its text, an empty line, a line from each signer."""
    return text + "\n" + "".join(signer.line(text) for signer in signers)


class LogKeys:
    """The file of a log's keys."""

    def __init__(self, data: Path) -> None:
        self.path = data / "keys" / "log.key"

    def ensure(self, origin: str | None) -> None:
        """Make the first key unless there is one; without an origin, the key's own number names the log."""
        if self.path.exists():
            return
        key = Ed25519PrivateKey.generate()
        named = origin or f"dossier.brussels/{sha256(key.public_key().public_bytes_raw()).hexdigest()[:8]}"
        self._write([Signer(named, key)])

    def signers(self) -> list[Signer]:
        """Every key that signs, the newest first. Raises ValueError when the file is no file of keys."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            found = [Signer.read(line) for line in lines if line]
        except (ValueError, OSError) as error:
            raise ValueError(f"{self.path} holds no key of the log ({error}): put its backup back") from None
        if not found:
            raise ValueError(f"{self.path} holds no key of the log: put its backup back")
        return found

    def rotate(self) -> Signer:
        """Make a new key of the same name; the former ones go on signing beside it."""
        before = self.signers()
        new = Signer.new(before[0].name)
        self._write([new, *before])
        return new

    def retire(self) -> list[Signer]:
        """Drop every key but the newest; those dropped."""
        newest, *former = self.signers()
        self._write([newest])
        return former

    def _write(self, signers: Sequence[Signer]) -> None:
        private_directory(self.path.parent)
        write_secret(self.path, "".join(signer.text + "\n" for signer in signers))


def write_secret(path: Path, text: str) -> None:
    """Replace a file that its owner alone may read: whole or not at all, and on disk when this returns."""
    partial = path.with_name(path.name + ".new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        give(file.fileno(), path.parent)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
