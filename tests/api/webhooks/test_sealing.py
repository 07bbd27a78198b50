"""Secrets are kept sealed: nobody reads or moves them without the key."""

from __future__ import annotations

import base64
from pathlib import Path
from uuid import uuid4

import pytest

from api.webhooks.sealing import Seal, Unreadable, new_secret


def test_a_secret_opens_as_it_was_sealed(tmp_path: Path) -> None:
    identity, secret = uuid4(), new_secret()
    sealed = Seal(tmp_path).seal(identity, secret)
    assert secret.encode() not in sealed
    assert Seal(tmp_path).open(identity, sealed) == secret


def test_a_secret_is_as_standard_webhooks_has_it_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(base64.b64decode(secret.removeprefix("whsec_"))) == 32 for secret in secrets)


def test_a_secret_of_another_subscription_or_key_or_altered_does_not_open(tmp_path: Path) -> None:
    identity, seal = uuid4(), Seal(tmp_path / "one")
    sealed = seal.seal(identity, new_secret())
    for opener, whose, bytes_ in (
        (seal, uuid4(), sealed),
        (Seal(tmp_path / "other"), identity, sealed),
        (seal, identity, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (seal, identity, b""),
    ):
        with pytest.raises(Unreadable):
            opener.open(whose, bytes_)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    Seal(tmp_path)
    assert (tmp_path / "keys" / "webhook.key").stat().st_mode & 0o777 == 0o600
