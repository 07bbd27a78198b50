"""Growing: how the time of a rebuild grows with the log, and how soon one that was killed is done after all."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.events import SPAN
from benchmarks.house import House, house
from benchmarks.projecting import grow
from benchmarks.row import Row, row
from projections.generations.parts import PARTS
from projections.generations.rebuild import AlreadyRebuilding, rebuild
from projections.rulesets.ruleset import ruleset

RUNS = 3
KILLED = PARTS // 2
"""After how many of its parts a rebuild is killed."""
REBUILDING = """
import sys
from projections.generations.rebuild import rebuild
from projections.rulesets.ruleset import ruleset
if __name__ == "__main__":
    rebuild(sys.argv[1], ruleset(), workers=2, progress=lambda done, of: print(done, flush=True))
"""


def growth(*, quick: bool) -> list[Row]:
    """The exponent by which the seconds of a rebuild grow with the events of the log: 1 is in proportion."""
    steps = (1_000, 4_000, 16_000) if quick else (15_000, 60_000, 250_000)
    sizes: list[int] = []
    took: list[list[float]] = []
    with house() as at:
        for dossiers in steps:
            sizes.append((sizes[-1] if sizes else 0) + grow(at.log, dossiers - (sizes[-1] // SPAN if sizes else 0)))
            took.append([_seconds(at) for _ in range(RUNS)])
    exponents = [exponent(sizes, [runs[turn] for runs in took]) for turn in range(RUNS)]
    times = ", ".join(f"{size} events {statistics.median(runs):.1f} s" for size, runs in zip(sizes, took, strict=True))
    return [row("growth", exponents, [1.0], "exponent", "ours <= 1.05", lambda ours, _: ours <= 1.05,
                f"{times}; baseline: in proportion")]  # fmt: skip


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The slope of the straight line through the logarithms, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def resume_after_kill(*, quick: bool) -> list[Row]:
    """Seconds of the rebuild that goes on after one was killed midway, beside a whole one."""
    resumed, whole = [], []
    with house() as at:
        events = grow(at.log, 4_000 if quick else 60_000)
        for _ in range(RUNS):
            whole.append(_seconds(at))
            _killed_midway(at)
            resumed.append(_seconds(at))
    return [row("resume-after-kill", resumed, whole, "s", "ratio < 1", lambda _, ratio: ratio < 1,
                f"{events} events, killed after {KILLED} of {PARTS} parts; baseline: a whole rebuild")]  # fmt: skip


def _seconds(at: House) -> float:
    started = time.perf_counter()
    while True:
        try:
            rebuild(at.log.database.owner, ruleset(), workers=2)
        except AlreadyRebuilding:  # PostgreSQL has not noticed yet that the one before was killed
            time.sleep(0.01)
        else:
            return time.perf_counter() - started


def _killed_midway(at: House) -> None:
    """Kill a rebuild, as the kernel might, once half of its parts are built."""
    command = [sys.executable, "-c", REBUILDING, at.log.database.owner]
    directory = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=directory) as process:
        assert process.stdout is not None
        for _ in range(1 + KILLED):
            process.stdout.readline()
        process.kill()
