"""The enterprise register tells dossiers what it has on file of their enterprises, once; later only what changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.posting import HUB, accepted, cloud_event

from api.imports.problems import FileRefused
from api.imports.register.communes import nis
from api.imports.register.enriching import enrich
from api.imports.register.record import legal_form, main_activity, name, seat
from api.imports.report import Report
from dossier.database.connections import Database
from dossier.decisions import OPERATOR
from dossier.journal import Journal
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id
from projections.history.gathering import read
from projections.history.history import as_true, history_of
from projections.rulesets.ruleset import ruleset
from projections.state.current import current

SAMPLE = Path(__file__).resolve().parents[3] / "../shared/data/kbo_sample"
VENECO, FARYS, IN_BW = "0200065765", "0200068636", "0200362210"
ADDRESS = '"0200.065.765","REGO",,,"9070","Destelbergen","Destelbergen","Panhuisstraat","Panhuisstraat","1","","",'
OPERATING = HUB._replace(id=OPERATOR, source_prefix="")


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    with running_log(database) as log:
        log.register(HUB)
        yield log


def hold(log: Log, *numbers: str) -> UUID:
    """A dossier that holds these enterprises."""
    dossier = new_dossier_id()
    events = [cloud_event("dossier-opened", {}, dossier)]
    events += [cloud_event("enterprise-linked", {"legal_identifier": number}, dossier) for number in numbers]
    for outcome in log.post(events, HUB).result(30):
        accepted(outcome)
    return dossier


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """The sample, to be changed."""
    shutil.copytree(SAMPLE, tmp_path / "extract")
    for file in [tmp_path / "extract", *(tmp_path / "extract").iterdir()]:
        file.chmod(0o755)
    return tmp_path / "extract"


def change(extract: Path, file: str, old: str, new: str) -> Path:
    """The same extract, a month later, with one thing changed."""
    for changed, before, after in (("meta.csv", "30-05-2025", "30-06-2025"), (file, old, new)):
        text = (extract / changed).read_text()
        assert before in text or changed == "meta.csv"
        (extract / changed).write_text(text.replace(before, after))
    return extract


def state(journal: Journal, dossier: UUID, on: date | None = None) -> dict[str, Any]:
    history = as_true(history_of(dossier, journal.events_of([dossier])[dossier]), on)
    return current(history, read(history), ruleset())


def enterprise(log: Log, dossier: UUID) -> dict[str, Any]:
    [found] = state(log.journal, dossier)["enterprises"]
    return {field: found[field] for field in ("status", "created_on", "legal_form", "nace", "seat")}


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.rows, report.accepted, report.duplicate, len(report.quarantined)


def contents(log: Log) -> tuple[int, int]:
    """How many events the log has, and how many entries the vault."""
    with log.journal.reading() as connection:
        row = connection.execute("SELECT count(*) FROM vault.entry").fetchone()
    assert row is not None
    return log.journal.head().position, row[0]


KNOWN = [
    (VENECO, "1960-08-09", "Association prestataire de services, Région flamande/"
     "Dienstverlenende vereniging of stichting, Vlaams Gewest", {"version": "2025", "code": "68121"},
     {"postcode": "9070"}),
    (FARYS, "1923-02-16", "Association chargée de mission, Région flamande/"
     "Opdrachthoudende vereniging of stichting, Vlaams Gewest", {"version": "2025", "code": "36000"},
     {"postcode": "9000"}),
    (IN_BW, "1968-02-26", "SC/CV", None, {"postcode": "1400"}),
]  # fmt: skip


@pytest.mark.parametrize(("number", "created_on", "form", "nace", "seat"), KNOWN)
def test_a_dossier_is_told_what_the_register_has(
    log: Log, number: str, created_on: str, form: str, nace: Any, seat: Any
) -> None:
    dossier = hold(log, number)
    assert counts(enrich(log, SAMPLE)) == (1, 1, 0, 0)
    assert enterprise(log, dossier) == {
        "status": "active", "created_on": created_on, "legal_form": form, "nace": nace, "seat": seat
    }  # fmt: skip


def test_every_dossier_that_holds_it_is_told_and_no_other(log: Log) -> None:
    two, other = [hold(log, VENECO), hold(log, VENECO, FARYS)], hold(log, "0403449823")
    assert counts(enrich(log, SAMPLE)) == (3, 3, 0, 0)
    assert [len(log.journal.history(dossier)) for dossier in (*two, other)] == [3, 5, 2]


def test_the_same_extract_again_writes_nothing(log: Log) -> None:
    hold(log, VENECO, IN_BW)
    enrich(log, SAMPLE)
    before = contents(log)
    assert counts(enrich(log, SAMPLE)) == (2, 0, 2, 0)
    assert contents(log) == before


def test_a_dry_run_writes_nothing_and_foretells(log: Log) -> None:
    hold(log, VENECO)
    before = contents(log)
    report = enrich(log, SAMPLE, dry_run=True)
    assert (counts(report), report.registered) == ((1, 1, 0, 0), ["kbo"])
    assert (contents(log), list(log.agencies)) == (before, ["hub"])


def test_a_change_is_one_correction_and_what_was_known_before_stays_known(log: Log, extract: Path) -> None:
    dossier = hold(log, VENECO, FARYS)
    enrich(log, extract)
    before = log.journal.head().position
    moved = ADDRESS.replace('"9070","Destelbergen","Destelbergen"', '"1050","Elsene","Ixelles"')
    assert counts(enrich(log, change(extract, "address.csv", ADDRESS, moved))) == (2, 1, 1, 0)
    events = log.journal.events_of([dossier])[dossier]
    assert [event.type for event in events if event.position > before] == ["brussels.dossier.event-corrected.v1"]
    seats = {e["legal_identifier"]: e["seat"] for e in state(log.journal, dossier)["enterprises"]}
    assert seats == {VENECO: {"postcode": "1050", "nis": "21009"}, FARYS: {"postcode": "9000"}}
    as_known = read(history_of(dossier, [event for event in events if event.position <= before]))
    assert as_known.enterprises[VENECO].seat == {"postcode": "9070"}


def test_another_start_is_a_correction_of_the_time(log: Log, extract: Path) -> None:
    dossier = hold(log, VENECO)
    enrich(log, extract)
    enrich(log, change(extract, "enterprise.csv", "09-08-1960", "10-08-1960"))
    assert enterprise(log, dossier)["created_on"] == "1960-08-10"


def test_an_enterprise_may_be_older_than_the_clock_of_brussels(log: Log, extract: Path) -> None:
    dossier = hold(log, VENECO)
    change(extract, "enterprise.csv", "09-08-1960", "05-05-1850")
    told = [counts(enrich(log, extract)) for _ in range(2)]
    assert (told, enterprise(log, dossier)["created_on"]) == ([(1, 1, 0, 0), (1, 0, 1, 0)], "1850-05-05")
    change(extract, "enterprise.csv", "05-05-1850", "06-05-1850")
    enrich(log, extract)
    assert enterprise(log, dossier)["created_on"] == "1850-05-06"


def test_a_name_is_in_the_vault_alone(log: Log, extract: Path) -> None:
    old = '"Intergemeentelijke Vereniging Veneco"'
    dossier = hold(log, VENECO)
    enrich(log, extract)
    enrich(log, change(extract, "denomination.csv", old, '"Zoé Vandenabeele"'))
    stored = [bytes(recorded.stored) for recorded in log.journal.history(dossier)]
    assert len(stored) == 4
    assert not any(b"Vandenabeele" in event or b"Veneco" in event for event in stored)
    vault = [personal for personal, _ in log.journal.personal_of([dossier]).values()]
    assert any("Zoé Vandenabeele".encode() in personal for personal in vault)


def test_what_was_erased_is_not_put_back(log: Log, extract: Path) -> None:
    dossier = hold(log, VENECO)
    enrich(log, extract)
    erasure = cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier)
    [outcome] = log.post([erasure], OPERATING).result(30)
    accepted(outcome)
    enrich(log, extract)
    enrich(log, change(extract, "address.csv", ADDRESS, ADDRESS.replace("9070", "1000")))
    assert log.journal.personal_of([dossier]) == {}
    assert enterprise(log, dossier)["seat"] == {"postcode": "1000", "nis": "21004"}


def test_an_enterprise_that_left_the_register_has_ceased_and_one_that_returned_has_not(log: Log, extract: Path) -> None:
    dossier = hold(log, VENECO)
    enrich(log, extract)
    row = '"0200.065.765","AC","000","2","416",,09-08-1960'
    enrich(log, change(extract, "enterprise.csv", row + "\n", ""))
    assert enterprise(log, dossier)["status"] == "ceased"
    [ceased] = [e for e in log.journal.events_of([dossier])[dossier] if "ceased" in e.type]
    assert (ceased.time[:10], ceased.timeprecision) == ("2025-06-30", "month")
    assert counts(enrich(log, extract)) == (0, 0, 0, 0), "said once"
    with (extract / "enterprise.csv").open("a") as text:
        text.write(row + "\n")
    enrich(log, change(extract, "meta.csv", "30-06-2025", "31-07-2025"))
    assert enterprise(log, dossier)["status"] == "active"


def test_an_enterprise_the_register_never_had_has_not_ceased(log: Log) -> None:
    dossier = hold(log, "0403449823")
    enrich(log, SAMPLE)
    assert enterprise(log, dossier)["status"] == "active"


def test_the_register_accompanies_nobody(log: Log) -> None:
    dossier = hold(log, VENECO)
    enrich(log, SAMPLE)
    assert [member["agency"] for member in state(log.journal, dossier)["team"]] == ["hub"]


def test_a_row_that_cannot_be_read_is_quarantined_with_its_line(log: Log, extract: Path) -> None:
    hold(log, VENECO, FARYS)
    report = enrich(log, change(extract, "enterprise.csv", "16-02-1923", "16-02-23"))
    assert counts(report) == (2, 1, 0, 1)
    assert [(row.line, row.faults[0].code, row.faults[0].column) for row in report.quarantined] == [
        (3, "date-short-year", "StartDate")
    ]


def test_an_extract_that_cannot_be_used_is_refused(log: Log, extract: Path) -> None:
    enrich(log, change(extract, "meta.csv", "x", "x"))
    with pytest.raises(FileRefused, match="the extract of 2025-05-30 is older than that of 2025-06-30"):
        enrich(log, SAMPLE)
    change(extract, "meta.csv", '"full"', '"update"')
    with pytest.raises(FileRefused, match="an extract of kind update"):
        enrich(log, extract)
    change(extract, "activity.csv", "NaceVersion", "Version")
    with pytest.raises(FileRefused, match=r"activity\.csv cannot be used: no column NaceVersion"):
        enrich(log, extract)
    (extract / "address.csv").unlink()
    with pytest.raises(FileRefused, match=r"address\.csv cannot be used: No such file"):
        enrich(log, extract)


COMMUNES = [
    (("1000",), "21004"),
    (("1050", "Ixelles"), "21009"),
    (("1050", "Elsene"), "21009"),
    (("1050", "BRUXELLES", "Brussel"), "21004"),
    (("1040", "Etterbeek"), "21005"),
    (("1040",), None),
    (("1040", "Gent"), None),
    (("9000", "Gent"), None),
]


@pytest.mark.parametrize(("told", "code"), COMMUNES)
def test_a_commune_is_told_by_its_postcode_and_name(told: tuple[str, ...], code: str | None) -> None:
    assert nis(*told) == code


def activity(group: str, version: str, code: str, classification: str = "MAIN") -> dict[str, str]:
    return {"ActivityGroup": group, "NaceVersion": version, "NaceCode": code, "Classification": classification}


ACTIVITIES = [
    ([activity("001", "2008", "41101"), activity("001", "2025", "68121")], "68121"),
    ([activity("006", "2025", "84130"), activity("001", "2008", "41101")], "41101"),
    ([activity("001", "2025", "62100"), activity("001", "2025", "62200")], None),
    ([activity("001", "2025", "62100"), activity("001", "2025", "62200"), activity("006", "2025", "62900")], "62900"),
    ([activity("001", "2025", "62100", "SECO")], None),
    ([], None),
]


@pytest.mark.parametrize(("rows", "code"), ACTIVITIES)
def test_the_main_activity_is_of_the_newest_version_or_left_out(rows: list[dict[str, str]], code: str | None) -> None:
    assert (main_activity(rows) or {}).get("code") == code


def address(**changed: str) -> dict[str, str]:
    own = {"TypeOfAddress": "REGO", "CountryFR": "", "Zipcode": "1080", "MunicipalityFR": "", "MunicipalityNL": ""}
    return own | {"DateStrikingOff": ""} | changed


def test_a_seat_is_in_the_country_and_stands() -> None:
    assert seat([address()]) == {"postcode": "1080", "nis": "21012"}
    for changed in (
        {"CountryFR": "France"},
        {"DateStrikingOff": "13-11-2023"},
        {"Zipcode": ""},
        {"TypeOfAddress": "BAET"},
    ):
        assert seat([address(**changed)]) is None


def test_a_legal_form_has_the_word_agencies_have_for_it() -> None:
    forms = [legal_form(code, natural=False) for code in ("610", "014", "017", "999", "")]
    assert forms == ["SRL/BV", "SA/NV", "ASBL/VZW", None, None]
    assert legal_form("", natural=True) == "personne-physique/natuurlijk-persoon"


def test_the_name_is_the_first_of_french_and_dutch() -> None:
    told = [("2", "001", "Naam"), ("1", "003", "Boutique"), ("1", "001", "Nom")]
    rows = [{"Language": lang, "TypeOfDenomination": kind, "Denomination": text} for lang, kind, text in told]
    assert (name(rows), name(rows[:2]), name([])) == ("Nom", "Naam", None)
