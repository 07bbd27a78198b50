"""An import may be repeated, cut short, run twice at once: every row is taken once, in the right dossier."""

import csv
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.imports import importing, working
from api.imports.importing import run_import
from api.imports.keeping import Stand
from api.imports.loading import load_mapping
from api.imports.mapping import NdjsonFile
from api.imports.placing import dossier_of
from api.imports.problems import FileRefused
from api.imports.report import Report
from api.imports.resuming import Resuming
from api.imports.runs import Runs
from api.imports.shipped import shipped_mappings
from api.imports.uploads import Uploads
from api.imports.working import Kept, Stopped
from dossier.agencies import Agency
from dossier.database.connections import Database
from dossier.event import Event
from dossier.log import Log, running_log
from dossier.writing import Accepted

BRUSSELS = Path(__file__).resolve().parents[3] / "../shared/data/tam/tam_brussels.csv"
REGISTER = BRUSSELS.with_name("tam_belgium_clean.csv")
TAM = load_mapping(shipped_mappings()["tam"])
CONFO = "0632474939"


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    with running_log(database) as log:
        yield log


def bring(log: Log, file: Path) -> Report:
    return run_import(log, file, TAM)


def confo() -> list[dict[str, str]]:
    """The four awards of one enterprise, from two authorities."""
    with REGISTER.open(encoding="utf-8", newline="") as text:
        return [row for row in csv.DictReader(text) if row["enterprise_number"] == CONFO]


def written(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def history(log: Log, enterprise: str) -> list[Event]:
    dossier = dossier_of(enterprise)
    return log.journal.events_of([dossier])[dossier]


def test_an_import_cut_short_and_repeated_is_as_one_that_was_not(log: Log, tmp_path: Path) -> None:
    rows = confo()
    bring(log, written(tmp_path / "cut.csv", *rows[:2]))
    whole = bring(log, written(tmp_path / "whole.csv", *rows))
    assert (whole.accepted, whole.duplicate, whole.opened) == (2, 2, 0)
    assert len(history(log, CONFO)) == 14


class Cut:
    """The stand of a run that was cut short before its first chunk was on record."""

    def __init__(self, position: int) -> None:
        self.stand = Stand(position=position, resumed=True)

    def keep(self, report: Report, position: int) -> None:
        """Nobody asks."""

    def look(self) -> None:
        """Nothing to look at."""


def test_a_dossier_opened_before_a_run_was_cut_short_is_counted_by_the_one_that_goes_on(
    log: Log, tmp_path: Path
) -> None:
    rows = confo()
    before = log.journal.head().position
    bring(log, written(tmp_path / "begun.csv", *rows[:2]))
    whole = run_import(log, written(tmp_path / "whole.csv", *rows), TAM, keeping=Cut(before))
    assert (whole.accepted, whole.duplicate, whole.opened) == (4, 0, 1)


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("chunk", [3, 500])
def test_a_row_that_stands_twice_is_taken_once(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool, chunk: int
) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunk)
    file = written(tmp_path / "twice.csv", *confo(), *confo())
    report = run_import(log, file, TAM, dry_run=dry_run)
    assert (report.accepted, report.duplicate, report.quarantined) == (4, 4, [])


