"""Backups of a version that drew up no deeds: what was registered is told as found, and never a second time."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.conftest import copied
from tests.dossier.backups.conftest import Empty, Kept, audited, seal
from tests.posting import HUB

from dossier.agencies import register
from dossier.backups.backup import backup
from dossier.backups.restore import Choice, restore
from dossier.database.embedded import EmbeddedPostgres
from dossier.database.migrate import digests, migrate
from dossier.sealing.signed import SealRefused

PLAINLY = Choice()


@pytest.fixture
def older(server: EmbeddedPostgres, kept: Kept, tmp_path: Path) -> Path:
    """The backup of a version that drew up no deeds."""
    data = tmp_path / "older"
    shutil.copytree(kept.data / "keys", data / "keys", ignore=shutil.ignore_patterns("*.signed"))
    with copied(server, "template0") as database:
        migrate(database.owner, names=[name for name in digests() if name < "0024"])
        with psycopg.connect(database.app) as app:
            register(app, HUB)
        backup(database.owner, data, tmp_path / "older backup")
    return tmp_path / "older backup"


def test_a_backup_of_a_version_without_deeds_is_told_as_found(older: Path, empty: Empty, tmp_path: Path) -> None:
    database, data = empty(), tmp_path / "data"
    restore(database.owner, data, older, PLAINLY)
    seal(database, data)
    assert audited(database) == 0


def test_deeds_are_not_begun_anew_beside_those_that_were_signed(
    older: Path, kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    keys = shutil.copytree(older / "keys", tmp_path / "newest")
    shutil.copy(kept.data / "keys" / "deeds.signed", keys)
    with pytest.raises(SealRefused, match=r"deeds were signed since, and the backup knows of none.*--new-log"):
        restore(empty().owner, tmp_path / "data", older, Choice(keys=keys))


def test_persons_of_a_version_that_folded_names_otherwise_are_found_as_this_one_searches(
    kept: Kept, server: EmbeddedPostgres, empty: Empty, tmp_path: Path
) -> None:
    database = empty()
    name = str(conninfo_to_dict(kept.database.owner)["dbname"])
    with copied(server, name) as elder, psycopg.connect(elder.owner) as connection:
        connection.execute("UPDATE vault.entry SET words = 'otherwise' WHERE words IS NOT NULL")
        connection.commit()
        backup(elder.owner, kept.data, tmp_path / "folded otherwise")
    restore(database.owner, tmp_path / "data", tmp_path / "folded otherwise", PLAINLY)
    assert audited(database) == kept.made.position
