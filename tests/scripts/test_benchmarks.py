"""The benchmarks are found by the names that are promised, and a goal of a large log is not met by a small one."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PROMISED = (
    "bulk-ingest", "single-ingest-8", "single-ingest-32", "rebuild-vs-runner", "rebuild-vs-read-loop", "live-lag",
    "read-dossier", "indicators-vs-postgresql", "growth", "regenerate-indicators", "resume-after-kill",
    "indicators-vs-scan", "indicators-memory", "indicators-refresh",
)  # fmt: skip


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What `scripts/bench` runs."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "scripts"))
    return importlib.import_module("benchmarks.__main__")


def test_every_row_is_measured_by_a_benchmark(bench: ModuleType) -> None:
    def refuse(reason: str) -> None:
        raise AssertionError(reason)

    assert set(bench.chosen(list(PROMISED), refuse)) <= set(bench.BENCHES)
    assert set(bench.BESIDE.values()) <= set(bench.BENCHES)
    assert bench.chosen(["indicators-vs-scan", "indicators-memory"], refuse) == ["indicators-vs-postgresql"]
    with pytest.raises(AssertionError, match="no benchmark haste; there are: bulk-ingest,"):
        bench.chosen(["haste"], refuse)


def test_a_goal_of_a_large_log_is_not_met_by_a_small_one(bench: ModuleType) -> None:
    projecting = importlib.import_module("benchmarks.projecting")
    assert [projecting._large(events, 100)(1.0, 120.0) for events in (100_000, projecting.LARGE)] == [False, True]
    assert projecting._large(projecting.LARGE, 100)(1.0, 60.0) is False


def test_growth_is_the_slope_of_the_logarithms(bench: ModuleType) -> None:
    exponent = importlib.import_module("benchmarks.growing").exponent
    assert exponent([1_000, 4_000, 16_000], [1.0, 4.0, 16.0]) == pytest.approx(1)
    assert exponent([1_000, 4_000, 16_000], [1.0, 8.0, 64.0]) == pytest.approx(1.5)


def test_figures_that_differ_are_not_measured_beside_each_other(bench: ModuleType) -> None:
    same = importlib.import_module("benchmarks.counting")._same
    ours = {"by": ["year"], "rows": [{"year": 2025, "value": 0.5, "n": 4}]}
    same("ict-share", ours, [(2025, 0.50004, 4)])
    for other in ([(2025, 0.51, 4)], [(2025, 0.5, 3)], [(2024, 0.5, 4)], []):
        with pytest.raises(AssertionError, match="ict-share"):
            same("ict-share", ours, other)
