"""Histories on Spark: the exported log brought together by dossier, and projected by the one function there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from dossier.collection import collect_seldom
from projections.project import Projected, Stored, project
from projections.rulesets.ruleset import Ruleset

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

READ = ("dossier", "version", "position", "stored")
"""The columns of an export that histories are made of."""
CHUNK = 500
"""Dossiers whose rows are held in memory before they are passed on."""
PARTITION = 25_000
"""Events of a partition, at least, where there are as many: about a second of a process that projects them."""
Chunk = list[tuple[Projected, int]]
"""Some dossiers, each with how many events it has."""
Make = Callable[[Chunk], Iterator[pa.RecordBatch]]
"""Such dossiers -> what is kept of them."""


def projected(
    spark: SparkSession, export: Path, rules: Ruleset, tables: Sequence[str], schema: pa.Schema, make: Make
) -> DataFrame:
    """What `make` keeps of every dossier's rows in some tables, its batches being of the schema."""
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - of an extra, and slow to load

    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        collect_seldom()
        yield from chunked(histories(batches), rules, tables, make)

    log = spark.read.parquet(str(export)).select(*READ)
    together = log.repartition(partitions(spark, export), "dossier").sortWithinPartitions("dossier", "version")
    return together.mapInArrow(work, from_arrow_schema(schema))


def partitions(spark: SparkSession, export: Path) -> int:
    """So many as the log is large, one for each processor at least, and no more than Spark is told to shuffle into.

    Spark alone would cut the smallest log into two hundred, each with a start of its own.
    """
    by_size = pq.read_metadata(export).num_rows // PARTITION
    most = int(str(spark.conf.get("spark.sql.shuffle.partitions")))
    found: int = min(max(by_size, spark.sparkContext.defaultParallelism), most)
    return found


def histories(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[UUID, list[Stored]]]:
    """Rows in the order of dossier and version -> one history after the other, whatever the batches."""
    rows = (row for batch in batches for row in zip(*(batch.column(name).to_pylist() for name in READ), strict=True))
    for dossier, found in groupby(rows, key=lambda row: row[0]):
        yield UUID(dossier), [(version, position, bytes(stored)) for _, version, position, stored in found]


def chunked(
    found: Iterable[tuple[UUID, list[Stored]]], rules: Ruleset, tables: Sequence[str], make: Make
) -> Iterator[pa.RecordBatch]:
    """Project dossiers, and make batches of so many at a time."""
    chunk: Chunk = []
    for dossier, stored in found:
        chunk.append((project(dossier, stored, rules, tables), len(stored)))
        if len(chunk) == CHUNK:
            yield from make(chunk)
            chunk = []
    if chunk:
        yield from make(chunk)
