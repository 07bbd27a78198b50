"""Projecting: a rebuild of everything beside the library's runner, and beside a loop that only reads."""

from __future__ import annotations

import subprocess
import sys
import time
from uuid import uuid4

import orjson
import psycopg

from benchmarks.events import stream
from benchmarks.house import HUB, House, house
from benchmarks.row import Row, row
from dossier.log import Log
from projections.rebuild import rebuild
from projections.ruleset import ruleset

RUNNER_EVENTS = 4_000
BATCH = 5_000


def fill(log: Log, lines: list[bytes]) -> None:
    """Store events by the same way in as everybody."""
    waiting = []
    for place in range(0, len(lines), BATCH):
        waiting.append(log.post(map(orjson.loads, lines[place : place + BATCH]), HUB))
        while len(waiting) > 2:
            waiting.pop(0).result()
    for ticket in waiting:
        ticket.result()


def rebuilding(*, quick: bool) -> list[Row]:
    """All three projections from the log into a new generation, switched to; beside one upsert an event."""
    dossiers, runs = (5_000, 3) if quick else (30_000, 3)
    with house() as at:
        lines = stream(uuid4().hex[:8], dossiers)
        fill(at.log, lines)
        ours, bare, reading = [], [], []
        for _ in range(runs):
            started = time.perf_counter()
            rebuild(at.log.database.owner, ruleset(), workers=2)
            ours.append(len(lines) / (time.perf_counter() - started))
            bare.append(_runner(at))
            reading.append(_read_loop(at))
    return [
        row("rebuild-vs-runner", ours, bare, "events/s", "ratio >= 60", lambda _, ratio: ratio >= 60,
            f"{len(lines)} events, indexed and switched; baseline: the library's subscription, one upsert an event"),
        row("rebuild-vs-read-loop", ours, reading, "events/s", "told, not promised yet", lambda *_: True,
            "baseline: one process that reads the same rows and decodes them with orjson"),
    ]  # fmt: skip


def _runner(at: House) -> float:
    name = uuid4().hex[:6]
    with psycopg.connect(at.log.database.owner) as connection:
        for table in ("stock_view", "stock_source", "stock_tracking"):
            connection.execute(f"DROP TABLE IF EXISTS public.{table}")
    command = [sys.executable, "-m", "benchmarks.stock", "project", at.log.database.owner, str(RUNNER_EVENTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
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
