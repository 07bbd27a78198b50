"""Pseudonyms of readers: an official is told apart in the ledger, and named by nobody who lacks the key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from pathlib import Path

from dossier.belonging import give, private_directory

HEX = 32
"""Digits of a pseudonym: 128 bits of the HMAC, so that two readers never share one."""


class ReaderKey:
    """The key that pseudonyms are made with: on first use, in the directory of keys, never in the database."""

    def __init__(self, data: Path, *, new: bool = True) -> None:
        """Unless a `new` one will do, raises FileNotFoundError where there is none: its pseudonyms are nobody's."""
        self.path = data / "keys" / "reader.key"
        self._key = self._secret() if new else self.path.read_bytes()

    def pseudonym(self, agency: str | None, subject: str) -> str:
        """HMAC-SHA256 of whom a subject is a subject of, a null byte and the subject, cut to 128 bits; hexadecimal."""
        said = f"{agency or ''}\0{subject}".encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:HEX]

    def _secret(self) -> bytes:
        private_directory(self.path.parent)
        try:
            with self.path.open("xb") as file:
                self.path.chmod(0o600)
                give(file.fileno(), self.path.parent)
                file.write(secrets.token_bytes(32))
        except FileExistsError:
            pass
        for _ in range(50):  # another process may have made the file a moment ago and not yet written it
            if secret := self.path.read_bytes():
                return secret
            time.sleep(0.02)
        raise RuntimeError(f"the readers' key {self.path} is empty: restore it from the backup of the keys")
