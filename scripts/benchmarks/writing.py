"""Writing: bulk over HTTP beside the library's bare insert; single events beside an empty endpoint."""

from __future__ import annotations

import subprocess
import sys
import time
from uuid import uuid4

import httpx
import psycopg

from benchmarks import load
from benchmarks.events import event, stream
from benchmarks.house import House, empty_endpoint, house, serving
from benchmarks.row import Row, percentile, row
from benchmarks.watching import Reached, sealed_position, served_position, watching

STRUCTURED = "application/cloudevents+json"


def bulk_ingest(*, quick: bool) -> list[Row]:
    """NDJSON over HTTP (validated, decided, vaulted, durable) beside `recorder.insert_events` of the same events."""
    dossiers, runs = (1_500, 3) if quick else (5_000, 3)
    ours, bare, copied = [], [], []
    for _ in range(runs):
        with house() as at:
            lines = stream(uuid4().hex[:8], dossiers)
            with serving(at.data, projecting=False) as port:
                body = b"\n".join(lines)
                started = time.perf_counter()
                answer = send(port, body, at.agency)
                ours.append(len(lines) / (time.perf_counter() - started))
            assert answer.count(b'"status":201') == len(lines), answer[:500]
            bare.append(_stock(at))
            copied.append(_bare_copy(at))
    return [
        row("bulk-ingest", ours, bare, "events/s", "ratio >= 1", lambda _, ratio: ratio >= 1,
            "baseline: eventsourcing's recorder.insert_events, batches of 1,000"),
        row("bulk-ingest-vs-copy", ours, copied, "events/s", "told, not promised", lambda *_: True,
            "baseline: bare COPY of the same rows into the same indexed table"),
    ]  # fmt: skip


def send(port: int, body: bytes, token: str) -> bytes:
    """Post a stream; the answer."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    return httpx.post(f"http://127.0.0.1:{port}/v1/events", content=body, headers=headers, timeout=600).content


def _stock(at: House) -> float:
    """The library's own recorder over its own table, with the stored events of this log."""
    command = [sys.executable, "-m", "benchmarks.stock", "insert", at.log.database.owner, "1000"]
    return float(subprocess.run(command, capture_output=True, check=True, timeout=300).stdout)


def _bare_copy(at: House) -> float:
    with psycopg.connect(at.log.database.owner) as connection:
        connection.execute("CREATE TABLE public.copied (LIKE journal.event INCLUDING ALL)")
        rows = connection.execute(
            "SELECT position, dossier, version, type, agency, recordedtime, stored FROM journal.event ORDER BY position"
        ).fetchall()
        started = time.perf_counter()
        columns = "position, dossier, version, type, agency, recordedtime, stored"
        with connection.cursor().copy(f"COPY public.copied ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "uuid", "int4", "text", "text", "timestamptz", "bytea"])
            for values in rows:
                copy.write_row(values)
        connection.commit()
        return len(rows) / (time.perf_counter() - started)


def single_ingest(clients: int, *, quick: bool) -> list[Row]:
    """One durable event a request, beside the same body to an endpoint that does nothing."""
    count, runs = (4_000, 3) if quick else (12_000, 5)
    ours, bare, slowest = [], [], []
    with house() as at, empty_endpoint() as empty, serving(at.data) as port:
        for _ in range(runs):
            run = uuid4().hex[:8]
            opened = [event(run, number, 0) for number in range(count // 6)]
            send(port, b"\n".join(opened), at.agency)
            bodies = [event(run, number, turn) for turn in range(1, 7) for number in range(count // 6)]
            requests = [load.post("/v1/events", body, STRUCTURED, at.agency) for body in bodies]
            done = load.run(port, requests, clients)
            assert set(done["statuses"]) == {"201"}, done["statuses"]
            ours.append(count / done["seconds"])
            slowest.append(percentile(done["ms"], 0.99))
            plain = [load.post("/v1/events", body, "application/json", at.agency) for body in bodies]
            bare.append(count / load.run(empty, plain, clients)["seconds"])
    name = f"single-ingest-{clients}"
    return [
        row(name, ours, bare, "events/s", "ratio >= 0.5", lambda _, ratio: ratio >= 0.5,
            "baseline: an empty FastAPI endpoint with the same body; live projection runs beside ours"),
        row(f"{name}-p99", slowest, [25.0], "ms", "ours < 25", lambda mine, _: mine < 25, "baseline: the goal"),
    ]  # fmt: skip


def live_lag(*, quick: bool) -> list[Row]:
    """From the answer to a post to its being visible in the projected rows, at 1,000 events a second."""
    slowest = _slowest(served_position, quick=quick)
    return [row("live-lag", slowest, [250.0], "ms", "ours < 250", lambda mine, _: mine < 250,
                "p99 from recorded time to the commit of the projected rows; baseline: the goal")]  # fmt: skip


def seal_lag(*, quick: bool) -> list[Row]:
    """From the answer to a post to the checkpoint that covers it, at 1,000 events a second, projected meanwhile."""
    slowest = _slowest(sealed_position, quick=quick)
    return [row("seal-lag", slowest, [1_000.0], "ms", "ours < 1000", lambda mine, _: mine < 1_000,
                "p99 from recorded time to the commit of the checkpoint over it; baseline: the goal")]  # fmt: skip


def _slowest(reached: Reached, *, quick: bool) -> list[float]:
    """Of each run the p99, in ms, from an event's recorded time until what follows the log had reached it."""
    count, runs = (5_000, 3) if quick else (10_000, 3)
    slowest = []
    with house() as at, serving(at.data) as port:
        for _ in range(runs):
            run = uuid4().hex[:8]
            send(port, b"\n".join(event(run, number, 0) for number in range(500)), at.agency)
            _caught_up(at, reached)
            bodies = [event(run, number % 500, 1 + number // 500) for number in range(count)]
            requests = [load.post("/v1/events", body, STRUCTURED, at.agency) for body in bodies]
            with watching(at.log.database.app, reached) as seen:
                load.run(port, requests, 32, rate=1_000.0)
                _caught_up(at, reached)
            slowest.append(percentile(seen.lags(), 0.99))
    return slowest


def _caught_up(at: House, reached: Reached) -> None:
    head = at.log.journal.head().position
    with psycopg.connect(at.log.database.app, autocommit=True) as connection:
        while reached(connection) < head:
            time.sleep(0.01)
