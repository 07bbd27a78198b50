"""The formats a log is exported in, and the export itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TypeVar

import psycopg

from dossier.exporting.file import whole_file
from dossier.exporting.stored import SQL, Connection, Exported, Extent, exported, extent

Write = Callable[[BinaryIO, Iterable[Exported]], None]
Entry = TypeVar("Entry")
Progress = Callable[[int, int], None]
FORMATS = ("ndjson", "parquet", "ocel")
STEP = 1_000


def export(
    conninfo: str,
    path: Path,
    format_: str,
    *,
    until: int | None = None,
    types: Sequence[str] | None = None,
    replace: bool = False,
    progress: Progress = lambda done, of: None,
) -> Extent:
    """Write the log into a file, whole or not at all; what was exported. Raises ValueError, LookupError."""
    write = writer(format_)
    with whole_file(path, replace=replace) as file, psycopg.connect(conninfo, application_name="dossier-export") as at:
        check_log(at)
        part = extent(at, until, types)
        events = exported(at, part, told=format_ == "ndjson")
        write(file, told(events, part.events, progress))
        return part


def check_log(connection: Connection) -> None:
    """Raise LookupError unless the database holds a log."""
    if connection.execute(SQL["exists"]).fetchone() != (True,):
        raise LookupError("there is no log here: choose --data, or DOSSIER_DATABASE_URL")


def writer(format_: str) -> Write:
    """What writes a format. Imported when asked for: a column format's library is slow to load."""
    if format_ == "parquet":
        from dossier.exporting.parquet import write_parquet as write  # noqa: PLC0415
    elif format_ == "ocel":
        from dossier.exporting.ocel import write_ocel as write  # noqa: PLC0415
    else:
        from dossier.exporting.ndjson import write_ndjson as write  # noqa: PLC0415
    return write


def told(entries: Iterable[Entry], of: int, progress: Progress) -> Iterator[Entry]:
    """The same entries, while progress is told how many have passed."""
    for done, entry in enumerate(entries, 1):
        yield entry
        if done % STEP == 0 or done == of:
            progress(done, of)
