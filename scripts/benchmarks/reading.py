"""Reading: one dossier among a hundred thousand, beside an endpoint that reads nothing."""

from __future__ import annotations

import random
from uuid import uuid4

from benchmarks import load
from benchmarks.events import dossier_id, stream
from benchmarks.house import empty_endpoint, house, serving
from benchmarks.projecting import fill
from benchmarks.row import Row, percentile, row
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset

CLIENTS = 4


def read_dossier(*, quick: bool) -> list[Row]:
    """The current dossier with its person, as an adviser asks for it."""
    dossiers, span, count, runs = (20_000, 6, 3_000, 3) if quick else (100_000, 12, 6_000, 3)
    run = uuid4().hex[:8]
    with house() as at:
        fill(at.log, stream(run, dossiers, span))
        rebuild(at.log.database.owner, ruleset(), workers=2)
        ours, bare = [], []
        with empty_endpoint() as empty, serving(at.data) as port:
            for _ in range(runs):
                paths = [f"/v1/dossiers/{dossier_id(run, random.randrange(dossiers))}" for _ in range(count)]
                requests = [load.get(path, at.adviser) for path in paths]
                done = load.run(port, requests, CLIENTS)
                assert set(done["statuses"]) == {"200"}, done["statuses"]
                ours.append(percentile(done["ms"], 0.99))
                bare.append(percentile(load.run(empty, requests, CLIENTS)["ms"], 0.99))
    return [row("read-dossier", ours, bare, "ms", "ours < 15", lambda mine, _: mine < 15,
                f"p99, {dossiers} dossiers, {CLIENTS} clients; baseline: an empty endpoint's p99")]  # fmt: skip


def recorded_reading(*, quick: bool) -> list[Row]:
    """What recording a reading in the access ledger adds to showing the person: the same server with and without."""
    dossiers, span, count, runs = (2_000, 6, 1_200, 5) if quick else (20_000, 12, 6_000, 5)
    run = uuid4().hex[:8]
    with house() as at:
        fill(at.log, stream(run, dossiers, span))
        rebuild(at.log.database.owner, ruleset(), workers=2)
        ours, bare = [], []
        with serving(at.data) as recording, serving(at.data, recording=False) as silent:
            for _ in range(runs):
                paths = [f"/v1/dossiers/{dossier_id(run, random.randrange(dossiers))}" for _ in range(count)]
                requests = [load.get(path, at.adviser) for path in paths]
                for port, found in ((recording, ours), (silent, bare)):
                    done = load.run(port, requests, CLIENTS)
                    assert set(done["statuses"]) == {"200"}, done["statuses"]
                    found.append(percentile(done["ms"], 0.99))
    return [row("recorded-reading", ours, bare, "ms", "ours - baseline < 2", _adds_little,
                f"p99 with its person, {CLIENTS} clients; baseline: the same without the access ledger")]  # fmt: skip


def _adds_little(ours: float, ratio: float) -> bool:
    return ours - ours / ratio < 2
