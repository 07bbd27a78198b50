"""Histories are brought together in as many partitions as the log is large, within what the cluster has and allows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from projections.spark.histories import PARTITION, partitions

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.parametrize(("events", "cut_into"), [
    pytest.param(0, 2, id="one for each processor of the cluster at least"),
    pytest.param(5 * PARTITION, 5, id="by size"),
    pytest.param(99 * PARTITION, 64, id="no more than Spark shuffles into"),
])  # fmt: skip
def test_a_log_is_cut_by_its_size(spark: SparkSession, tmp_path: Path, events: int, cut_into: int) -> None:
    export, name = tmp_path / "log.parquet", "spark.sql.shuffle.partitions"
    pq.write_table(pa.table({"position": pa.repeat(1, events)}), export)
    before = str(spark.conf.get(name))
    spark.conf.set(name, "64")
    try:
        assert partitions(spark, export) == cut_into
    finally:
        spark.conf.set(name, before)
