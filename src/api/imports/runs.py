"""Runs: imports on record. How far each has come and what it left out, so that any process can tell, and go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row

from api.imports.keeping import Stand
from api.imports.problems import Worded
from api.imports.report import Fault, Quarantined, Report
from dossier.database.queries import queries
from dossier.journal import Journal

SQL = queries(files("api.imports") / "runs.sql")
PAGE = 1_000
"""Faults read at a time: a report may have a million."""
LONGEST = 200
"""Characters of a value that a report shows."""


class Run(NamedTuple):
    """One import on record; the names are those of its table."""

    id: UUID
    agency: str | None
    mapping: str
    declared: str
    dry_run: bool
    status: str
    attempts: int
    rows: int
    accepted: int
    duplicate: int
    quarantined: int
    opened: int
    registered: list[str]
    position: int
    failure: str | None
    posted_at: datetime
    started_at: datetime | None
    passed: int
    ended_at: datetime | None

    @property
    def per_second(self) -> int:
        """Rows a second since it last started."""
        if self.started_at is None:
            return 0
        seconds = ((self.ended_at or datetime.now(UTC)) - self.started_at).total_seconds()
        return round((self.rows - self.passed) / max(seconds, 0.001))


class Runs:
    """The record of imports in the log's database."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def add(self, agency: str | None, mapping: str, declared: str, file: bytes, *, dry_run: bool, id_: UUID) -> None:
        """Put a new run on record, to be started by whoever runs them."""
        given = {"id": id_, "agency": agency, "mapping": mapping, "declared": declared, "file": file}
        self._do("add", **given, dry_run=dry_run)

    def get(self, run: UUID) -> Run | None:
        """A run by its id."""
        found = self._runs("get", id=run)
        return found[0] if found else None

    def of(self, agency: str, before: UUID | None, limit: int) -> list[Run]:
        """The runs of an organisation, the newest first."""
        return self._runs("of_agency", agency=agency, before=before, limit=limit)

    def unfinished(self) -> list[UUID]:
        """Runs sent by HTTP that are not at their end, the oldest first."""
        return [id_ for (id_,) in self._do("unfinished")]

    def unfinished_of(self, agency: str) -> int:
        """How many of them are an organisation's."""
        return int(self._do("unfinished_of", agency=agency)[0][0])

    def before(self, run: UUID) -> list[UUID]:
        """Runs of the same file that it waits for: of two cut short at once nobody could tell whose a row was."""
        return [id_ for (id_,) in self._do("before", id=run)]

    def cut_short(self, file: bytes, declared: str) -> list[UUID]:
        """The runs of the command line that this file and mapping had, and that did not come to their end."""
        return [id_ for (id_,) in self._do("same", file=file, declared=declared)]

    def start(self, run: UUID) -> int:
        """Start a run or go on with it; how often it was started since it last got on. 0 when it has ended."""
        self._do("forget_faults", id=run)
        found = self._do("start", id=run)
        return int(found[0][0]) if found else 0

    def end(self, run: UUID, failure: Worded | None = None) -> None:
        """A run came to its end."""
        told = json.dumps([failure.code, failure.about]) if failure else None
        self._do("end", id=run, status="failed" if failure else "done", failure=told)

    def keep(
        self, run: UUID, report: Report, position: int, quarantined: Sequence[Quarantined], *, shown: set[str]
    ) -> None:
        """A chunk is done: the counts, and the rows it left out, with values of columns that may be `shown`."""
        faults = [
            {"run": run, "line": row.line, "number": number, **_kept(fault, fault.column in shown)}
            for row in quarantined
            for number, fault in enumerate(row.faults)
        ]
        counts = {name: getattr(report, name) for name in ("rows", "accepted", "duplicate", "opened", "registered")}
        with self._journal.reading() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(SQL["keep_fault"], faults)
            cursor.execute(SQL["keep"], {"id": run, "quarantined": len(quarantined), "position": position, **counts})

    def quarantined(self, run: UUID) -> Iterator[Quarantined]:
        """The rows a run left out, in their order; read some at a time."""
        after = 0
        while page := self._do("faults", id=run, after=after, limit=PAGE):
            for line, rows in groupby(page, key=lambda row: row[0]):
                yield Quarantined(line, tuple(_fault(*row[1:]) for row in rows))
            after = page[-1][0]

    def stand(self, run: Run) -> Stand:
        """Where a run stands that is to go on."""
        if run.dry_run:
            return Stand()
        quarantined = list(self.quarantined(run.id)) if run.agency is None else []
        counts = (run.rows, run.accepted, run.duplicate, run.opened, run.registered)
        return Stand(*counts, quarantined, run.position, resumed=run.status == "running")

    def newest_extract(self, register: str) -> str | None:
        """The day of the newest extract of a register that was brought in whole."""
        found = self._do("newest_extract", mapping=register)[0][0]
        return None if found is None else str(found)

    def expire(self, days: int) -> None:
        """Forget runs that ended long ago."""
        self._do("expire", days=days)

    def store_mapping(self, agency: str, name: str, declared: str) -> bool:
        """Store a mapping of an organisation under a name; whether the name is new."""
        stored = self._do("store_mapping", agency=agency, name=name, declared=declared)
        return any(added for (added,) in stored)

    def stored_mapping(self, agency: str, name: str) -> str | None:
        """A mapping an organisation stored."""
        found = self._do("stored_mapping", agency=agency, name=name)
        return found[0][0] if found else None

    def _do(self, query: str, **params: Any) -> list[tuple[Any, ...]]:
        with self._journal.reading() as connection:
            cursor = connection.execute(SQL[query], params)
            return cursor.fetchall() if cursor.description else []

    def _runs(self, query: str, **params: Any) -> list[Run]:
        with self._journal.reading() as connection, connection.cursor(row_factory=class_row(Run)) as cursor:
            return cursor.execute(SQL[query], params).fetchall()


@contextmanager
def held(conninfo: str, run: UUID) -> Iterator[bool]:
    """Keep a run from other processes while the block lasts; False when another has it."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        found = connection.execute(SQL["lock"], {"id": run}).fetchone()
        yield bool(found and found[0])


def _kept(fault: Fault, shown: bool) -> dict[str, str]:
    about = fault.about if shown else tuple((name, "…" if name == "term" else value) for name, value in fault.about)
    value = fault.value[:LONGEST] if shown else ""
    clean = {"code": fault.code, "header": fault.column, "value": value, "about": json.dumps(about)}
    return {name: text.replace("\0", "�") for name, text in clean.items()}


def _fault(code: str, header: str, value: str, about: str) -> Fault:
    return Fault(code, header, value, tuple((name, text) for name, text in json.loads(about)))


def new_run() -> UUID:
    """An id no other run has."""
    return uuid4()
