"""Keeping the log: what cannot be done is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from api.command_line.main import app, load
from dossier.backups.manifest import BackupRefused


def test_a_list_of_erasures_that_is_none_is_refused_before_anything_is_restored(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("no JSON")
    load("restore")
    given = [str(tmp_path), "--erasures", str(tmp_path / "list"), "--data", str(tmp_path / "data")]
    refused = CliRunner().invoke(app, ["restore", *given]).exception
    assert isinstance(refused, BackupRefused)
    assert "no list of erasures" in str(refused)
    assert not (tmp_path / "data").exists()
