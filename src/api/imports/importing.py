"""Importing: a file into the log by chunks of rows. Repeated, even after a crash, it adds nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from api.imports.authorities import Authorities
from api.imports.mapping import Mapping
from api.imports.placing import Place, Places
from api.imports.posting import Post, Posting, Rehearsal, into
from api.imports.problems import Problem
from api.imports.report import Fault, Quarantined, Report
from api.imports.rows import Line, open_rows
from api.imports.translating import Row, Translator, blamed
from dossier.agencies import Agency
from dossier.log import Log
from dossier.refusals import Refusal
from dossier.writing import Accepted, Outcome

CHUNK = 500
Progress = Callable[[int], None]


def run_import(
    log: Log, file: Path, mapping: Mapping, *, dry_run: bool = False, progress: Progress | None = None
) -> Report:
    """Bring a file into the log; `progress` is told how many rows are done. Raises FileRefused.

    A row is accepted when the log takes all its events, at least one of them new; a duplicate when the log
    has them all; and quarantined otherwise: then the log takes none of them.
    """
    report = Report(file.name, mapping.name, dry_run)
    with open_rows(file, mapping) as rows:
        run = Import(log, mapping, rows.headers, report)
        lines = iter(rows.lines)
        while chunk := list(islice(lines, CHUNK)):
            run.take(chunk)
            if progress:
                progress(report.rows)
    report.registered = run.authorities.registered
    report.quarantined.sort(key=lambda row: row.line)
    return report


class Candidate(NamedTuple):
    """A row about to be posted, by its agency, from a source."""

    row: Row
    agency: Agency
    source: str


class Import:
    """One run: what it knows of agencies and dossiers, and the report it writes."""

    def __init__(self, log: Log, mapping: Mapping, headers: dict[str, str], report: Report) -> None:
        self.authorities = Authorities(log, mapping, dry_run=report.dry_run)
        self._headers = headers
        self._report = report
        self._translator = Translator(mapping)
        self._places = Places(log.journal, mapping)
        self._post: Post = Rehearsal(log).post if report.dry_run else into(log)

    def take(self, chunk: Sequence[Line]) -> None:
        """Translate, place and post a chunk of lines."""
        self._report.rows += len(chunk)
        candidates: list[Candidate] = []
        for line in chunk:
            row = self._translator.translate(line)
            if isinstance(row, Row):
                agency = self.authorities.agency(row.authority)
                candidates.append(Candidate(row, agency, self.authorities.source(agency)))
            else:
                self._quarantine(line, row)
        first = True
        while candidates:
            candidates = self._settle(candidates, first=first)
            first = False

    def _settle(self, candidates: Sequence[Candidate], *, first: bool) -> list[Candidate]:
        """Post rows and report on them, but for those to be placed and posted once more.

        `first`, those are all that were refused: another writer may have done the same meanwhile. Later, only those
        whose dossier was to be opened by a row that was refused: each round leaves fewer.
        """
        placed = self._placed(candidates)
        outcomes = self._post([_posting(candidate, place) for candidate, place in placed])
        told = [(*pair, _causes(pair[1], own), own) for pair, own in zip(placed, outcomes, strict=True)]
        unopened = {candidate.row.enterprise for candidate, place, causes, _ in told if causes and place.opening}
        again: list[Candidate] = []
        for candidate, place, causes, own in told:
            if not causes:
                self._count(place, all(isinstance(o, Accepted) and o.duplicate for o in own))
            elif first or (candidate.row.enterprise in unopened and not place.opening):
                again.append(candidate)
            else:
                problems = [p for n, refusal in causes for p in _problems(candidate.row, n, refusal)]
                self._quarantine(candidate.row.line, problems)
        self._places.forget(unopened)
        return again

    def _placed(self, candidates: Sequence[Candidate]) -> list[tuple[Candidate, Place]]:
        places = self._places.of([(candidate.row, candidate.source) for candidate in candidates])
        placed: list[tuple[Candidate, Place]] = []
        for candidate, place in zip(candidates, places, strict=True):
            if isinstance(place, Place):
                placed.append((candidate, place))
            else:
                self._quarantine(candidate.row.line, [place])
        return placed

    def _count(self, place: Place, duplicate: bool) -> None:
        if duplicate:
            self._report.duplicate += 1
        else:
            self._report.accepted += 1
            self._report.opened += bool(place.opening)

    def _quarantine(self, line: Line, problems: Iterable[Problem]) -> None:
        faults = [
            Fault(p.code, p.reason, self._headers.get(p.column, p.column) if p.column else "", p.value)
            for p in problems
        ]
        self._report.quarantined.append(Quarantined(line.number, tuple(dict.fromkeys(faults))))


def _posting(candidate: Candidate, place: Place) -> Posting:
    events = [made.cloudevent(candidate.source, str(place.dossier)) for made in candidate.row.events]
    return Posting(candidate.agency, place.opening + events)


def _causes(place: Place, outcomes: Sequence[Outcome]) -> list[tuple[int, Refusal]]:
    """What the log refused of a row, by the number of the event: negative for those that open its dossier."""
    numbered = enumerate(outcomes, -len(place.opening))
    return [(n, o) for n, o in numbered if isinstance(o, Refusal) and o.slug != "batch-refused"]


def _problems(row: Row, number: int, refusal: Refusal) -> list[Problem]:
    """Why the log refused an event of a row: by the cells at fault, if they can be told."""
    code, made = f"refused-{refusal.slug}", row.events[number] if number >= 0 else None
    name = made.name if made else "opening the dossier"
    if not refusal.errors:
        return [Problem(code, f"{name}: {refusal.title}. {refusal.detail}")]
    found = []
    for pointer, said in refusal.errors:
        column = blamed(made, pointer, row.line.cells) if made else None
        value = row.line.cells[column] if column else ""
        found.append(Problem(code, f"{name} {pointer.removeprefix('/data/')}: {said}", column, value))
    return found
