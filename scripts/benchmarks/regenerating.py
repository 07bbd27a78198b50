"""Reading and writing while another generation is built, beside the same without."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from benchmarks import load
from benchmarks.events import dossier_id, stream
from benchmarks.house import House, house, serving
from benchmarks.projecting import fill
from benchmarks.row import Row, percentile, row
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

CLIENTS = 4
REBUILDING = """
import sys
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset
if __name__ == "__main__":
    while True:
        rebuild(sys.argv[1], ruleset(), workers=1)
"""


def read_during_rebuild(*, quick: bool) -> list[Row]:
    """The p99 of reading a dossier and of posting an event, while rebuilds run one after the other."""
    dossiers, span, count, runs = (6_000, 6, 1_000, 3) if quick else (100_000, 12, 6_000, 3)
    run = uuid4().hex[:8]
    with house() as at:
        fill(at.log, stream(run, dossiers, span))
        rebuild(at.log.database.owner, ruleset(), workers=2)

        def some() -> UUID:
            return dossier_id(run, random.randrange(dossiers))

        def reads() -> list[bytes]:
            return [load.get(f"/v1/dossiers/{some()}", at.adviser) for _ in range(count)]

        def writes() -> list[bytes]:
            return [_contact(some(), at.agency) for _ in range(count // 3)]

        with serving(at.data) as port:
            return [
                _beside(at, port, name, requests, runs)
                for name, requests in (("read-during-rebuild", reads), ("write-during-rebuild", writes))
            ]


def _beside(at: House, port: int, name: str, requests: Callable[[], list[bytes]], runs: int) -> Row:
    during, quiet = [], []
    for _ in range(runs):
        quiet.append(_p99(port, requests()))
        with _rebuilding(at):
            during.append(_p99(port, requests()))
    return row(name, during, quiet, "ms", "ratio <= 3", lambda _, ratio: ratio <= 3,
               f"p99 of {CLIENTS} clients; baseline: the same with no rebuild running")  # fmt: skip


def _p99(port: int, requests: list[bytes]) -> float:
    done = load.run(port, requests, CLIENTS)
    assert set(done["statuses"]) <= {"200", "201"}, done["statuses"]
    return percentile(done["ms"], 0.99)


@contextmanager
def _rebuilding(at: House) -> Iterator[None]:
    """Rebuild after rebuild in a process of its own, as the command would; ended with the block."""
    command = ["nice", "-n", "10", sys.executable, "-c", REBUILDING, at.log.database.owner]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _contact(dossier: UUID, token: str) -> bytes:
    event = {
        "specversion": "1.0", "id": uuid4().hex, "source": "https://hub.brussels/bench", "subject": str(dossier),
        "type": "brussels.dossier.contact-made.v1", "time": "2026-03-09T14:30:00+01:00", "data": {"channel": "phone"},
    }  # fmt: skip
    return load.post("/v1/events", json.dumps(event).encode(), "application/cloudevents+json", token)
