"""What was backed up is what is restored, byte for byte; what cannot be trusted is refused and leaves nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from tests.dossier.backups.conftest import OPERATING, Empty, Kept, audited, erasure, seal
from tests.posting import accepted, contact, post, repeated

from dossier.backups import manifest
from dossier.backups.backup import backup
from dossier.backups.erasures import replay
from dossier.backups.manifest import BackupRefused
from dossier.backups.restore import Choice, restore, staged
from dossier.backups.tables import PLAIN, tables
from dossier.database.connections import Database
from dossier.database.schema import committed, schema
from dossier.exporting.formats import export
from dossier.log import running_log
from dossier.sealing.keys import LogKeys
from dossier.sealing.signed import LastSigned, SealRefused

PLAINLY = Choice()


def told(database: Database) -> dict[str, bytes]:
    """Every table of a database, as text."""
    found = {}
    with psycopg.connect(database.owner, options=PLAIN) as connection:
        for table in tables(connection):
            with connection.cursor().copy(table.told()) as copy:
                found[table.name] = b"".join(bytes(piece) for piece in copy)
    return found


def vault(database: Database) -> set[str]:
    """The dossiers whose persons the vault holds."""
    with psycopg.connect(database.owner) as connection:
        return {str(dossier) for (dossier,) in connection.execute("SELECT DISTINCT dossier FROM vault.entry")}


@pytest.fixture
def backed_up(kept: Kept, tmp_path: Path) -> Path:
    """A copy of the backup, to do harm to."""
    return shutil.copytree(kept.directory, tmp_path / "backup")


def test_every_table_comes_back_as_it_was(kept: Kept, empty: Empty, tmp_path: Path) -> None:
    database = empty()
    restore(database.owner, tmp_path, kept.directory, PLAINLY)
    assert told(database) == told(kept.database)
    assert schema(database.owner) == committed().read_text()
    assert audited(database) == kept.made.position == 4


def test_the_keys_come_back_for_their_owner_alone(kept: Kept, empty: Empty, tmp_path: Path) -> None:
    restore(empty().owner, tmp_path, kept.directory, PLAINLY)
    back = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert back == {path.name: path.read_bytes() for path in (kept.data / "keys").iterdir()}
    for file in [*(tmp_path / "keys").iterdir(), *kept.directory.rglob("*")]:
        assert file.stat().st_mode & 0o077 == 0, file


def test_writing_goes_on_where_it_stood(kept: Kept, empty: Empty, tmp_path: Path) -> None:
    database = empty()
    restore(database.owner, tmp_path, kept.directory, PLAINLY)
    with running_log(database) as log:
        assert repeated(post(log, kept.event)[0]) == kept.position
        assert accepted(post(log, contact(kept.dossier))[0]).position == kept.made.position + 1
    seal(database, tmp_path)
    assert audited(database) == kept.made.position + 1
    with psycopg.connect(database.owner) as connection:
        there = connection.execute("SELECT max(number) FROM seal.key").fetchone()
        row = connection.execute("INSERT INTO seal.key (vkey) VALUES ('next') RETURNING number").fetchone()
    assert there
    assert row == (there[0] + 1,)  # a sequence goes on too


def test_an_erased_person_does_not_come_back(kept: Kept, empty: Empty, tmp_path: Path) -> None:
    database = empty()
    restore(database.owner, tmp_path, kept.directory, PLAINLY)
    assert vault(database) == {str(kept.dossier)}


@pytest.mark.parametrize("lists", ["backup", "export"])
def test_an_erasure_after_the_backup_is_recorded_again_from_a_list(
    lists: str, kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    later, again = empty(), empty()
    restore(later.owner, tmp_path / "later", kept.directory, PLAINLY)
    event = erasure(kept.dossier)
    with running_log(later) as log:
        accepted(post(log, event, agency=OPERATING)[0])
    listed = tmp_path / "newer" / "erasures.ndjson"
    if lists == "backup":
        backup(later.owner, tmp_path / "later", tmp_path / "newer")
    else:
        listed.parent.mkdir()
        export(later.reader, listed, "ndjson")
    restore(again.owner, tmp_path / "again", kept.directory, PLAINLY)
    assert vault(again) == {str(kept.dossier)}
    with running_log(again) as log:
        assert replay(log, listed) == (1, 1)
        assert replay(log, listed) == (0, 2)
        assert repeated(post(log, event, agency=OPERATING)[0]) == kept.made.position + 1
    assert vault(again) == set()


def test_which_values_were_the_same_is_kept_of_those_erased_before_a_backup_and_after_it(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    database = empty()
    restore(database.owner, tmp_path, kept.directory, PLAINLY)
    told = {"person given_name": 1, "person family_name": 1}
    assert sameness(database) == {kept.erased: told}
    with running_log(database) as log:
        accepted(post(log, erasure(kept.dossier), agency=OPERATING)[0])
    assert sameness(database) == {kept.erased: told, kept.dossier: told}
    seal(database, tmp_path)
    assert audited(database) == kept.made.position + 1


def sameness(database: Database) -> dict[UUID, dict[str, int]]:
    with psycopg.connect(database.app) as connection:
        return dict(connection.execute("SELECT dossier, told FROM journal.sameness").fetchall())


def test_what_is_no_list_of_erasures_is_refused(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("no JSON")
    with running_log(kept.database) as log, pytest.raises(BackupRefused, match="no list of erasures"):
        replay(log, tmp_path / "list")


@pytest.mark.parametrize("file", ["tables/journal.event.copy.zst", "keys/log.key", "erasures.ndjson"])
@pytest.mark.parametrize("harm", ["altered", "missing"])
def test_a_backup_that_is_not_as_it_was_written_is_refused(
    file: str, harm: str, backed_up: Path, empty: Empty, tmp_path: Path
) -> None:
    path, database = backed_up / file, empty()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink() if harm == "missing" else path.write_bytes(content)
    with pytest.raises(BackupRefused, match=file):
        restore(database.owner, tmp_path / "data", backed_up, PLAINLY)
    assert told(database) == {}


def test_rows_that_read_back_otherwise_are_refused_and_undone(backed_up: Path, empty: Empty, tmp_path: Path) -> None:
    document = json.loads((backed_up / manifest.NAME).read_text())
    for part in document["parts"]:
        part["rows_sha256"] = "0" * 64 if part["table"] == "vault.entry" else part["rows_sha256"]
    (backed_up / manifest.NAME).write_text(json.dumps(document))
    database = empty()
    with pytest.raises(BackupRefused, match=r"vault\.entry reads back otherwise"):
        restore(database.owner, tmp_path / "data", backed_up, PLAINLY)
    assert told(database)["journal.event"] == b""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"format": "dossier-backup/2"}, "another format"),
        ({"migrations": {"9999_later.sql": "0" * 64}}, "9999_later.sql, which is not known"),
        ({"migrations": {"0001_journal.sql": "0" * 64}}, "0001_journal.sql, which is not known"),
        ({"surprise": 1}, "not whole"),
    ],
)
def test_a_manifest_of_another_version_is_refused(
    changed: dict[str, object], why: str, backed_up: Path, empty: Empty, tmp_path: Path
) -> None:
    document = json.loads((backed_up / manifest.NAME).read_text()) | changed
    (backed_up / manifest.NAME).write_text(json.dumps(document))
    with pytest.raises(BackupRefused, match=why):
        restore(empty().owner, tmp_path / "data", backed_up, PLAINLY)


def test_a_backup_that_was_cut_off_is_none(backed_up: Path, empty: Empty, tmp_path: Path) -> None:
    (backed_up / manifest.NAME).unlink()
    with pytest.raises(BackupRefused, match="no finished backup"):
        restore(empty().owner, tmp_path / "data", backed_up, PLAINLY)


def test_a_database_that_holds_events_is_left_alone(kept: Kept, tmp_path: Path) -> None:
    before = told(kept.database)
    with pytest.raises(BackupRefused, match="holds a log already"):
        restore(kept.database.owner, tmp_path, kept.directory, PLAINLY)
    assert told(kept.database) == before


def test_keys_may_be_kept_elsewhere(kept: Kept, backed_up: Path, empty: Empty, tmp_path: Path) -> None:
    elsewhere = (backed_up / "keys").rename(tmp_path / "safe")
    with pytest.raises(BackupRefused, match="--keys"):
        restore(empty().owner, tmp_path / "data", backed_up, PLAINLY)
    with pytest.raises(BackupRefused, match=r"token\.key"):
        restore(empty().owner, tmp_path / "data", backed_up, Choice(keys=tmp_path))
    restore(empty().owner, tmp_path / "data", backed_up, Choice(keys=elsewhere))
    assert (tmp_path / "data" / "keys" / "token.key").read_bytes() == (kept.data / "keys" / "token.key").read_bytes()


@pytest.fixture
def moved_on(kept: Kept, empty: Empty, tmp_path: Path) -> Path:
    """The keys of a log that signed more after its backup."""
    database, data = empty(), tmp_path / "moved on"
    restore(database.owner, data, kept.directory, PLAINLY)
    with running_log(database) as log:
        accepted(post(log, contact(kept.dossier))[0])
    seal(database, data)
    return data / "keys"


@pytest.mark.parametrize("told_by", ["signed", "keys"])
def test_a_log_that_signed_more_since_is_not_gone_back_on(
    told_by: str, moved_on: Path, kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    choice = Choice(signed=moved_on / "log.signed") if told_by == "signed" else Choice(keys=moved_on)
    database = empty()
    with pytest.raises(SealRefused, match=r"the log has 4 events, but a checkpoint over 5 was signed.*--new-log"):
        restore(database.owner, tmp_path / "data", kept.directory, choice)
    assert told(database)["journal.event"] == b""


def test_the_server_refuses_to_sign_when_the_newer_file_is_put_beside_it(
    moved_on: Path, kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    database, data = empty(), tmp_path / "data"
    restore(database.owner, data, kept.directory, PLAINLY)
    shutil.copy(moved_on / "log.signed", data / "keys" / "log.signed")
    with pytest.raises(SealRefused, match="this database is older than its last signature"):
        seal(database, data)


def test_a_new_log_signs_with_a_key_of_its_own(moved_on: Path, kept: Kept, empty: Empty, tmp_path: Path) -> None:
    database, data = empty(), tmp_path / "data"
    restore(database.owner, data, kept.directory, Choice(keys=moved_on, new_log=True))
    assert not (data / "keys" / "log.key").exists()
    seal(database, data)
    assert LogKeys(data).signers()[0].vkey != LogKeys(kept.data).signers()[0].vkey
    last = LastSigned(data).read()
    assert last is not None
    assert last.size == audited(database) == kept.made.position
    assert (data / "keys" / "token.key").exists()


def test_a_drill_delivers_nothing(kept: Kept, empty: Empty, tmp_path: Path) -> None:
    database = empty()
    restore(database.owner, tmp_path, kept.directory, Choice(drill=True))
    with psycopg.connect(database.owner) as connection:
        assert connection.execute("SELECT status FROM webhook.subscription").fetchall() == [("disabled",)]


def test_the_stage_takes_its_place_only_when_all_went_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "restoring" / "postgres").mkdir(parents=True)  # of a restore that was killed
    with staged(data) as stage:
        assert list(stage.iterdir()) == []
        (stage / "keys").mkdir()
    assert [path.name for path in data.iterdir()] == ["keys"]
    with pytest.raises(BackupRefused, match="not empty"), staged(data):
        pass


def test_a_failed_restore_leaves_the_directory_empty(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path) as stage:
            (stage / "postgres").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_failed_restore_leaves_no_directory_that_it_made(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path / "data") as stage:
            (stage / "postgres").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_last_checkpoint_that_is_none_is_refused_before_anything_is_written(
    kept: Kept, empty: Empty, tmp_path: Path
) -> None:
    (tmp_path / "list").write_text("no checkpoint")
    database = empty()
    with pytest.raises(SealRefused, match="holds no checkpoint"):
        restore(database.owner, tmp_path / "data", kept.directory, Choice(signed=tmp_path / "list"))
    assert told(database) == {}


def test_a_backup_goes_into_an_empty_directory_alone(kept: Kept) -> None:
    before = sorted(kept.directory.rglob("*"))
    with pytest.raises(BackupRefused, match="not empty"):
        backup(kept.database.owner, kept.data, kept.directory)
    assert sorted(kept.directory.rglob("*")) == before


def test_a_backup_that_fails_leaves_nothing(empty: Empty, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="no log here"):
        backup(empty().owner, tmp_path, tmp_path / "backup")
    assert list((tmp_path / "backup").iterdir()) == []
