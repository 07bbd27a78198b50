"""Importing: a file into the log by chunks of rows. Repeated, even after a crash, it adds nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from api.imports.authorities import Authorities
from api.imports.fields import Date
from api.imports.keeping import Keeping, Stand
from api.imports.mapping import Mapping
from api.imports.placing import Place, Places, opening_key
from api.imports.posting import Post, Posting, Rehearsal, into
from api.imports.problems import Problem
from api.imports.report import Fault, Quarantined, Report
from api.imports.rows import Line, onward, open_rows
from api.imports.translating import Row, Translator, blamed
from api.imports.whereabouts import Whereabouts
from dossier.agencies import Agency
from dossier.log import Log
from dossier.refusals import Refusal
from dossier.writing import Accepted, Outcome

CHUNK = 500
Progress = Callable[[int], None]


def run_import(
    log: Log,
    file: Path,
    mapping: Mapping,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    poster: Agency | None = None,
    keeping: Keeping | None = None,
) -> Report:
    """Bring a file into the log; `progress` is told how many rows are done. Raises FileRefused.

    A row is accepted when the log takes all its events, at least one of them new; a duplicate when the log
    has them all; and quarantined otherwise: then the log takes none of them. A `poster` posts every row itself.
    `keeping` knows how far an earlier run came, and is told of every chunk: rows that were done are passed over.
    """
    report = Report(file.name, mapping.name, dry_run)
    with open_rows(file, mapping, keeping.look if keeping else onward) as rows:
        report.headers = rows.headers
        run = Import(log, mapping, rows.headers, report, poster)
        lines = iter(rows.lines)
        if keeping is not None:
            _pass_over(lines, run, keeping)
        while chunk := list(islice(lines, CHUNK)):
            run.take(chunk)
            report.registered = run.authorities.registered
            if keeping is not None:
                keeping.keep(report, log.journal.head().position)
            if progress:
                progress(report.rows)
    report.quarantined.sort(key=lambda row: row.line)
    return report


def _pass_over(lines: Iterable[Line], run: Import, keeping: Keeping) -> None:
    """Go on where an earlier run ended: at its counts, with the values of what it quarantined read again."""
    stand = keeping.stand
    lost = {row.line for row in stand.quarantined}
    cells = {line.number: line.cells for line in islice(lines, stand.rows) if line.number in lost}
    run.go_on(stand, cells)


class Candidate(NamedTuple):
    """A row about to be posted, by its agency, from a source."""

    row: Row
    agency: Agency
    source: str


class Import:
    """One run: what it knows of agencies and dossiers, and the report it writes."""

    def __init__(
        self, log: Log, mapping: Mapping, headers: dict[str, str], report: Report, poster: Agency | None = None
    ) -> None:
        self.authorities = Authorities(log, mapping, dry_run=report.dry_run, poster=poster)
        self._log = log
        self._opened_at = mapping.dossier.opened_at
        self._headers = headers
        self._report = report
        self._translator = Translator(mapping)
        rehearsal = Rehearsal(log) if report.dry_run else None
        self._places = Places(rehearsal.whereabouts if rehearsal else Whereabouts(log.journal), mapping)
        self._post: Post = rehearsal.post if rehearsal else into(log)
        self._cut_short_at: int | None = None
        self._met: set[int] = set()

    def go_on(self, stand: Stand, cells: dict[int, dict[str, str]]) -> None:
        """Count from where an earlier run of this file ended; `cells` are of the lines it quarantined."""
        report, names = self._report, {header: name for name, header in self._headers.items()}
        report.rows, report.accepted, report.duplicate = stand.rows, stand.accepted, stand.duplicate
        report.opened, self.authorities.registered = stand.opened, stand.registered
        for row in stand.quarantined:
            own = cells.get(row.line, {})
            faults = tuple(f._replace(value=f.value or own.get(names.get(f.column, ""), "")) for f in row.faults)
            report.quarantined.append(Quarantined(row.line, faults))
        self._cut_short_at = stand.position if stand.resumed else None

    def take(self, chunk: Sequence[Line]) -> None:
        """Translate, place and post a chunk of lines."""
        opened = self._report.opened
        self._report.rows += len(chunk)
        candidates: list[Candidate] = []
        for line in chunk:
            row = self._translator.translate(line)
            agency = self.authorities.agency(row.authority) if isinstance(row, Row) else None
            if isinstance(row, Row) and isinstance(agency, Agency):
                candidates.append(Candidate(row, agency, self.authorities.source(agency)))
            else:
                self._quarantine(line, [agency] if isinstance(agency, Problem) else row)  # type: ignore[arg-type]
        left, first = candidates, True
        while left:
            left, first = self._settle(left, first=first), False
        if self._cut_short_at is not None:
            self._report.opened = opened + self._opened_since(self._cut_short_at, candidates)
        self._cut_short_at = None
        self._met.clear()

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
                self._count(place, self._known(own))
            elif first or (candidate.row.enterprise in unopened and not place.opening):
                again.append(candidate)
            else:
                problems = [p for n, refusal in causes for p in _problems(candidate.row, n, refusal, self._opened_at)]
                self._quarantine(candidate.row.line, problems)
        self._places.forget(unopened)
        return again

    def _known(self, own: Sequence[Outcome]) -> bool:
        """Whether the log had a row before this import.

        Of the chunk that an earlier run was cut short in, it has what that run wrote: those rows are this import's own.
        """
        recorded = [outcome for outcome in own if isinstance(outcome, Accepted)]
        if not all(outcome.duplicate for outcome in recorded):
            return False
        if self._cut_short_at is None:
            return True
        positions = {outcome.recorded.position for outcome in recorded}
        written = any(position > self._cut_short_at for position in positions) and not positions & self._met
        self._met |= positions
        return not written

    def _opened_since(self, position: int, candidates: Sequence[Candidate]) -> int:
        """How many dossiers of these rows this import opened, before it was cut short or since."""
        keys = {opening_key(candidate.row.enterprise, candidate.source) for candidate in candidates}
        return sum(found.position > position for found in self._log.journal.recorded(keys).values())

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
            Fault(p.code, self._headers.get(p.column, p.column) if p.column else "", p.value, p.about) for p in problems
        ]
        self._report.quarantined.append(Quarantined(line.number, tuple(dict.fromkeys(faults))))


def _posting(candidate: Candidate, place: Place) -> Posting:
    events = [made.cloudevent(candidate.source, str(place.dossier)) for made in candidate.row.events]
    return Posting(candidate.agency, place.opening + events)


def _causes(place: Place, outcomes: Sequence[Outcome]) -> list[tuple[int, Refusal]]:
    """What the log refused of a row, by the number of the event: negative for those that open its dossier."""
    numbered = enumerate(outcomes, -len(place.opening))
    return [(n, o) for n, o in numbered if isinstance(o, Refusal) and o.slug != "batch-refused"]


def _problems(row: Row, number: int, refusal: Refusal, opened_at: Date) -> list[Problem]:
    """Why the log refused an event of a row: by the cells at fault, if they can be told."""
    code, made = f"refused-{refusal.slug}", row.events[number] if number >= 0 else None
    name = made.name if made else "dossier-opened"
    if not refusal.errors:
        return [Problem(code, about=(("event", name), ("detail", refusal.detail)))]
    found = []
    for pointer, said in refusal.errors:
        column = blamed(made.declared if made else None, opened_at, pointer, row.line.cells)
        value = row.line.cells[column] if column else ""
        about = (("event", name), ("field", pointer.removeprefix("/data/").removeprefix("/")), ("detail", said))
        found.append(Problem(code, column, value, about))
    return found
