"""Enriching: an extract of the register into every dossier that holds one of its enterprises; only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import orjson

from api.imports.posting import Posting, Rehearsal, into
from api.imports.problems import FileRefused, Problem
from api.imports.register.extract import ENTERPRISE, Extract
from api.imports.register.record import Record, records
from api.imports.register.statement import events_due, statement
from api.imports.report import Fault, Quarantined, Report
from api.imports.runs import Runs, new_run
from dossier.agencies import Agency
from dossier.decisions import REGISTER
from dossier.event import Event
from dossier.log import Log
from dossier.refusals import Refusal
from dossier.writing import Accepted
from projections.history.history import with_personal

NAME = f"register:{REGISTER}"
CHUNK = 200
AGENCY = Agency(
    REGISTER,
    "Banque-Carrefour des Entreprises",
    "Kruispuntbank van Ondernemingen",
    "Crossroads Bank for Enterprises",
    f"urn:dossier:agency:{REGISTER}",
)
Progress = Callable[[int], None]


class Holding(NamedTuple):
    """A dossier that holds an enterprise, and what the extract says of that."""

    dossier: UUID
    number: str
    record: Record | None


def enrich(log: Log, directory: Path, *, dry_run: bool = False, progress: Progress | None = None) -> Report:
    """Bring a full extract in; only what is new is written.

    A row is an enterprise held by a dossier: accepted where something is new, else a duplicate.
    Raises FileRefused, also for an extract older than the last one brought in: it would take back what is known since.
    """
    extract, runs = Extract(directory), Runs(log.journal)
    newest = runs.newest_extract(NAME)
    if newest is not None and extract.name < newest:
        raise FileRefused("register-older", day=extract.name, newest=newest)
    report = Report(ENTERPRISE, f"{REGISTER} {extract.name}", dry_run)
    agency = _registered(log, report)
    held = log.journal.holdings()
    found = records(extract, {number for number, _ in held})
    run = Enriching(log, agency, extract, report)
    todo = iter([Holding(dossier, number, found.get(number)) for number, dossier in held])
    while chunk := list(islice(todo, CHUNK)):
        run.take(chunk)
        if progress:
            progress(report.rows)
    if not dry_run and extract.name != newest:
        done = new_run()
        runs.add(None, NAME, extract.name, b"", dry_run=False, id_=done)
        runs.end(done)
    report.quarantined.sort(key=lambda row: row.line)
    return report


class Enriching:
    """One run over the dossiers."""

    def __init__(self, log: Log, agency: Agency, extract: Extract, report: Report) -> None:
        self._log, self._agency, self._extract, self._report = log, agency, extract, report
        self._post = Rehearsal(log).post if report.dry_run else into(log)

    def take(self, chunk: Sequence[Holding]) -> None:
        """Compare some dossiers with the extract and post what is new to them."""
        histories = self._histories({holding.dossier for holding in chunk})
        postings: list[tuple[Holding, Posting]] = []
        for holding in chunk:
            if holding.record is not None and holding.record.problem is not None:
                self._quarantine(holding, [holding.record.problem])
                continue
            known = statement(histories.get(holding.dossier, []), holding.number, self._agency.id)
            due = events_due(known, holding.record, holding.number, self._extract.day)
            if due:
                postings.append((holding, Posting(self._agency, list(self._addressed(due, holding.dossier)))))
            elif holding.record is not None:
                self._report.rows += 1
                self._report.duplicate += 1
        outcomes = self._post([posting for _, posting in postings])
        for (holding, _), own in zip(postings, outcomes, strict=True):
            refusals = [o for o in own if isinstance(o, Refusal) and o.slug != "batch-refused"]
            if refusals:
                self._quarantine(holding, [_problem(refusal) for refusal in refusals])
            else:
                self._report.rows += 1
                repeated = all(isinstance(o, Accepted) and o.duplicate for o in own)
                self._report.duplicate += repeated
                self._report.accepted += not repeated

    def _addressed(self, due: Sequence[dict[str, object]], dossier: UUID) -> Iterator[dict[str, object]]:
        """Events with their source and subject; the id is of one dossier, as the same enterprise may be in several."""
        source = f"{self._agency.source_prefix}/imports/{REGISTER}"
        for event in due:
            yield event | {"id": f"{dossier}/{event['id']}", "source": source, "subject": str(dossier)}

    def _histories(self, dossiers: set[UUID]) -> dict[UUID, list[Event]]:
        """Whole histories, with what the vault still has."""
        personal: dict[UUID, dict[int, dict[str, object]]] = {}
        for (dossier, version), (kept, _) in self._log.journal.personal_of(dossiers).items():
            personal.setdefault(dossier, {})[version] = orjson.loads(kept)
        return {
            dossier: with_personal(events, personal.get(dossier, {}))
            for dossier, events in self._log.journal.events_of(dossiers).items()
        }

    def _quarantine(self, holding: Holding, problems: Sequence[Problem]) -> None:
        self._report.rows += 1
        line = holding.record.line if holding.record else 0
        faults = tuple(Fault(p.code, p.column or "", p.value, p.about) for p in problems)
        self._report.quarantined.append(Quarantined(line, faults))


def _problem(refusal: Refusal) -> Problem:
    fields = " ".join(f"{pointer} {said}" for pointer, said in refusal.errors)
    return Problem(f"refused-{refusal.slug}", about=(("detail", fields or refusal.detail),))


def _registered(log: Log, report: Report) -> Agency:
    """The register as an organisation of the log; a dry run registers none."""
    log.refresh()
    if REGISTER not in log.agencies:
        report.registered.append(REGISTER)
        if not report.dry_run:
            log.register(AGENCY)
    return log.agencies.get(REGISTER, AGENCY)
