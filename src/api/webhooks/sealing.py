"""Sealing: a webhook's secret as the database keeps it, readable only with the key in the data directory.

AES-256-GCM, bound to the subscription: a secret copied to another row, or altered, opens no more.
"""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.identity.key_file import key_of

PREFIX = "whsec_"
SECRET_BYTES = 32
NONCE_BYTES = 12


class Unreadable(Exception):
    """A secret was sealed with another key, or was altered."""


def new_secret() -> str:
    """A fresh secret, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


class Seal:
    """Seals and opens secrets. A lost key loses them: each subscription then needs a rotation."""

    def __init__(self, data: Path) -> None:
        self._cipher = AESGCM(key_of(data / "keys" / "webhook.key"))

    def seal(self, subscription: UUID, secret: str) -> bytes:
        """What may be stored of a secret."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), subscription.bytes)

    def open(self, subscription: UUID, sealed: bytes) -> str:
        """The secret. Raises Unreadable."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, subscription.bytes).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
