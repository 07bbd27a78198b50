"""Proving: what the tree costs who appends, and how long proofs, a bundle and a whole audit take."""

from __future__ import annotations

import base64
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import orjson
import psycopg

from benchmarks import load
from benchmarks.events import dossier_id, event, stream
from benchmarks.house import House, empty_endpoint, house, serving
from benchmarks.projecting import fill
from benchmarks.row import Row, percentile, row
from benchmarks.tree import entry
from benchmarks.writing import send
from dossier.auditing.whole import audit
from dossier.sealing.bundle import bundle
from dossier.sealing.keys import LogKeys
from dossier.sealing.sealer import Sealer, prepare
from dossier.sealing.series import SERIES
from dossier.verification.bundle import Verified, verify_bundle
from dossier.verification.merkle import leaf_hash, verify_consistency, verify_inclusion
from projections.generations.auditing import audit_projections
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

CLIENTS = 4
HISTORY = 1_000


def append_with_tree(*, quick: bool) -> list[Row]:
    """Bulk ingest with the sealing process beside the writer, and the same without, in turns."""
    dossiers, runs = (2_000, 3) if quick else (5_000, 5)
    ours, bare = [], []
    for turn in range(runs):
        for sealing in (True, False) if turn % 2 else (False, True):
            (ours if sealing else bare).append(_appended(dossiers, sealing=sealing))
    return [row("append-with-tree", ours, bare, "events/s", "ratio > 0.95", lambda _, ratio: ratio > 0.95,
                "baseline: the same stream without the sealing process")]  # fmt: skip


def _appended(dossiers: int, *, sealing: bool) -> float:
    lines = stream(uuid4().hex[:8], dossiers)
    with house() as at, serving(at.data, projecting=False, sealing=sealing) as port:
        send(port, b"\n".join(stream(uuid4().hex[:8], 10)), at.agency)
        if sealing:  # it takes a second to start, which is no part of the price
            _await_seal(port, 200)
        started = time.perf_counter()
        answer = send(port, b"\n".join(lines), at.agency)
        seconds = time.perf_counter() - started
        assert answer.count(b'"status":201') == len(lines), answer[:500]
        if sealing:
            _await_seal(port, len(lines))
    return len(lines) / seconds


def _await_seal(port: int, size: int) -> None:
    """The tree was on indeed: it comes to hold what was appended."""
    deadline = time.monotonic() + 60
    while int(httpx.get(f"http://127.0.0.1:{port}/v1/log/checkpoint").text.split("\n")[1]) < size:
        assert time.monotonic() < deadline, "the log was not sealed"
        time.sleep(0.1)


def proofs_in_a_large_tree(*, quick: bool) -> list[Row]:
    """Inclusion and consistency over HTTP in a tree of ten million leaves, checked; and the memory of growing it."""
    leaves, count, runs = (100_000, 1_000, 3) if quick else (10_000_000, 4_000, 5)
    chosen = random.Random(6962)
    sample = sorted({1, leaves, *(chosen.randrange(1, leaves + 1) for _ in range(count - 2))})
    with house() as at:
        command = [sys.executable, "-m", "benchmarks.tree", at.log.database.owner, str(at.data), str(leaves)]
        done = subprocess.run([*command, *map(str, sample)], capture_output=True, check=True, text=True)
        mib, root = done.stdout.split()
        with serving(at.data, projecting=False) as port, empty_endpoint() as empty:
            _check_proofs(port, leaves, sample, bytes.fromhex(root), chosen)
            found = [_timed(port, empty, leaves, sample, chosen) for _ in range(runs)]
    inclusion, consistency, bare = (list(column) for column in zip(*found, strict=True))
    note = f"p99 over HTTP, {leaves} leaves, {CLIENTS} clients; baseline: an empty endpoint's p99"
    return [
        row("proof-inclusion", inclusion, bare, "ms", "ours < 25", lambda mine, _: mine < 25, note),
        row("proof-consistency", consistency, bare, "ms", "ours < 25", lambda mine, _: mine < 25, note),
        row("tree-memory", [float(mib)], [leaves * 32 / 2**20], "MiB", "ours < 128", lambda mine, _: mine < 128,
            f"the most that the process has which grows and writes {leaves} leaves; baseline: their hashes alone"),
    ]  # fmt: skip


