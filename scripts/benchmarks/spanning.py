"""Beyond one machine: a rebuild by Spark beside the ordinary one, on the same two cores, as the log grows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks.events import stream
from benchmarks.house import House, house
from benchmarks.projecting import fill
from benchmarks.row import Row, row
from dossier.exporting.formats import export
from projections.counting.indicator import catalogue
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, figure
from projections.generations.rebuild import rebuild
from projections.project import TABLES
from projections.rulesets.ruleset import ruleset
from projections.spark.counting import SparkCounter
from projections.spark.facts import facts_on
from projections.spark.rebuilding import SparkParts
from projections.spark.session import spark_session

MASTER = "local-cluster[2,1,1024]"
NAMES = ("survival", "time-to-decision", "ict-share")
Times = dict[str, list[float]]


def spanning(*, quick: bool) -> list[Row]:
    """Seconds of a rebuild and of three indicators by either engine, and of what a rebuild by Spark consists of."""
    steps, runs = ((3_000,), 1) if quick else ((1_000, 4_000, 25_000), 3)
    rows: list[Row] = []
    with house() as at, TemporaryDirectory(prefix="dossier-bench-") as scratch:
        started = time.perf_counter()
        with spark_session(MASTER) as spark:
            spark.range(1).count()
            start, events = time.perf_counter() - started, 0
            for dossiers in steps:
                lines = stream(uuid4().hex[:8], dossiers)
                fill(at.log, lines)
                events += len(lines)
                rebuild(at.log.database.owner, ruleset(), workers=2)
                found: Times = {}
                for _ in range(runs):
                    for name, seconds in _measured(at, spark, Path(scratch)).items():
                        sys.stderr.write(f"{events} events, {name}: {seconds:.1f} s\n")
                        found.setdefault(name, []).append(seconds)
                rows += _told(events, found, start)
    return rows


def _measured(at: House, spark: Any, scratch: Path) -> dict[str, float]:
    owner, found = at.log.database.owner, {}
    parts, head = SparkParts(spark, scratch), at.log.journal.head().position
    found["local"] = _timed(lambda: rebuild(owner, ruleset(), workers=2))
    found["spark"] = _timed(lambda: rebuild(owner, ruleset(), workers=2, parts=parts))
    log = scratch / "log.parquet"
    found["export"] = _timed(lambda: export(owner, log, "parquet", until=head, replace=True))
    found["project"] = _timed(lambda: parts._project(owner, 0, head, (ruleset(), TABLES))) - found["export"]
    generation, facts = FactsReader(at.log.journal).facts()
    found["duckdb"] = _timed(
        lambda: [figure(catalogue()[name], Asked(controlled=False), generation, facts) for name in NAMES]
    )
    with facts_on(spark, log, ruleset()) as made:
        counter = SparkCounter(spark, made, ruleset())
        counter.figure(catalogue()["ict-share"], Asked(), generation)  # projects the log, which is kept
        found["counted"] = _timed(lambda: [counter.figure(catalogue()[name], Asked(), generation) for name in NAMES])
    return found


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _told(events: int, found: Times, start: float) -> list[Row]:
    export_s, project_s = (sorted(found[name])[len(found[name]) // 2] for name in ("export", "project"))
    return [
        row(f"rebuild-on-spark-{events}", found["spark"], found["local"], "s", "told, no promise", lambda *_: True,
            f"of which export {export_s:.1f} s, projecting {project_s:.1f} s; session started in {start:.1f} s before;"
            " baseline: dossier rebuild --workers 2"),
        row(f"indicators-on-spark-{events}", found["counted"], found["duckdb"], "s", "told, no promise",
            lambda *_: True, f"{', '.join(NAMES)}, facts at hand; baseline: DuckDB"),
    ]  # fmt: skip
