"""What an auditor gives the commands: a figure's file and a key's, whatever is in them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from api.command_line.auditing import too_large
from api.command_line.recounting import figure as count_again
from api.command_line.recounting import read_figure
from api.command_line.sealed import told
from dossier.sealing.keys import Signer
from dossier.verification import bundle
from dossier.verification.strict_json import MOST
from dossier.verification.wrong import Wrong

CERTIFICATE = {"ruleset": "2026.1", "ruleset_digest": "x", "position": "7", "root": "x", "disclosure": {}}


def figure(**certificate: Any) -> dict[str, Any]:
    return {"indicator": "re-explaining", "by": [], "rows": [], "certificate": CERTIFICATE | certificate}


@pytest.mark.parametrize("readings", [[], None, 7, "", "-1", "x", "٣", "9" * 30])
def test_a_count_of_readings_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], readings: Any
) -> None:
    path = tmp_path / "figure.json"
    path.write_text(json.dumps(figure(readings="7")))
    assert read_figure(path)["certificate"]["readings"] == "7"
    path.write_text(json.dumps(figure(readings=readings)))
    with pytest.raises(SystemExit):
        read_figure(path)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_figure_that_says_its_rows_twice_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Readers would differ on which counts: one shows the forged ones, the recount checks the others."""
    path = tmp_path / "figure.json"
    path.write_text('{"rows": [{"value": 7}], ' + json.dumps(figure())[1:])
    with pytest.raises(SystemExit):
        read_figure(path)
    assert "is no figure: a figure has by, certificate" in capsys.readouterr().err


def test_a_pipe_that_nobody_may_ever_write_to_is_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, pipe = tmp_path / "figure.json", tmp_path / "log.ndjson"
    given.write_text(json.dumps(figure(readings="7")))
    os.mkfifo(pipe)
    for certificate, log in ((pipe, None), (given, pipe)):
        with pytest.raises(SystemExit):
            count_again(certificate, log=log)
        assert capsys.readouterr().err == f"dossier: {pipe} is no file\n"


@pytest.mark.parametrize("text", ["x" * (bundle.LARGEST + 1), "é" * (bundle.LARGEST // 2 + 1), "," * (MOST + 1)])
def test_a_bundle_that_no_verifier_takes_is_told_when_it_is_written(text: str) -> None:
    assert too_large(text)
    assert not too_large("{}")
    with pytest.raises(Wrong, match="more than"):
        bundle.verify_bundle(text.encode(), Signer.new("log.example/1").vkey)


def test_a_key_is_read_from_its_file_no_further_than_a_key_can_go(tmp_path: Path) -> None:
    path = tmp_path / "log.vkey"
    path.write_text("log.example/1+00000000+AQ==\n")
    assert told(str(path)) == told("log.example/1+00000000+AQ==")
    with path.open("wb") as file:
        file.write(b"x" * 5_000)
        file.truncate(1 << 40)
    assert told(str(path)) == "x" * 1_000


def test_what_is_no_text_is_no_file_of_a_key(tmp_path: Path) -> None:
    path = tmp_path / "log.vkey"
    path.write_bytes(b"\xff" * 100)
    assert told(str(path)) == str(path)