def _timed(port: int, empty: int, leaves: int, sample: list[int], chosen: random.Random) -> tuple[float, float, float]:
    """The p99 of inclusion, of consistency, and of an endpoint that does nothing."""
    asked = [
        (port, [f"/v1/log/proof/inclusion?position={position}" for position in sample]),
        (port, [f"/v1/log/proof/consistency?from={chosen.randrange(1, leaves)}&to={leaves}" for _ in sample]),
        (empty, [f"/v1/dossiers/{position}" for position in sample]),
    ]
    slowest = []
    for where, paths in asked:
        done = load.run(where, [load.get(path, "none") for path in paths], CLIENTS)
        assert set(done["statuses"]) == {"200"}, done["statuses"]
        slowest.append(percentile(done["ms"], 0.99))
    inclusion, consistency, bare = slowest
    return inclusion, consistency, bare


def _check_proofs(port: int, leaves: int, sample: list[int], root: bytes, chosen: random.Random) -> None:
    """That what is measured proves something."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1/log/proof/") as client:
        for position in chosen.sample(sample, 50):
            told = client.get(f"inclusion?position={position}").json()
            proof = [base64.b64decode(part) for part in told["proof"]]
            verify_inclusion(position - 1, leaves, leaf_hash(entry(position)), proof, root)
            before = client.get(f"inclusion?position=1&size={position}").json()
            told = client.get(f"consistency?from={position}&to={leaves}").json()
            proof = [base64.b64decode(part) for part in told["proof"]]
            verify_consistency(position, leaves, proof, base64.b64decode(before["root"]), root)


def verify_a_bundle(*, quick: bool) -> list[Row]:
    """The bundle of a dossier of a thousand events, all with personal fields, checked offline."""
    runs = 5 if quick else 15
    run = uuid4().hex[:8]
    with house() as at:
        fill(at.log, [*_long_history(run), *stream(uuid4().hex[:8], 500)])
        _seal(at)
        with psycopg.connect(at.log.database.app) as connection:
            signers = LogKeys(at.data).signers()
            made = bundle(connection, dossier_id(run, 0), signers, ruleset_digest="", at=datetime.now(UTC))
        content = json.dumps(made, ensure_ascii=False).encode()
    ours, bare = [], []
    for _ in range(runs):
        ours.append(1000 * _seconds(lambda: _verified(content, signers[0].vkey)))
        bare.append(1000 * _seconds(lambda: json.loads(content)))
    return [row("verify-bundle", ours, bare, "ms", "ours < 1000", lambda mine, _: mine < 1000,
                f"{HISTORY} events, {len(content) >> 10} KiB; baseline: reading the same file as JSON")]  # fmt: skip


def _verified(content: bytes, vkey: str) -> None:
    found = verify_bundle(content, vkey)
    assert isinstance(found, Verified)
    assert (found.events, found.opened) == (HISTORY, HISTORY)


def _long_history(run: str) -> list[bytes]:
    lines = [event(run, 0, 0)]
    for number in range(1, HISTORY):
        lines.append(orjson.dumps(orjson.loads(event(run, 0, 3 + 16 * (number % 2))) | {"id": f"{run}-{number}"}))
    return lines


def audit_a_log(*, quick: bool) -> list[Row]:
    """`dossier audit log`, everything it does after it has connected; beside hashing the stored bytes in memory."""
    dossiers, runs = (2_000, 3) if quick else (10_000, 3)
    with house() as at:
        fill(at.log, stream(uuid4().hex[:8], dossiers))
        rebuild(at.log.database.owner, ruleset(), workers=2)
        _seal(at)
        conninfo = at.log.database.app
        whole, sealed, bare = [], [], []
        with psycopg.connect(conninfo) as connection:
            connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.commit()
            entries = [row[0] for row in connection.execute("SELECT stored FROM journal.event ORDER BY position")]
            for _ in range(runs):
                seal = _seconds(lambda: audit(connection, None, lambda done, of: None))
                project = _seconds(lambda: audit_projections(connection, conninfo, lambda done, of: None))
                connection.rollback()
                sealed.append(len(entries) / seal)
                whole.append(len(entries) / (seal + project))
                bare.append(len(entries) / _seconds(lambda: [sha256(stored).digest() for stored in entries]))
    told = "baseline: SHA-256 of the same stored bytes, in memory, in one thread"
    return [
        row("audit-log", whole, bare, "events/s", "told, not promised", lambda *_: True,
            f"{len(entries)} events; {told}"),
        row("audit-log-seal", sealed, bare, "events/s", "told, not promised", lambda *_: True,
            f"the same but for projecting anew; {told}"),
    ]  # fmt: skip


def _seal(at: House) -> None:
    prepare(at.log.database.app, at.data, None)
    for of in SERIES:
        assert Sealer(at.data, of).seal(at.log.database.app)


def _seconds(done: Callable[[], Any]) -> float:
    started = time.perf_counter()
    done()
    return time.perf_counter() - started
