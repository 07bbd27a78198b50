"""Working: imports sent by HTTP, done in a process of their own, a few at once; each goes on where it was cut short."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

import structlog

from api.imports.importing import run_import
from api.imports.keeping import Stand
from api.imports.loading import read_mapping
from api.imports.mapping import Mapping
from api.imports.problems import FileRefused, Worded
from api.imports.report import Report
from api.imports.runs import Run, Runs, held
from api.imports.uploads import Uploads
from api.logs import log_as_told
from dossier.database.connections import Database
from dossier.journal import LogUnreachable
from dossier.log import Log, running_log
from dossier.refusals import Refused

AT_ONCE = 2
POLL = 0.2
LINGER = 5.0
"""Seconds the process waits for another import before it ends: starting it takes one."""
PATIENCE = 3
"""Starts without a chunk done: after these, the file itself is what ends the process."""
MEMORY = 4 << 30
"""Bytes this process may hold, or half of what the machine has. A workbook of some kilobytes can be made to unfold into
all there is: it then ends this process, and not whatever the system would choose."""
NO_MEMORY = 3
log = structlog.get_logger()


class Stopped(Exception):
    """The run is to go on in another process."""


class Fault(Worded):
    """An import that cannot go on, for no reason of the file's that is known."""


class Kept:
    """The stand of a run on record; values of personal columns never get there."""

    def __init__(self, runs: Runs, run: Run, stopping: threading.Event, mapping: Mapping) -> None:
        self.stand: Stand = runs.stand(run)
        self._runs, self._id, self._stopping = runs, run.id, stopping
        self._impersonal = mapping.impersonal()

    def keep(self, report: Report, position: int) -> None:
        """Put a chunk on record, and stop when the process is to end."""
        shown = {header for name, header in report.headers.items() if name in self._impersonal}
        self._runs.keep(self._id, report, position, report.quarantined, shown=shown)
        report.quarantined.clear()
        self.look()

    def look(self) -> None:
        """Stop when the process is to end."""
        if self._stopping.is_set():
            raise Stopped


def work(database: Database, directory: Path, parent: Connection) -> None:
    """Do every import that is due, then end; also when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log_as_told()
    bound(min(MEMORY, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2))
    os.nice(5)  # requests go first
    stopping = threading.Event()

    def until_parent_ends() -> None:
        try:
            parent.recv()
        except (EOFError, OSError):
            stopping.set()

    threading.Thread(target=until_parent_ends, daemon=True).start()
    try:
        with running_log(database) as opened:
            work_off(opened, Uploads(directory), stopping)
    except LogUnreachable as error:
        log.warning("importing lost the database", reason=str(error))


def bound(memory: int) -> None:
    """Have this process run out of memory at so many bytes."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def work_off(opened: Log, uploads: Uploads, stopping: threading.Event) -> None:
    """Do every import that is due and whose file is here, a few at once."""
    runs = Runs(opened.journal)
    doing: dict[Future[None], UUID] = {}
    done: set[UUID] = set()
    idle_since = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="import") as pool:
        while not stopping.is_set():
            for run in runs.unfinished():
                new = run not in done and run not in doing.values() and uploads.has(run)
                if new and len(doing) < AT_ONCE and not any(map(uploads.has, runs.before(run))):
                    doing[pool.submit(_do, opened, runs, uploads, run, stopping)] = run
            if doing:
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since > LINGER or stopping.wait(POLL):
                return
            for future in wait(doing, timeout=POLL, return_when=FIRST_COMPLETED).done:
                done.add(doing.pop(future))
                future.result()


def _do(opened: Log, runs: Runs, uploads: Uploads, id_: UUID, stopping: threading.Event) -> None:
    """One import, from wherever it stands to its end; the file is gone once that is on record."""
    with held(opened.database.app, id_) as mine:
        run = runs.get(id_) if mine else None
        attempts = runs.start(id_) if run else 0
        if run is None or not attempts:
            return
        failure: Worded | None = None
        try:
            if attempts > PATIENCE:
                raise Fault("import-crashed", attempts=attempts - 1)
            _import(opened, runs, uploads, run, stopping)
        except Stopped:
            return
        except (FileRefused, Fault) as error:
            failure = error
        except (LogUnreachable, Refused):
            raise LogUnreachable("an import waits") from None
        except MemoryError:  # of two files nobody can tell whose it was: each begins anew, as often as PATIENCE has it
            os._exit(NO_MEMORY)
        except Exception as error:
            log.error("import failed", error=type(error).__name__)
            failure = Fault("import-fault")
        runs.end(id_, failure)
        uploads.remove(id_)


def _import(opened: Log, runs: Runs, uploads: Uploads, run: Run, stopping: threading.Event) -> None:
    mapping = read_mapping(run.declared, run.mapping)
    opened.refresh()
    poster = opened.agencies[run.agency or ""]
    kept = Kept(runs, run, stopping, mapping)
    run_import(opened, uploads.path(run.id), mapping, dry_run=run.dry_run, poster=poster, keeping=kept)
