"""The sealers beside the server, a thread for each series; one that fails ends them all, and they are started again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from api.beside.child import Child, Parent, keeping
from dossier.sealing.sealer import Sealer
from dossier.sealing.series import SERIES
from dossier.sealing.signed import SealRefused

if TYPE_CHECKING:
    from api.service import Sealing

log = structlog.get_logger()
AGAIN_SECONDS = 5.0
"""How long a sealer that refused waits before it looks again whether the log was put right."""


@contextmanager
def sealing(conninfo: str, data: Path, seal: Sealing) -> Iterator[None]:
    """The sealers in a process of their own; when one refuses to sign, `seal` says why."""

    def told(said: tuple[str, str]) -> None:
        series, refusal = said
        if refusal and refusal != seal.refusals.get(series):
            log.error("nothing is signed", series=series, reason=refusal)
        seal.refusals.pop(series, None)
        if refusal:
            seal.refusals[series] = refusal

    with keeping(Child("dossier-sealer", __name__, (conninfo, data), told)):
        yield


def live(parent: Parent, conninfo: str, data: Path) -> None:
    """Seal until the parent ends."""
    turn = threading.Lock()
    sealers = [Sealer(data, of, report=partial(_lost, of.name)) for of in SERIES]

    def stop() -> None:
        for sealer in sealers:
            sealer.stop()

    def tell(series: str, refusal: str) -> None:
        with turn:
            parent.tell((series, refusal))

    def keep(sealer: Sealer) -> None:
        try:
            _seal_on(sealer, conninfo, partial(tell, sealer.of.name))
        finally:
            stop()

    parent.end_with(stop)
    threads = [threading.Thread(target=keep, args=(sealer,), name=f"seal-{sealer.of.name}") for sealer in sealers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _seal_on(sealer: Sealer, conninfo: str, tell: Callable[[str], None]) -> None:
    while not sealer.stopping.is_set():
        try:
            sealer.run(conninfo, sealed=lambda: tell(""))
        except SealRefused as refusal:
            tell(str(refusal))
            sealer.stopping.wait(AGAIN_SECONDS)


def _lost(series: str, reason: str) -> None:
    log.warning("sealer lost the database", series=series, reason=reason)
