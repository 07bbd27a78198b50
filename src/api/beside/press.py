"""The press beside the server: protecting a large table takes a minute of a processor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from api.beside.child import Child, Parent, keeping
from projections.publications.press_room import PressRoom

log = structlog.get_logger()
MORE_POLITE = 10
"""How much further it stands back than the others: nobody waits for a publication."""


@contextmanager
def publishing(conninfo: str) -> Iterator[None]:
    """The press room in a process of its own, started again should it die, ended with the block."""
    with keeping(Child("dossier-press", __name__, (conninfo,))):
        yield


def live(parent: Parent, conninfo: str) -> None:
    """Publish until the parent ends, which ends it at once: what is not published yet leaves nothing behind."""
    os.nice(MORE_POLITE)
    PressRoom(conninfo, report=report).run()


def report(name: str, reason: str) -> None:
    """Tell what stopped the press: an indicator that fails, or, where none is named, a database that is away."""
    if name:
        log.warning("not published", indicator=name, reason=reason)
    else:
        log.warning("press lost the database", reason=reason)
