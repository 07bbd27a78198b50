"""A small cluster of this machine's own: two workers, each a process apart, for every test of these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.projections.standing import catch_up

from api.command_line.welcome import populate
from dossier.exporting.formats import export
from dossier.log import Log
from projections.spark.session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "local-cluster[2,1,1024]"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
}
"""As befits little data: nothing is made fast that runs once."""


class Populated(NamedTuple):
    """A log of journeys, projected up to its end, and its export."""

    log: Log
    export: Path


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with spark_session(MASTER, SMALL) as session:
        yield session


@pytest.fixture(scope="module")
def populated(shared_log: Log, tmp_path_factory: pytest.TempPathFactory) -> Populated:
    populate(shared_log, 60, 2026)
    catch_up(shared_log.database.app)
    path = tmp_path_factory.mktemp("spark") / "log.parquet"
    export(shared_log.database.reader, path, "parquet")
    return Populated(shared_log, path)
