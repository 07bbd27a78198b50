"""What the auditor's commands share: a log sealed whole, a vkey however it is given, how far a check has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.command_line.main import refuse
from api.command_line.options import settings
from dossier.log import Log

PATIENCE = 10.0
"""Seconds to wait for a running server to seal."""


@contextmanager
def sealed(log: Log, data: Path) -> Iterator[Any]:
    """A snapshot in which the log and the access ledger are sealed whole: by the server beside, or else here."""
    from dossier.sealing import reading
    from dossier.sealing.keys import LogKeys
    from dossier.sealing.sealer import Sealer
    from dossier.sealing.series import SERIES

    LogKeys(data).ensure(settings(data).log_origin)
    sealers, deadline = [Sealer(data, of) for of in SERIES], time.monotonic() + PATIENCE
    while True:
        done = [sealer.seal(log.database.app) for sealer in sealers]
        with log.journal.reading() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if all(done) or all(
                _covers(reading.checkpoint(connection, of), reading.head(connection, of)) for of in SERIES
            ):
                yield connection
                return
        if time.monotonic() > deadline:
            refuse("the log is not being sealed: the server's log says why")
        time.sleep(0.05)


def _covers(found: Any, head: int) -> bool:
    return found is not None and found.size >= head


def told(vkey: str) -> str:
    """A vkey, given as such or as the file that holds it."""
    try:
        file = Path(vkey)
        if not file.is_file():
            return vkey
        with file.open(encoding="utf-8") as content:
            return content.read(1_000).strip()
    except (OSError, ValueError):
        return vkey


def progress(what: str) -> Any:
    """How far a long check has come: a line on stderr each second."""
    last = [0.0]

    def tell(done: int, of: int) -> None:
        if done == of or time.monotonic() - last[0] > 1:
            last[0] = time.monotonic()
            sys.stderr.write(f"{what}: {done} of {of}\n")

    return tell
