"""The access ledger as NDJSON: its owner's alone, the same for the same readings, and under the root that is signed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest

from dossier.database.connections import Database
from dossier.exporting.file import FileThere
from dossier.exporting.readings import export_readings
from dossier.journal import Journal
from dossier.ledger import Entry, Ledger, Seen
from dossier.sealing.reading import root_at
from dossier.sealing.series import READINGS


@pytest.fixture(scope="module")
def read(shared_database: Database) -> Database:
    """A database with five readings."""
    journal = Journal(shared_database.app)
    ledger = Ledger(journal, shared_database.app)
    for n in range(5):
        ledger.record(Entry(Seen(UUID(int=n), 1, n + 1), "adviser", "guidance", "page", "hub", "0" * 32))
    ledger.close()
    journal.close()
    return shared_database


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_a_line_says_what_its_stored_bytes_say(read: Database, tmp_path: Path) -> None:
    export_readings(read.reader, tmp_path / "readings")
    *readings, trailer = lines(tmp_path / "readings")
    assert [one["number"] for one in readings] == ["1", "2", "3", "4", "5"]
    for one in readings:
        assert orjson.loads(base64.b64decode(one["stored"])) | {name: one[name] for name in ("digest", "stored")} == one
    assert (trailer["count"], trailer["last_number"]) == (5, "5")


def test_the_trailer_has_the_root_of_a_checkpoint_over_as_many_and_since_when(read: Database, tmp_path: Path) -> None:
    export_readings(read.reader, tmp_path / "readings", until=3)
    trailer = lines(tmp_path / "readings")[-1]
    with psycopg.connect(read.app) as connection:
        root = base64.b64encode(root_at(connection, 3, READINGS)).decode()
        [since] = connection.execute("SELECT at FROM ledger.opening").fetchone() or (None,)
    assert (trailer["size"], trailer["root"]) == ("3", root)
    assert trailer["since"][:19] == f"{since:%Y-%m-%dT%H:%M:%S}"


def test_the_same_readings_give_the_same_bytes_and_nobody_else_may_read_them(read: Database, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for path in (first, second):
        export_readings(read.reader, path, until=4)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_mode & 0o077 == 0


def test_more_than_there_are_and_a_file_that_is_there_are_refused(read: Database, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the access ledger ends at number 5"):
        export_readings(read.reader, tmp_path / "readings", until=6)
    assert list(tmp_path.iterdir()) == []
    export_readings(read.reader, tmp_path / "readings")
    with pytest.raises(FileThere):
        export_readings(read.reader, tmp_path / "readings")
