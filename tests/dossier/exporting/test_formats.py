"""An export is whole or not at all, the same for the same log, and holds no person in any format."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.dossier.exporting.conftest import NOTE, Told

from dossier.exporting.file import FileThere, whole_file
from dossier.exporting.formats import FORMATS, export

EVERY_FORMAT = pytest.mark.parametrize("format_", FORMATS)


@EVERY_FORMAT
def test_the_same_log_up_to_the_same_position_gives_the_same_bytes(format_: str, told: Told, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for path in (first, second):
        export(told.database.reader, path, format_, until=10)
    assert first.read_bytes() == second.read_bytes()


@EVERY_FORMAT
def test_no_person_is_in_an_export(format_: str, told: Told, tmp_path: Path) -> None:
    export(told.database.reader, tmp_path / "log", format_)
    said = spoken(tmp_path / "log").lower()
    assert "coaching-session-held" in said
    assert NOTE.lower() not in said


def spoken(path: Path) -> str:
    """All that an export says, unpacked."""
    content = path.read_bytes()
    if content.startswith(b"PAR1"):
        return str(pq.read_table(path).to_pylist())
    stored = re.findall(rb'"stored":"([^"]+)"', content)
    return b"".join([content, *map(base64.b64decode, stored)]).decode()


@EVERY_FORMAT
def test_an_empty_extent_is_a_readable_file(format_: str, told: Told, tmp_path: Path) -> None:
    assert export(told.database.reader, tmp_path / "log", format_, until=0).events == 0
    assert (tmp_path / "log").stat().st_size > 0


def test_a_position_past_the_end_is_refused_and_leaves_nothing(told: Told, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"the log ends at position {told.events}"):
        export(told.database.reader, tmp_path / "log", "ndjson", until=told.events + 1)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_with_all(told: Told, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    export(told.database.reader, tmp_path / "log", "ndjson", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (told.events, told.events)


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("precious")
    with pytest.raises(FileThere, match="--force"), whole_file(path) as file:
        file.write(b"other")
    assert path.read_text() == "precious"


def test_a_file_is_replaced_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("old")
    with whole_file(path, replace=True) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_a_file_that_was_cut_off_never_appears(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "log") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nowhere/log cannot be written"), whole_file(tmp_path / "nowhere" / "log"):
        pass
