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

    Two at once each keep their own: the log takes every row once all the same.
    """

    def __init__(self, log: Log, file: Path, declared: str, mapping: Mapping) -> None:
        self._runs, self._conninfo = Runs(log.journal), log.database.app
        self._file, self._declared, self._mapping = file, declared, mapping
        self._stack = ExitStack()
        self._reported = 0
        self._id: UUID
        self.stand = Stand()

    def __enter__(self) -> Resuming:
        try:
            digest = _digest(self._file)
        except OSError as error:
            raise FileRefused("file-unreadable", detail=error.strerror) from None
        known = self._runs.cut_short(digest, self._declared)
        if known is None or not self._stack.enter_context(held(self._conninfo, known)):
            known = new_run()
            self._runs.add(None, self._mapping.name, self._declared, digest, dry_run=False, id_=known)
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
