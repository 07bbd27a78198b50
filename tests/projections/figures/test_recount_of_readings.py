"""`re-explaining` counted again from exports alone: the same to the byte, also once a person who counted is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from tests.conftest import copied
from tests.posting import HUB, cloud_event, post
from tests.projections.standing import catch_up, tell

from dossier.auditing import exported, exported_readings
from dossier.canonical import canonical
from dossier.database.embedded import EmbeddedPostgres
from dossier.decisions import OPERATOR
from dossier.exporting.formats import export
from dossier.exporting.readings import export_readings
from dossier.ledger import Entry, Seen
from dossier.log import Log
from dossier.verification.wrong import Wrong
from dossier.writing.registration import new_dossier_id
from projections.counting.indicator import indicator
from projections.figures.facts_reader import FactsReader
from projections.figures.figure_audit import audit_figure
from projections.figures.figures import Asked, figure

Figure = dict[str, Any]
Recount = Callable[[Figure, Path, Path], Figure]
PERSON = {"given_name": "Amina", "family_name": "Recomptée", "email": "amina@recomptee.example"}
ENTERPRISE = {"legal_identifier": "0403019261", "legal_name": "Recomptée SRL"}


@pytest.fixture
def recount(server: EmbeddedPostgres, template: str) -> Recount:
    """Counts a figure again from two files, in an empty database."""

    def count(told: Figure, log: Path, readings: Path) -> Figure:
        with copied(server, template) as empty:
            exported.load(empty.owner, log)
            exported_readings.load(empty.owner, readings)
            with psycopg.connect(empty.app) as connection:
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                progress = lambda done, of: None  # noqa: E731 - nobody watches
                return audit_figure(connection, empty.app, told, progress, publications_kept=False)

    return count


@pytest.fixture
def person(journal_log: Log) -> UUID:
    """A dossier that two organisations filled in, read and sent again, with a retraction."""
    dossier = new_dossier_id()
    tell(journal_log, dossier, [{"dossier-opened": {"person": PERSON}}, {"enterprise-linked": ENTERPRISE}])
    read(journal_log, dossier, "innoviris", hours=5)
    again = {"person": PERSON | {"email": "other@recomptee.example"}}
    tell(journal_log, dossier, [{"profile-updated": again, "by": "innoviris"}])
    [gone] = tell(journal_log, dossier, [{"profile-updated": {"person": PERSON}, "by": "finance"}])
    tell(journal_log, dossier, [{"event-retracted": {"corrects": str(gone)}, "by": "finance"}])
    tell(journal_log, dossier, [{"enterprise-linked": ENTERPRISE | {"role": "owner"}, "by": "finance"}])
    read(journal_log, dossier, "finance", hours=9)
    return dossier


def read(log: Log, dossier: UUID, agency: str, hours: int) -> None:
    last = log.journal.history(dossier)[-1]
    log.ledger.clock = lambda: datetime.now(UTC) + timedelta(hours=hours)
    log.ledger.record(
        Entry(Seen(dossier, last.version, last.position), "adviser", "guidance", "page", agency, "0" * 32)
    )


def erase(log: Log, dossier: UUID) -> None:
    operator = HUB._replace(id=OPERATOR, source_prefix="urn:operator")
    post(log, cloud_event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, operator),
         agency=operator)  # fmt: skip


def counted(log: Log) -> Figure:
    """The figure as somebody keeps it."""
    catch_up(log.database.app)
    found = figure(indicator("re-explaining"), Asked(controlled=False), *FactsReader(log.journal).facts(ledger=True))
    sent: Figure = orjson.loads(canonical(found))
    return sent


def files(log: Log, directory: Path) -> tuple[Path, Path]:
    directory.mkdir(exist_ok=True)
    paths = directory / "log.ndjson", directory / "readings.ndjson"
    export(log.database.reader, paths[0], "ndjson", replace=True)
    export_readings(log.database.reader, paths[1], replace=True)
    return paths


def values(told: Figure) -> dict[tuple[str, str, str], Any]:
    return {(row["from_agency"], row["to_agency"], row["measure"]): row["value"] for row in told["rows"]}


@pytest.mark.usefixtures("person")
def test_a_figure_is_recounted_from_exports_to_the_byte(journal_log: Log, tmp_path: Path, recount: Recount) -> None:
    told = counted(journal_log)
    assert values(told)["hub", "innoviris", "asked_twice"] == 2
    assert canonical(recount(told, *files(journal_log, tmp_path))) == canonical(told)


def test_a_figure_of_before_an_erasure_is_recounted_after_it(
    journal_log: Log, person: UUID, tmp_path: Path, recount: Recount
) -> None:
    told = counted(journal_log)
    before = files(journal_log, tmp_path / "before")
    erase(journal_log, person)
    tell(journal_log, person, [{"profile-updated": {"person": PERSON}, "by": "innoviris"}])
    read(journal_log, person, "innoviris", hours=20)
    after = files(journal_log, tmp_path / "after")
    assert after[0].read_bytes().startswith(before[0].read_bytes().rpartition(b'{"trailer"')[0])
    for paths in (before, after):
        assert canonical(recount(told, *paths)) == canonical(told)
    with psycopg.connect(journal_log.database.app) as beside:
        again = audit_figure(beside, journal_log.database.app, told, lambda done, of: None, publications_kept=False)
        assert canonical(again) == canonical(told)


def test_from_the_erasure_on_the_person_is_out_of_the_count(
    journal_log: Log, person: UUID, tmp_path: Path, recount: Recount
) -> None:
    erase(journal_log, person)
    told = counted(journal_log)
    assert ("hub", "innoviris", "asked_twice") not in values(told)
    assert values(told)["hub", "finance", "asked_twice"] == 1, "the number of the enterprise, which is public"
    assert canonical(recount(told, *files(journal_log, tmp_path))) == canonical(told)


@pytest.mark.usefixtures("person")
def test_fewer_readings_than_the_certificate_says_are_refused(
    journal_log: Log, tmp_path: Path, recount: Recount
) -> None:
    told = counted(journal_log)
    log, readings = files(journal_log, tmp_path)
    export_readings(journal_log.database.reader, readings, until=1, replace=True)
    with pytest.raises(Wrong, match="the access ledger does not reach number 2"):
        recount(told, log, readings)


@pytest.mark.usefixtures("person")
def test_other_readings_than_those_certified_are_refused(journal_log: Log, tmp_path: Path, recount: Recount) -> None:
    told = counted(journal_log)
    paths = files(journal_log, tmp_path)
    told["certificate"]["readings_root"] = "A" * 43 + "="
    with pytest.raises(Wrong, match="these are other readings"):
        recount(told, *paths)
    del told["certificate"]["readings_root"]
    assert canonical(recount(told, *paths)) == canonical(told), "older certificates do not say it"


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("other", "reason"),
    [({"person email": 1}, "its result_digest is not what"), ({"person email": 3}, "3 does not come after 1 values"),
     ({"person phone": 0}, "tells of a value by what is no number"), ({"person shoe": 1}, "that it does not have"),
     ({"project title": 1}, "that it does not have")],
)  # fmt: skip
def test_what_is_told_otherwise_of_personal_fields_is_found(
    journal_log: Log, tmp_path: Path, recount: Recount, other: dict[str, int], reason: str
) -> None:
    """No stored bytes say it, so the trailer fits; the figure does not, or the numbers do not."""
    told = counted(journal_log)
    log, readings = files(journal_log, tmp_path)
    *lines, trailer = log.read_bytes().splitlines(keepends=True)
    event = orjson.loads(lines[2])
    assert event["told"] == {"person given_name": 1, "person family_name": 1, "person email": 2}
    lines[2] = orjson.dumps(event | {"told": event["told"] | other}) + b"\n"
    fitting = orjson.loads(trailer) | {"sha256": sha256(b"".join(lines)).hexdigest()}
    log.write_bytes(b"".join(lines) + orjson.dumps(fitting) + b"\n")
    with pytest.raises(Wrong, match=reason):
        recount(told, log, readings)
