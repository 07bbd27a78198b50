"""Run the benchmarks and tell the results."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.counting import indicators
from benchmarks.following import fact_to_webhook, fan_out
from benchmarks.growing import growth, resume_after_kill
from benchmarks.lengthy import long_stream
from benchmarks.projecting import rebuilding
from benchmarks.proving import append_with_tree, audit_a_log, proofs_in_a_large_tree, verify_a_bundle
from benchmarks.reading import read_dossier, recorded_reading
from benchmarks.regenerating import read_during_rebuild
from benchmarks.row import Row
from benchmarks.ruling import regenerate_indicators
from benchmarks.spanning import spanning
from benchmarks.writing import bulk_ingest, live_lag, seal_lag, single_ingest

BENCHES: dict[str, Callable[..., list[Row]]] = {
    "bulk-ingest": bulk_ingest,
    "single-ingest-8": partial(single_ingest, 8),
    "single-ingest-32": partial(single_ingest, 32),
    "single-ingest-128": partial(single_ingest, 128),
    "long-stream": long_stream,
    "live-lag": live_lag,
    "seal-lag": seal_lag,
    "fan-out-1000": fan_out,
    "fact-to-webhook": fact_to_webhook,
    "rebuild-vs-runner": rebuilding,
    "growth": growth,
    "resume-after-kill": resume_after_kill,
    "read-dossier": read_dossier,
    "recorded-reading": recorded_reading,
    "read-during-rebuild": read_during_rebuild,
    "append-with-tree": append_with_tree,
    "proofs-in-a-large-tree": proofs_in_a_large_tree,
    "verify-bundle": verify_a_bundle,
    "audit-log": audit_a_log,
    "indicators-vs-postgresql": indicators,
    "regenerate-indicators": regenerate_indicators,
    "rebuild-on-spark": spanning,
}
BESIDE = {
    "bulk-ingest-vs-copy": "bulk-ingest",
    "rebuild-vs-runner-large": "rebuild-vs-runner",
    "rebuild-vs-read-loop": "rebuild-vs-runner",
    "write-during-rebuild": "read-during-rebuild",
    "proof-inclusion": "proofs-in-a-large-tree",
    "proof-consistency": "proofs-in-a-large-tree",
    "tree-memory": "proofs-in-a-large-tree",
    "audit-log-seal": "audit-log",
    "indicators-vs-scan": "indicators-vs-postgresql",
    "indicators-memory": "indicators-vs-postgresql",
    "indicators-refresh": "indicators-vs-postgresql",
}
"""A row -> the benchmark that measures it beside others: asked for by its name, the whole of that benchmark runs."""
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
MARK = "<!-- results -->"


def main() -> int:
    """Exit 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, in under ten minutes")
    parser.add_argument("--only", action="append", metavar="NAME", help=f"one of {', '.join(BENCHES)}")
    parser.add_argument("--json", action="store_true", help="one JSON list of rows on stdout")
    parser.add_argument("--write", action="store_true", help="write the results into docs/benchmarks.md")
    asked = parser.parse_args()
    rows: list[Row] = []
    for name in chosen(asked.only, parser.error) or BENCHES:
        rows += measured(name, quick=asked.quick)
    text = json.dumps([row.as_json() for row in rows], indent=2) if asked.json else table(rows)
    sys.stdout.write(text + "\n")
    if asked.write:
        write(rows)
    return 0 if all(row.met for row in rows) else 1


def chosen(names: list[str] | None, refuse: Callable[[str], Any]) -> list[str]:
    """The benchmarks that measure the rows of these names, each once."""
    for name in names or ():
        if name not in BENCHES and name not in BESIDE:
            refuse(f"no benchmark {name}; there are: {', '.join([*BENCHES, *BESIDE])}")
    return list(dict.fromkeys(BESIDE.get(name, name) for name in names or ()))


def measured(name: str, *, quick: bool) -> list[Row]:
    """The rows of one benchmark, told on stderr as soon as they are there: what is cut off later has not lost them."""
    sys.stderr.write(f"{name} ...\n")
    started = time.monotonic()
    rows = BENCHES[name](quick=quick)
    sys.stderr.write("".join(f"{line(row)}\n" for row in rows) + f"  in {time.monotonic() - started:.0f} s\n")
    return rows


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| name | ours | baseline | ratio | unit | goal | met | spread | note |", "| --- " * 9 + "|"]
    return "\n".join([*lines, *map(line, rows)])


def line(row: Row) -> str:
    """A row as a line of that table."""
    return (
        f"| {row.name} | {row.ours:,.1f} | {row.baseline:,.1f} | {row.ratio:.2f} | {row.unit} | {row.goal} |"
        f" {'yes' if row.met else 'NO'} | {row.spread[0]:,.1f} to {row.spread[1]:,.1f} ({row.runs}) | {row.note} |"
    )


def write(rows: list[Row]) -> None:
    """Replace what stands behind the mark in the page of results."""
    machine = f"{platform.machine()}, {len(os.sched_getaffinity(0))} processors, Python {platform.python_version()}"
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    day = datetime.now(UTC).date().isoformat()
    PAGE.write_text(f"{head}{MARK}\n\nMeasured {day} on {machine}.\n\n{table(rows)}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
