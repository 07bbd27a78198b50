"""Real registers come into a real log: what is exact is taken once, the rest is quarantined and says why."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from api.imports.importing import run_import
from api.imports.loading import load_mapping
from api.imports.placing import dossier_of
from api.imports.report import Report
from api.imports.shipped import shipped_mappings
from dossier.catalogue import AidApplied, AidDecided, DossierOpened, EnterpriseLinked
from dossier.database.connections import Database
from dossier.event import Event
from dossier.log import Log, running_log

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
TAM = DATA / "tam/tam_belgium_clean.csv"
CORDIS = DATA / "cordis/cordis_participations_be.csv"
MAPPINGS = {name: load_mapping(file) for name, file in shipped_mappings().items()}
CONFO = "0632474939"


class Imported(NamedTuple):
    """A log that both registers were brought into, the reports, and the rows a progress bar was told of."""

    log: Log
    rehearsed: Report
    tam: Report
    cordis: Report
    progress: list[int]


@pytest.fixture(scope="module")
def imported(shared_database: Database) -> Iterator[Imported]:
    told: list[int] = []
    with running_log(shared_database) as log:
        rehearsed = run_import(log, TAM, MAPPINGS["tam"], dry_run=True, progress=told.append)
        assert log.journal.head().position == 0
        assert not log.agencies
        yield Imported(log, rehearsed, bring(log, TAM, "tam"), bring(log, CORDIS, "cordis"), told)


def bring(log: Log, file: Path, mapping: str) -> Report:
    return run_import(log, file, MAPPINGS[mapping])


def records(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def is_exact(row: dict[str, str]) -> bool:
    """Whether a TAM row has one valid number and an exact amount."""
    return row["enterprise_number_valid"] == "True" and "<" not in row["aid_element"]


def history(log: Log, enterprise: str) -> list[Event]:
    dossier = dossier_of(enterprise)
    return log.journal.events_of([dossier])[dossier]


def test_every_row_is_accepted_or_quarantined(imported: Imported) -> None:
    report = imported.tam
    assert (report.rows, report.accepted, report.duplicate, len(report.quarantined)) == (2045, 1987, 0, 58)


def test_rows_are_quarantined_for_what_they_lack(imported: Imported) -> None:
    assert imported.tam.codes() == {
        "amount-bound": 25,
        "number-several": 11,
        "number-wrong": 11,
        "number-foreign": 10,
        "number-absent": 1,
    }


def test_exactly_the_rows_that_are_not_exact_are_quarantined(imported: Imported) -> None:
    expected = [line for line, row in enumerate(records(TAM), 2) if not is_exact(row)]
    assert [row.line for row in imported.tam.quarantined] == expected


def test_a_quarantined_row_names_the_file_s_column_and_its_value(imported: Imported) -> None:
    consortium = next(row for row in imported.tam.quarantined if row.line == 1795)
    fault = consortium.faults[0]
    assert (fault.column, fault.value) == ("national_id_raw", "0850.123.935 en 0419.052.173")
    assert len(consortium.faults) == 1


def test_a_second_run_accepts_nothing(imported: Imported) -> None:
    before = imported.log.journal.head()
    again = bring(imported.log, TAM, "tam")
    assert (again.accepted, again.duplicate, again.opened, again.registered) == (0, 1987, 0, [])
    assert again.quarantined == imported.tam.quarantined
    assert imported.log.journal.head() == before


def test_a_dry_run_tells_what_the_import_then_does(imported: Imported) -> None:
    assert replace(imported.rehearsed, dry_run=False) == imported.tam


def test_cordis_is_taken_into_the_dossiers_tam_opened(imported: Imported) -> None:
    report = imported.cordis
    assert (report.rows, report.accepted, report.duplicate, len(report.quarantined)) == (45, 41, 0, 4)
    assert report.codes() == {"rule": 3, "empty": 1}
    tam = {row["enterprise_number"] for row in records(TAM) if is_exact(row)}
    new = {row["enterprise_number"] for row in records(CORDIS) if row["ecContribution"] != "0"} - tam - {""}
    assert report.opened == len(new)


def test_each_authority_is_an_agency(imported: Imported) -> None:
    authorities = {row["granting_authority"] for row in records(TAM) if is_exact(row)}
    names = {agency.name_fr for agency in imported.log.agencies.values()}
    assert names == authorities | {"Commission européenne"}
    assert {
        "bee",
        "innoviris",
        "vlaio",
        "spw-dg-energie",
        "european-commission",
    } <= imported.log.agencies.keys()


def test_totals_of_enterprises_with_several_authorities_are_the_register_s(imported: Imported) -> None:
    expected: dict[str, Decimal] = defaultdict(Decimal)
    authorities: dict[str, set[str]] = defaultdict(set)
    for row in filter(is_exact, records(TAM)):
        expected[row["enterprise_number"]] += Decimal(row["nominal_amount"] or row["aid_element"])
        authorities[row["enterprise_number"]].add(row["granting_authority"])
    for row in records(CORDIS):
        if row["enterprise_number"] and row["ecContribution"] != "0":
            expected[row["enterprise_number"]] += Decimal(row["ecContribution"])
            authorities[row["enterprise_number"]].add("European Commission")
    several = [number for number in expected if len(authorities[number]) > 1]
    assert len(several) == 32
    for number in several:
        events = history(imported.log, number)
        granted = [event.data for event in events if isinstance(event.data, AidDecided)]
        assert sum(Decimal(aid.amount or 0) for aid in granted) == expected[number]
        assert len({event.agency for event in events}) == len(authorities[number])


def test_an_enterprise_has_its_awards_from_several_authorities(imported: Imported) -> None:
    events = history(imported.log, CONFO)
    assert Counter(event.data.NAME for event in events) == {
        "dossier-opened": 1,
        "enterprise-linked": 1,
        "project-described": 4,
        "aid-applied": 4,
        "aid-decided": 4,
    }
    decided = [(e.time[:10], e.agency, e.data.amount) for e in events if isinstance(e.data, AidDecided)]
    assert decided == [
        ("2016-11-25", "innoviris", "966210"),
        ("2017-01-26", "vlaio", "1635960"),
        ("2018-01-25", "vlaio", "1027959"),
        ("2019-12-12", "innoviris", "686700"),
    ]


def test_an_award_keeps_its_dates_and_its_own_words(imported: Imported) -> None:
    events = history(imported.log, CONFO)
    applied, decided = (next(e for e in events if isinstance(e.data, kind)) for kind in (AidApplied, AidDecided))
    assert isinstance(applied.data, AidApplied)
    assert isinstance(decided.data, AidDecided)
    assert (decided.time, decided.timeprecision) == ("2016-11-25T00:00:00+01:00", "day")
    assert decided.recordedtime > "2026"
    assert decided.data.legal_right_conferred_on == "2016-11-25"
    assert decided.data.published_on == "2018-05-16"
    assert (decided.data.legal_basis, decided.data.local_term) == (
        "gber",
        "Industrial research (Art. 31.2.b)",
    )
    assert (applied.data.instrument, applied.data.local_term) == ("grant", "Direct grant")
    assert (applied.data.scheme, applied.data.application_id) == ("SA.35534", "TM-10098574")


def test_an_opening_names_no_person_and_keeps_the_number_as_supplied(imported: Imported) -> None:
    opened, linked, *_ = history(imported.log, CONFO)
    assert isinstance(opened.data, DossierOpened)
    assert opened.personal is None
    assert isinstance(linked.data, EnterpriseLinked)
    assert (linked.data.legal_identifier, linked.data.legal_identifier_as_supplied) == (CONFO, "0632.474.939")


def test_progress_is_told_by_rows(imported: Imported) -> None:
    assert imported.progress == [500, 1000, 1500, 2000, 2045]
