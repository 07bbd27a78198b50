"""Resuming: an import by the command line, on record, so that the next one of the same file goes on where it was."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from uuid import UUID

from api.imports.keeping import Stand
from api.imports.mapping import Mapping
from api.imports.problems import FileRefused
from api.imports.report import Report
from api.imports.runs import Runs, held, new_run
from dossier.log import Log


class Resuming:
    """Keeps the stand of one file by one mapping. A file that came to its end is imported from its start again.

    Two at once each keep their own: the log takes every row once all the same. Where both were cut short the last goes
    on, and what it ends with is the word of both.
    """

    def __init__(self, log: Log, file: Path, declared: str, mapping: Mapping) -> None:
        self._runs, self._conninfo = Runs(log.journal), log.database.app
        self._file, self._declared, self._mapping = file, declared, mapping
        self._digest = b""
        self._stack = ExitStack()
        self._reported = 0
        self._id: UUID
        self.stand = Stand()

    def __enter__(self) -> Resuming:
        try:
            self._digest = _digest(self._file)
        except OSError as error:
            raise FileRefused("file-unreadable", detail=error.strerror) from None
        known = next(iter(self._runs.cut_short(self._digest, self._declared)), None)
        if known is None or not self._stack.enter_context(held(self._conninfo, known)):
            known = new_run()
            self._runs.add(None, self._mapping.name, self._declared, self._digest, dry_run=False, id_=known)
            self._stack.enter_context(held(self._conninfo, known))
        self._id = known
        run = self._runs.get(known)
        assert run is not None
        self.stand = self._runs.stand(run)
        self._reported = len(self.stand.quarantined)
        self._runs.start(known)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """At its end, well or refused; one that was cut short stays to go on."""
        with self._stack:
            if kind is None or isinstance(error, FileRefused):
                self._runs.end(self._id, error if isinstance(error, FileRefused) else None)
                self._end_others()

    def _end_others(self) -> None:
        """Runs of this file that were cut short too, and that nobody is at: to go on would count its rows again."""
        for other in self._runs.cut_short(self._digest, self._declared):
            with held(self._conninfo, other) as left:
                if left:
                    self._runs.end(other)

    def keep(self, report: Report, position: int) -> None:
        """Put a chunk on record, without values: the file is here to read them from again."""
        new = report.quarantined[self._reported :]
        self._reported = len(report.quarantined)
        self._runs.keep(self._id, report, position, new, shown=set())

    def look(self) -> None:
        """Nothing to look at: who started it can interrupt it."""


def _digest(file: Path) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
