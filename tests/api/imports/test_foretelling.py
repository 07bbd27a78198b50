"""A dry run foretells what the import then does, also where rows move enterprises between dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tests.posting import NUMBERS

from api.imports import importing
from api.imports.importing import run_import
from api.imports.loading import read_mapping
from api.imports.report import Report
from dossier.database.connections import Database
from dossier.log import Log, running_log

VISITS = read_mapping(
    """
version: 1
name: visits
about: Visits, and other enterprises that somebody runs
file: {format: csv, delimiter: ","}
columns: {ref: ref, number: number, day: day, kind: kind}
optional_columns: {other: other}
agency: {id: desk, names: {fr: A, nl: A, en: A}, source_prefix: "urn:desk"}
dossier: {enterprise: number, opened_at: {date: day}}
events:
  - {type: contact-made, id: "{ref}", time: {date: day}, data: {channel: {text: kind}}}
  - type: enterprise-linked
    id: "{ref}/linked"
    time: {date: day}
    when_filled: [other]
    data: {legal_identifier: {enterprise_number: other}}
""",
    "visits.yaml",
)
HEAD = "ref,number,day,kind,other"


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    with running_log(database) as log:
        yield log


def both(log: Log, file: Path, *rows: str) -> list[tuple[int, int, int, list[int]]]:
    """What a dry run tells of a file, and what the import then does."""
    file.write_text("\n".join([HEAD, *rows]) + "\n")
    return [counts(run_import(log, file, VISITS, dry_run=dry_run)) for dry_run in (True, False)]


def counts(report: Report) -> tuple[int, int, int, list[int]]:
    return report.accepted, report.duplicate, report.opened, [row.line for row in report.quarantined]


def test_an_enterprise_that_a_row_brings_to_a_dossier_opens_no_other(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    one, other = next(NUMBERS), next(NUMBERS)
    rows = f"moved1,{one},2024-01-01,x,{other}", f"moved2,{other},2024-01-01,x,"
    assert both(log, tmp_path / "rows.csv", *rows) == [(2, 0, 1, [])] * 2


def test_a_row_that_stands_twice_by_either_number_is_a_duplicate(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    one, other = next(NUMBERS), next(NUMBERS)
    rows = f"twice1,{one},2024-01-01,x,{other}", f"twice1,{other},2024-01-01,x,{other}"
    assert both(log, tmp_path / "rows.csv", *rows) == [(1, 1, 1, [])] * 2


@pytest.mark.parametrize("seed", range(6))
def test_what_any_file_comes_to_is_foretold(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    for turn in range(4):
        monkeypatch.setattr(importing, "CHUNK", chance.choice([1, 2, 500]))
        numbers = [next(NUMBERS) for _ in range(3)]
        rows = [
            f"s{seed}t{turn}r{chance.randrange(4)},{chance.choice(numbers)},"
            f"{chance.choice(['2024-01-01', '2024-01-01', '2999-01-01'])},{chance.choice('xxxy')},"
            f"{chance.choice(['', '', *numbers])}"
            for _ in range(7)
        ]
        told, done = both(log, tmp_path / "rows.csv", *rows)
        assert told == done, rows
