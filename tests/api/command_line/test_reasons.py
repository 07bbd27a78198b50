"""Why a ruleset is published or retired: given, asked for on a terminal, or missing and said to be."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from api.command_line.reasons import UNSAID, why
from api.command_line.rules_cycle import publish_rules, retire_rules
from dossier.catalogue.rules import RULEBOOK
from dossier.log import Log
from projections.rulesets.ruleset import ruleset


class Terminal(io.StringIO):
    """A person who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ruleset with another list of sectors."""
    rule = ruleset().rules["sector.ict.2008"]
    changed = {**rule, "values": [{**rule["values"][0], "value": ["62"], "source": "A decision"}]}
    made = tmp_path / "2027.1"
    made.mkdir()
    (made / "sector.yaml").write_text(yaml.safe_dump({"sector.ict.2008": changed}), encoding="utf-8")
    return made


def recorded(log: Log) -> list[dict[str, Any]]:
    """What the log says was done to rules."""
    with log.journal.reading() as connection:
        found = connection.execute(
            "SELECT stored FROM journal.event WHERE dossier = %s ORDER BY position", (RULEBOOK,)
        ).fetchall()
    return [orjson.loads(stored)["data"] for (stored,) in found]


def test_the_log_holds_the_reason_and_a_missing_one_is_told(
    log: Log, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_rules(folder)
    assert capsys.readouterr().err == UNSAID
    publish_rules(folder)
    assert capsys.readouterr().err == "", "nothing is recorded again"
    retire_rules("2027.1", reason="withdrawn")
    assert capsys.readouterr().err == ""
    published, retired = recorded(log)
    assert published["by"] == "operator"
    assert published.get("reason") is None
    assert retired["reason"] == "withdrawn"
    capsys.readouterr()
    retire_rules("2027.1", reason="again")
    said = capsys.readouterr().out
    assert "was retired before" in said
    assert "by operator: withdrawn: nothing more is recorded" in said
    assert len(recorded(log)) == 2


def test_on_a_terminal_a_person_is_asked_until_there_is_a_reason(
    log: Log, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("\nReg. (EU) 2026/1\n"))
    publish_rules(folder)
    assert [one["reason"] for one in recorded(log)] == ["Reg. (EU) 2026/1"]
    assert "Why, for the record in the log" in capsys.readouterr().err


def test_a_reason_given_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("another\n"))
    assert why("a decision") == "a decision"
    assert why("  ") == "another", "blanks are no reason"
