"""What is measured runs for real: PostgreSQL, the server in its own process, and an empty endpoint beside it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.agencies import Agency
from dossier.database import cluster
from dossier.log import Log, open_log
from dossier.settings import Settings
from projections.generations.generations import ensure_served
from projections.rulesets.ruleset import ruleset

HUB = Agency("hub", "hub.brussels", "hub.brussels", "hub.brussels", "https://hub.brussels")


class House(NamedTuple):
    """A data directory with its open log, and a token of an agency and of an adviser."""

    data: Path
    log: Log
    agency: str
    adviser: str


@contextmanager
def house() -> Iterator[House]:
    """A fresh log of its own, gone afterwards. Its PostgreSQL also listens on loopback, for the baselines.

    The library's recorder sends a batch in pipeline mode, and over a unix socket the client library waits for ever
    once a statement is larger than the socket's buffer; over loopback it does not.
    """
    cluster.SETTINGS["listen_addresses"] = "127.0.0.1"
    cluster.SETTINGS["port"] = str(_free_port())
    with tempfile.TemporaryDirectory(prefix="dossier-bench-") as directory:
        data = Path(directory)
        with open_log(Settings(data=data)) as log:
            ensure_served(log.database.owner, ruleset())
            log.register(HUB)
            keys = TokenKey(data)
            yield House(data, log, keys.issue(Principal("agency", "hub")), keys.issue(Principal("adviser", "hub")))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, *, projecting: bool = True, recording: bool = True, sealing: bool = False) -> Iterator[int]:
    """A `dossier serve` on this data directory; its port. One that does not project seals only where it is asked."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.serve",
        str(data),
        _mode(projecting, recording, sealing),
        cluster.SETTINGS["port"],
    ]
    with _process(command) as port:
        yield port


def _mode(projecting: bool, recording: bool, sealing: bool) -> str:
    if not recording:
        return "unrecorded"
    if projecting:
        return "live"
    return "sealing" if sealing else "writing"


@contextmanager
def empty_endpoint() -> Iterator[int]:
    """A FastAPI application with one endpoint that takes the same body by a model and does nothing; its port."""
    with _process([sys.executable, "-m", "benchmarks.empty"]) as port:
        yield port


@contextmanager
def bare_fan() -> Iterator[int]:
    """A server that only writes one frame to whoever listens; its port."""
    with _process([sys.executable, "-m", "benchmarks.fan"]) as port:
        yield port


@contextmanager
def _process(command: list[str]) -> Iterator[int]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                time.sleep(0.3)
                yield int(found[1])
                break
        else:
            raise RuntimeError(f"{command[-1]} did not start")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
