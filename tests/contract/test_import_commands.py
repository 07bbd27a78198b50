"""`dossier import` beside a running service: what it writes, prints, and leaves alone."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import psycopg
import pytest
from tests.contract.client import Poster, fresh_number
from tests.contract.files import MAPPING, row, table
from tests.contract.running import Running
from tests.posting import HUB

from dossier.database.embedded import EmbeddedPostgres


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """The arguments for a file with one good row and one that is not."""
    (tmp_path / "contacts.yaml").write_text(MAPPING)
    number = fresh_number()
    rows = [row(f"{number}-1", number), row(f"{number}-2", number, "31/12/24", "Zoé Vandenabeele")]
    (tmp_path / "contacts.csv").write_bytes(table(rows))
    return [str(tmp_path / "contacts.csv"), "--mapping", str(tmp_path / "contacts.yaml"), "--agency", HUB.id]


TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('journal', 'vault', 'registry', 'imports') ORDER BY 1
"""


OTHERS = {"registry.deed": "WHERE about NOT LIKE 'statistics.publication %'"}


def contents(running: Running) -> dict[str, list[str]]:
    """Every row of every table but the projections, as text; without deeds of what the press published meanwhile."""
    with EmbeddedPostgres(running.data) as server, psycopg.connect(server.url("dossier_owner")) as connection:
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        queries = {name: f"SELECT t::text FROM {name} t {OTHERS.get(name, '')} ORDER BY 1".encode() for name in tables}
        return {name: [text for (text,) in connection.execute(query).fetchall()] for name, query in queries.items()}


def test_a_dry_run_leaves_the_database_as_it_was(running: Running, given: list[str]) -> None:
    before = contents(running)
    said = running.run("import", *given, "--dry-run")
    assert contents(running) == before
    assert "1 would be accepted (dossiers to open: 1; agencies to register: 0)" in said
    assert "1 quarantined" in said
    running.run("import", *given)
    assert contents(running) != before


def test_the_report_is_in_the_language_asked_for_and_a_table_beside_it(
    running: Running, given: list[str], tmp_path: Path
) -> None:
    left = tmp_path / "left.csv"
    left.touch(mode=0o644)
    said = running.run("import", *given, "--lang", "nl", "--report", str(left))
    assert stat.S_IMODE(left.stat().st_mode) == 0o600, "what stood in a cell may be a person's"
    assert "1 in quarantaine" in said
    assert "een jaar van twee cijfers" in said
    with left.open(encoding="utf-8-sig", newline="") as text:
        [fault] = csv.DictReader(text)
    assert (fault["line"], fault["column"], fault["value"]) == ("3", "Datum", "31/12/24")
    assert fault["remedy"] == "Schrijf het jaar met vier cijfers."


REFUSED = [
    (["--mapping", "absent.yaml"], 1, "absent.yaml"),
    (["--lang", "de"], 2, "one of fr, nl, en"),
    (["--format", "xml"], 2, "one of text, csv, json"),
    (["--agency", "nobody"], 1, "`nobody` is not registered"),
]


@pytest.mark.parametrize(("options", "code", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(
    running: Running, given: list[str], options: list[str], code: int, said: str
) -> None:
    done = running.call("import", *given, *options)
    assert done.returncode == code, done.stderr
    assert said in done.stderr


def test_a_file_whose_poster_nobody_names_is_refused(running: Running, given: list[str]) -> None:
    done = running.command("import", *given[:3])
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "names no agency" in done.stderr


def test_the_register_is_brought_in_by_either_command(running: Running, hub: Poster) -> None:
    """Of an enterprise that a dossier holds it tells what the register knows, once."""
    sample = Path(__file__).resolve().parents[2] / "../shared/data/kbo_sample"
    with (sample / "enterprise.csv").open(encoding="utf-8", newline="") as text:
        held = next(csv.DictReader(text))["EnterpriseNumber"]
    hub.post("enterprise-linked", {"legal_identifier": held}, hub.open())
    for command in (["import-register", str(sample)], ["import", str(sample), "--mapping", "kbo"]):
        assert "enterprise.csv, as mapping kbo 2025-05-30 reads it: 1 row" in running.run(*command)
