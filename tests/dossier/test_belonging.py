"""What a command of root's makes in a data directory belongs to the account that serves it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from api.identity.key_file import key_of
from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.backups.keys import put_back
from dossier.backups.restore import staged
from dossier.database.account import account_for
from dossier.ledger.reader_key import ReaderKey
from dossier.sealing.keys import LogKeys
from dossier.sealing.signed import LastSigned

NOBODY = 65534


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory of another account's, where this is root, who may give it away."""
    if os.geteuid() == 0:
        os.chown(tmp_path, NOBODY, NOBODY)
    return tmp_path


MADE: dict[str, Callable[[Path], object]] = {
    "a key of tokens": TokenKey,
    "a withdrawal": lambda data: TokenKey(data).withdraw(Principal("analyst")),
    "a key of webhooks": lambda data: key_of(data / "keys" / "webhook.key"),
    "a key of readers": ReaderKey,
    "a key of the log": lambda data: LogKeys(data).ensure("log.example/test"),
    "what was signed": lambda data: LastSigned(data).write("note"),
    "keys of a backup": lambda data: put_back(_backup(data), data),
}


def _backup(data: Path) -> Path:
    """Keys that were kept elsewhere."""
    kept = data.with_name("kept")
    kept.mkdir()
    (kept / "log.key").write_bytes(b"key")
    return kept


def test_a_restore_and_its_database_are_of_the_owner_of_the_directory(data: Path) -> None:
    with staged(data) as stage:
        assert stage.stat().st_uid == data.stat().st_uid
        assert account_for(stage / "postgres").uid in (data.stat().st_uid, os.geteuid())
        if os.geteuid() == 0:
            assert account_for(stage / "postgres").uid == NOBODY


@pytest.mark.parametrize("what", MADE)
def test_what_a_command_makes_belongs_to_the_owner_of_the_data(what: str, data: Path) -> None:
    TokenKey(data)
    MADE[what](data)
    found = [data / "keys", *(data / "keys").iterdir()]
    assert {path.stat().st_uid for path in found} == {data.stat().st_uid}
    assert {path.stat().st_mode & 0o077 for path in found} == {0}
