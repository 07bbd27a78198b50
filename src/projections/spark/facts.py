"""The facts on Spark: projected from an exported log, typed as a generation's tables are read, kept in the cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from projections.facts.columns import COLUMNS
from projections.figures.facts_reader import type_of
from projections.figures.past import as_table
from projections.rulesets.ruleset import Ruleset
from projections.spark.histories import Chunk, projected

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PACKED = pa.schema([("table", pa.string()), ("rows", pa.binary())])


@contextmanager
def facts_on(spark: SparkSession, export: Path, rules: Ruleset) -> Iterator[dict[str, DataFrame]]:
    """Every table of facts of an exported log under a ruleset; the log is projected once, and kept for the block.

    So is each table once it was read: a query may read it several times, and the next one will.
    """
    from pyspark import StorageLevel  # noqa: PLC0415 - of an extra, and slow to load

    packed = projected(spark, export, rules, tuple(COLUMNS), PACKED, pack).persist(StorageLevel.MEMORY_AND_DISK)
    made = {table: _unpacked(packed, table).persist(StorageLevel.MEMORY_AND_DISK) for table in COLUMNS}
    try:
        yield made
    finally:
        for kept in (*made.values(), packed):
            kept.unpersist()


def pack(chunk: Chunk) -> Iterator[pa.RecordBatch]:
    """One row a table, with the rows of some dossiers as an Arrow stream."""
    made: dict[str, bytes] = {}
    for table, columns in COLUMNS.items():
        rows = [(0, str(one.dossier), *row) for one, _ in chunk for row in one.rows.get(table, ())]
        if rows:
            made[table] = _stream(as_table(columns, rows))
    yield pa.RecordBatch.from_pydict({"table": list(made), "rows": list(made.values())}, PACKED)


def unpack(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows of such streams."""
    for batch in batches:
        for stream in batch.column("rows"):
            with pa.ipc.open_stream(stream.as_buffer()) as reader:
                yield from reader.read_all().cast(schema).to_batches()


def schema_of(table: str) -> pa.Schema:
    """The columns of a table of facts and their types."""
    return pa.schema([(name, type_of(name)) for name in COLUMNS[table]])


def _unpacked(packed: DataFrame, table: str) -> DataFrame:
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415

    schema = schema_of(table)
    own = packed.filter(packed["table"] == table).select("rows")
    return own.mapInArrow(partial(unpack, schema), from_arrow_schema(schema))


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
