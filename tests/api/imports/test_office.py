"""The office of imports: what it sees to for as long as it is staffed, which may be a year."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.turn import eventually

from api.imports import office
from api.imports.office import DAYS, Office
from dossier.database.connections import Database
from dossier.log import running_log


def test_a_report_that_was_kept_long_enough_goes_while_the_service_runs(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "EXPIRE_SECONDS", 0.05)
    old, younger = uuid4(), uuid4()
    with running_log(database) as log, psycopg.connect(database.owner, autocommit=True) as connection:
        staffed = Office(log, tmp_path)
        with staffed.staffed():
            for run, days in ((younger, DAYS - 1), (old, DAYS + 1)):
                staffed.runs.add(None, "contacts", "{}", b"", dry_run=False, id_=run)
                staffed.runs.end(run)
                connection.execute(
                    "UPDATE imports.run SET ended_at = now() - make_interval(days => %s) WHERE id = %s", (days, run)
                )
            eventually(lambda: staffed.runs.get(old) is None)
            assert staffed.runs.get(younger) is not None