@pytest.mark.parametrize("chunk", [1, 500])
def test_a_dry_run_foretells_rows_under_one_key_that_say_another_thing(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(importing, "CHUNK", chunk)
    first, second, *_ = confo()
    file = written(tmp_path / "a.csv", first, first | {"aid_element": "1"}, second)
    told = [run_import(log, file, TAM, dry_run=dry_run) for dry_run in (True, False)]
    assert [(one.accepted, one.duplicate, one.codes()) for one in told] == [
        (2, 0, {"refused-already-recorded-differently": 1})
    ] * 2


def test_a_row_that_changed_since_is_quarantined(log: Log, tmp_path: Path) -> None:
    row = confo()[0]
    bring(log, written(tmp_path / "a.csv", row))
    report = bring(log, written(tmp_path / "b.csv", row | {"aid_element": "1"}))
    assert (report.accepted, report.codes()) == (0, {"refused-already-recorded-differently": 1})


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_whose_enterprise_is_another_since_is_told_and_not_a_duplicate(
    log: Log, tmp_path: Path, dry_run: bool
) -> None:
    row, project = confo()[0], TAM.model_copy(update={"events": TAM.events[:1]})
    run_import(log, written(tmp_path / "a.csv", row), project)
    file = written(tmp_path / "b.csv", row | {"national_id_raw": "0403449823"})
    report = run_import(log, file, project, dry_run=dry_run)
    assert (report.accepted, report.duplicate, report.opened) == (0, 0, 0)
    [told] = [fault for quarantined in report.quarantined for fault in quarantined.faults]
    assert told[:3] == ("refused-already-recorded-differently", "national_id_raw", "0403449823")


@pytest.mark.parametrize("type_", ["enterprise-linked", "enterprise-unlinked"])
def test_a_row_is_a_duplicate_by_any_number_its_dossier_holds_or_held(log: Log, tmp_path: Path, type_: str) -> None:
    row, project = confo()[0], TAM.model_copy(update={"events": TAM.events[:1]})
    run_import(log, written(tmp_path / "a.csv", row), project)
    number = "0403449823" if type_ == "enterprise-linked" else CONFO
    log.register(HUB)
    event = said(type_, str(dossier_of(CONFO)), {"legal_identifier": number}, "2024-01-01T00:00:00Z")
    [outcome] = log.post([event], HUB).result()
    assert isinstance(outcome, Accepted), outcome
    report = run_import(log, written(tmp_path / "b.csv", row | {"national_id_raw": number}), project)
    assert (report.duplicate, report.codes()) == (1, {})


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_is_placed_where_any_of_its_events_is(log: Log, tmp_path: Path, dry_run: bool) -> None:
    row = confo()[0]
    hold(log, str(uuid4()))
    without = TAM.model_copy(update={"events": TAM.events[1:]})
    file = written(tmp_path / "a.csv", row)
    assert run_import(log, file, without).accepted == 1
    hold(log, str(uuid4()))
    report = run_import(log, file, TAM, dry_run=dry_run)
    assert (report.accepted, report.codes()) == (1, {}), "though two dossiers hold the enterprise now"


def test_a_row_the_log_refuses_leaves_its_dossier_to_the_next(log: Log, tmp_path: Path) -> None:
    first, second, third, _ = confo()
    bad = {"currency": "Euro"}
    report = bring(log, written(tmp_path / "a.csv", first | bad, second | bad, third))
    assert (report.accepted, report.opened) == (1, 1)
    assert {(f.code, f.column, f.value) for row in report.quarantined for f in row.faults} == {
        ("refused-invalid", "currency", "Euro")
    }
    assert history(log, CONFO)[0].agency == "vlaio"


def test_a_row_dated_too_far_ahead_is_told_by_the_cell_that_says_so(log: Log, tmp_path: Path) -> None:
    [first, *_] = confo()
    report = bring(log, written(tmp_path / "ahead.csv", first | {"granted_on": "2999-12-31"}))
    [left] = report.quarantined
    assert {fault[:3] for fault in left.faults} == {
        ("refused-time-in-the-future", "granted_on", "2999-12-31"),
    }, "of the events and of those that open the dossier"


def test_two_imports_at_once_accept_each_row_once(database: Database) -> None:
    def once(_: int) -> Report:
        with running_log(database) as log:
            return bring(log, BRUSSELS)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(once, range(2)))
    assert [report.quarantined for report in reports] == [[], []]
    assert sum(report.accepted for report in reports) == 33


def test_an_agency_that_is_known_keeps_its_sources(log: Log, tmp_path: Path) -> None:
    innoviris = Agency("innoviris", "Innoviris", "Innoviris", "Innoviris", "https://innoviris.example")
    log.register(innoviris)
    report = bring(log, written(tmp_path / "a.csv", confo()[0]))
    assert report.registered == []
    assert log.agencies == {"innoviris": innoviris}
    assert history(log, CONFO)[0].source == "https://innoviris.example/imports/tam"


def test_an_agency_whose_sources_are_another_s_is_refused(log: Log, tmp_path: Path) -> None:
    log.register(Agency("other", "A", "A", "A", "urn:dossier:agency:innoviris"))
    with pytest.raises(FileRefused, match="innoviris cannot be registered: another agency has the sources"):
        bring(log, written(tmp_path / "a.csv", confo()[0]))


HUB = Agency("hub", "hub", "hub", "hub", "urn:hub")


