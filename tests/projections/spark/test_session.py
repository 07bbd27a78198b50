"""A session needs the extra and nothing else, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from projections.spark import session
from projections.spark.session import SparkMissing, java, require, surroundings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def test_without_the_extra_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    require()
    for missing in session.NEEDED:
        with monkeypatch.context() as patched:
            patched.setattr(session, "find_spec", lambda name, missing=missing: None if name == missing else name)
            with pytest.raises(SparkMissing, match=r"pip install 'dossier\[spark\]'"):
                require()


def test_the_cluster_is_one_of_two_workers_apart(spark: SparkSession) -> None:
    """Each partition is worked on in a process that is not this one."""

    def own(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pydict({"process": [os.getppid()]})

    found = spark.range(0, 8, 1, 8).mapInArrow(own, "process long").distinct().collect()
    assert len(found) == 2
    assert os.getpid() not in {row["process"] for row in found}


def test_java_is_started_without_what_it_lacks(tmp_path: Path) -> None:
    """And with everything else as it was given, spaces too."""
    program = java(tmp_path / "java") / "bin" / "java"
    lacking = ["--add-modules=jdk.incubator.vector", "--add-opens=java.base/sun.security.action=ALL-UNNAMED"]
    done = subprocess.run(
        [program, *lacking, "-Dsaid=two words", "-XshowSettings:properties", "-version"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "said = two words" in done.stderr
    assert "WARNING" not in done.stderr


def test_the_environment_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPARK_HOME", "PYSPARK_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JAVA_HOME", "/opt/java")
    before = dict(os.environ)
    with surroundings(tmp_path):
        assert os.environ["JAVA_HOME"] == "/opt/java", "a Java that was chosen is used"
        assert Path(os.environ["SPARK_HOME"], "jars").is_dir()
    assert dict(os.environ) == before
