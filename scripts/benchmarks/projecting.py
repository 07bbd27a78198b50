"""Projecting: a rebuild of everything beside the library's runner, and beside a loop that only reads."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import orjson
import psycopg

from benchmarks.events import SPAN, stream
from benchmarks.house import HUB, House, house
from benchmarks.row import Row, row
from dossier.log import Log
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

RUNNER_EVENTS = 4_000
RUNS = 3
LARGE = 2_400_000
"""Events of the log that a rebuild is to be a hundred times as fast as the runner on."""
BATCH = 5_000
BLOCK = 10_000
"""Dossiers whose events are held in memory while they are stored."""


def fill(log: Log, lines: list[bytes]) -> None:
    """Store events by the same way in as everybody."""
    waiting = []
    for place in range(0, len(lines), BATCH):
        waiting.append(log.post(map(orjson.loads, lines[place : place + BATCH]), HUB))
        while len(waiting) > 2:
            waiting.pop(0).result()
    for ticket in waiting:
        ticket.result()


def grow(log: Log, dossiers: int, span: int = SPAN) -> int:
    """Add so many dossiers to a log, a block at a time whatever their number; how many events they are."""
    for start in range(0, dossiers, BLOCK):
        fill(log, stream(uuid4().hex[:8], min(BLOCK, dossiers - start), span))
    return dossiers * span


def rebuilding(*, quick: bool) -> list[Row]:
    """All three projections from the log into a new generation, switched to; beside one upsert an event."""
    dossiers = 5_000 if quick else LARGE // SPAN
    with house() as at:
        events = grow(at.log, dossiers)
        ours, bare, reading = [], [], []
        for _ in range(RUNS):
            started = time.perf_counter()
            rebuild(at.log.database.owner, ruleset(), workers=2)
            ours.append(events / (time.perf_counter() - started))
            bare.append(_runner(at))
            reading.append(_read_loop(at))
    size = f"{events} events, indexed and switched"
    return [
        row("rebuild-vs-runner", ours, bare, "events/s", "ratio >= 60", lambda _, ratio: ratio >= 60,
            f"{size}; baseline: the library's ProjectionRunner, one upsert an event"),
        row("rebuild-vs-runner-large", ours, bare, "events/s", f"ratio >= 100 at {LARGE} events", _large(events, 100),
            f"{size}; the same figures by the goal of the large log"),
        row("rebuild-vs-read-loop", ours, reading, "events/s", f"ratio >= 0.4 at {LARGE} events", _large(events, 0.4),
            f"{size}; baseline: one process that reads the same rows and decodes them with orjson"),
    ]  # fmt: skip


def _large(events: int, least: float) -> Callable[[float, float], bool]:
    """Whether a goal of the large log is met: never by a smaller one, which proves nothing of it."""
    return lambda _, ratio: ratio >= least and events >= LARGE


def _runner(at: House) -> float:
    command = [sys.executable, "-m", "benchmarks.stock", "project", at.log.database.owner, str(RUNNER_EVENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout)


def _read_loop(at: House) -> float:
    with psycopg.connect(at.log.database.reader) as connection, connection.cursor() as cursor:
        count = 0
        started = time.perf_counter()
        with cursor.copy("COPY (SELECT stored FROM journal.event) TO STDOUT (FORMAT BINARY)") as copy:
            copy.set_types(["bytea"])
            for (stored,) in copy.rows():
                orjson.loads(stored)
                count += 1
        return count / (time.perf_counter() - started)