def said(name: str, dossier: str, data: dict[str, str], time: str) -> dict[str, Any]:
    """An event as an agency would send it."""
    common = {"specversion": "1.0", "source": "urn:hub", "subject": dossier, "time": time, "data": data}
    return common | {"id": f"{dossier}/{name}", "type": f"brussels.dossier.{name}.v1"}


def hold(log: Log, *dossiers: str) -> None:
    """Open dossiers that hold the enterprise, as an agency would."""
    log.register(HUB)
    facts: dict[str, dict[str, str]] = {"dossier-opened": {}, "enterprise-linked": {"legal_identifier": CONFO}}
    for dossier in dossiers:
        events = [said(name, dossier, data, "2016-01-01T00:00:00Z") for name, data in facts.items()]
        log.post(events, HUB).result()


def test_the_only_dossier_that_holds_the_enterprise_is_used(log: Log, tmp_path: Path) -> None:
    hold(log, str(uuid4()))
    file = written(tmp_path / "a.csv", *confo())
    report = bring(log, file)
    assert (report.accepted, report.opened) == (4, 0)
    hold(log, str(uuid4()))
    assert bring(log, file).duplicate == 4, "also when another dossier holds it since"


def test_an_enterprise_of_several_dossiers_is_not_guessed(log: Log, tmp_path: Path) -> None:
    hold(log, str(uuid4()), str(uuid4()))
    report = bring(log, written(tmp_path / "a.csv", *confo()))
    assert (report.accepted, report.codes()) == (0, {"dossier-ambiguous": 4})


def test_a_mapping_may_be_of_json_lines(log: Log, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_text("".join(json.dumps(row) + "\n" for row in confo()), encoding="utf-8")
    mapping = TAM.model_copy(update={"file": NdjsonFile(format="ndjson")})
    assert run_import(log, file, mapping).accepted == 4


def test_a_run_told_to_stop_stops_among_empty_rows_too(log: Log, tmp_path: Path) -> None:
    file = written(tmp_path / "empty.csv", *confo()[:1])
    file.write_bytes(file.read_bytes() + b"\r\n" * 10)
    runs, id_, stopping = Runs(log.journal), uuid4(), threading.Event()
    runs.add(None, TAM.name, "", b"", dry_run=True, id_=id_)
    run = runs.get(id_)
    assert run
    stopping.set()
    with pytest.raises(Stopped):
        run_import(log, file, TAM, dry_run=True, keeping=Kept(runs, run, stopping, TAM))
    stands = runs.get(id_)
    assert stands
    assert stands.rows == 0, "it stopped before the chunk was full"


def test_of_two_commands_cut_short_together_one_goes_on_and_counts_each_row_once(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "rows.csv", *confo())

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    def imported() -> tuple[int, int]:
        with Resuming(log, file, "declared", TAM) as keeping:
            report = run_import(log, file, TAM, keeping=keeping)
        return report.accepted, report.duplicate

    with monkeypatch.context() as shortly:
        shortly.setattr(Resuming, "keep", cut)
        with suppress(KeyboardInterrupt), Resuming(log, file, "declared", TAM) as one:
            with suppress(KeyboardInterrupt), Resuming(log, file, "declared", TAM) as other:
                run_import(log, file, TAM, keeping=other)
            run_import(log, file, TAM, keeping=one)

    assert imported() == (4, 0), "it goes on for both"
    assert imported() == (0, 4), "whoever comes now finds every row there"


def test_a_file_sent_twice_is_not_imported_twice_at_once(
    log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, uploads, at_once = Runs(log.journal), Uploads(tmp_path), [0, 0]
    sent = [(uuid4(), b"one"), (uuid4(), b"one"), (uuid4(), b"one")]
    for id_, digest in sent:
        runs.add("hub", TAM.name, "", digest, dry_run=False, id_=id_)
        uploads.path(id_).touch()

    def done(opened: Log, runs: Runs, uploads: Uploads, id_: UUID, stopping: threading.Event) -> None:
        at_once[0] += 1
        at_once[1] = max(at_once)
        stopping.wait(0.5)
        at_once[0] -= 1
        runs.start(id_)
        runs.end(id_)
        uploads.remove(id_)

    for name, instead in (("_do", done), ("LINGER", 0.5)):
        monkeypatch.setattr(working, name, instead)
    working.work_off(log, uploads, threading.Event())
    assert at_once == [0, 1]
    assert not runs.unfinished()
