"""May an undertaking receive this aid: the answer in a terminal, as known now and as known then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.projections.standing import catch_up, tell
from typer.testing import CliRunner

from api.command_line.main import app
from dossier.log import Log
from dossier.refusals import Refused
from dossier.writing.registration import new_dossier_id

NUMBER = "0472.909.840"
AID = {"instrument": "grant", "legal_basis": "de-minimis"}


def asked(*arguments: str) -> dict[str, Any]:
    """What the command answers."""
    done = CliRunner().invoke(app, ["de-minimis", NUMBER, *arguments])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def granted(log: Log, dossier: Any, application: str, amount: str, day: str) -> str:
    """A grant is applied for and decided; when that was recorded, as RFC 3339."""
    named = {"application_id": application, "amount": amount}
    decided = {"outcome": "granted", "legal_basis": "de-minimis", "legal_right_conferred_on": day}
    tell(log, dossier, [{"aid-applied": AID | named, "at": day}])
    [position] = tell(log, dossier, [{"aid-decided": named | decided, "at": day}])
    with log.journal.reading() as connection:
        row = connection.execute("SELECT stored FROM journal.event WHERE position = %s", (position,)).fetchone()
    assert row is not None
    return str(orjson.loads(row[0])["recordedtime"])


@pytest.fixture
def known(log: Log) -> str:
    """An enterprise with two grants, the earlier reported last; when only the other was known."""
    dossier = new_dossier_id()
    tell(log, dossier, [{"dossier-opened": {}, "at": "2020-01-01"}])
    tell(log, dossier, [{"enterprise-linked": {"legal_identifier": NUMBER, "role": "founder"}, "at": "2020-01-01"}])
    first = granted(log, dossier, "a", "100000.00", "2024-05-01")
    granted(log, dossier, "b", "150000.00", "2024-04-01")
    catch_up(log.database.app)
    return first


def test_the_answer_says_why_and_when_room_frees(known: str) -> None:
    wish = ("--amount", "150000", "--on", "2024-06-01")
    answer = asked(*wish)
    assert (answer["allowed"], answer["used"], answer["room"]) == (False, "250000.00", "50000.00")
    assert answer["earliest"] == "2027-04-02"
    assert len(answer["because"]["positions"]) == 2
    assert asked(*wish[:2], "--on", "2027-04-02")["allowed"] is True
    assert asked(*wish[2:])["room"] == "50000.00", "without an amount the room alone is told"


def test_as_known_then_it_is_answered_as_it_was_then(known: str) -> None:
    answer = asked("--amount", "150000", "--on", "2024-06-01", "--known", known)
    assert (answer["allowed"], answer["used"]) == (True, "100000.00")


def test_what_no_server_has_projected_is_projected_before_it_is_judged(known: str, log: Log) -> None:
    other = new_dossier_id()
    tell(log, other, [{"dossier-opened": {}, "at": "2020-01-01"}])
    tell(log, other, [{"enterprise-linked": {"legal_identifier": NUMBER, "role": "founder"}, "at": "2020-01-01"}])
    granted(log, other, "c", "10000.00", "2024-05-02")
    assert asked("--on", "2024-06-01")["used"] == "260000.00"


def test_what_is_no_amount_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["de-minimis", NUMBER, "--amount", "much", "--data", str(tmp_path / "data")])
    assert isinstance(refused.exception, Refused)
    assert not list(tmp_path.iterdir())
