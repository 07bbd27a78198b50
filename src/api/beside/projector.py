"""The projector beside the server: projecting is work of the processor, and would hold up requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from api.beside.child import Child, Parent, keeping
from dossier.collection import collect_seldom
from projections.generations.live import Projector

log = structlog.get_logger()


@contextmanager
def projecting(conninfo: str) -> Iterator[None]:
    """A live projector in a process of its own, started again should it die, ended with the block."""
    with keeping(Child("dossier-projector", __name__, (conninfo,))):
        yield


def live(parent: Parent, conninfo: str) -> None:
    """Project until the parent ends."""
    collect_seldom()
    projector = Projector(conninfo, report=lost, unknown=waits)
    parent.end_with(projector.stop)
    projector.run()


def lost(reason: str) -> None:
    """Tell that the database is away."""
    log.warning("projector lost the database", reason=reason)


def waits(reason: str) -> None:
    """Tell that what is served follows rules which this version does not have."""
    log.error("nothing is projected", reason=reason)
