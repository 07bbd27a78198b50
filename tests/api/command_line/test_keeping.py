"""Keeping the log: what cannot be done is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
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


def test_an_audit_of_no_log_finds_nothing_whole(tmp_path: Path) -> None:
    load("audit")
    done = CliRunner().invoke(app, ["audit", "log", "--data", str(tmp_path / "mistyped")])
    assert done.exit_code == 1
    assert "there is no log in" in done.stderr
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize(
    "command",
    [
        "agency list",
        "agency rename hub --name-fr A --name-nl B",
        "audit key rotate",
        "de-minimis 0403.019.261",
        "export -o log.ndjson",
        "generations list",
        "indicators publish --all",
        "indicators run ict-share",
        "rebuild",
        "replay 0198c0de-0000-7000-8000-000000000000",
        "report --year 2025",
        "rules list",
        "vocabulary unmapped hub",
        "withdraw --role adviser",
        "witness add hub example+01234567+AQ",
    ],
)
def test_a_command_that_begins_no_log_leaves_none_under_a_wrong_name(command: str, tmp_path: Path) -> None:
    words = command.split()
    load(words[0])
    done = CliRunner().invoke(app, [*words, "--data", str(tmp_path / "mistyped")])
    assert done.exit_code == 1, done.output
    assert "there is no log in" in done.stderr
    assert not (tmp_path / "mistyped").exists()
