"""The log as Parquet: one row an event, typed columns, the schema's meaning kept in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from dossier.exporting.columns import COLUMNS, FIELDS, fields_of
from dossier.exporting.stored import Exported

ROW_GROUP = 50_000
"""Rows that are compressed together: what a reader may skip at once, and all that memory ever holds."""
ALWAYS = {column.name for column in COLUMNS} - {"correlationid", "causationid"}
"""The columns that no event leaves empty."""
BATCH = 5_000
"""Rows held as Python objects, before they become columns."""


def schema() -> pa.Schema:
    """Every column with its type and, as the metadata `description`, what it means."""
    return pa.schema(
        [
            pa.field(column.name, column.type, column.name not in ALWAYS, metadata={"description": column.meaning})
            for column in (*COLUMNS, *FIELDS)
        ],
        metadata={"format": "dossier-log/1"},
    )


def write_parquet(file: BinaryIO, events: Iterable[Exported]) -> None:
    """Write the events, a row group at a time."""
    own = schema()
    with pq.ParquetWriter(file, own, compression="zstd", store_schema=True) as writer:
        batches = _batches(iter(events), own)
        while group := list(islice(batches, ROW_GROUP // BATCH)):
            writer.write_table(pa.Table.from_batches(group, own), row_group_size=ROW_GROUP)


def _batches(events: Iterator[Exported], own: pa.Schema) -> Iterator[pa.RecordBatch]:
    while rows := list(islice(events, BATCH)):
        yield _batch(rows, own)


def _batch(rows: list[Exported], own: pa.Schema) -> pa.RecordBatch:
    columns: dict[str, list[Any]] = {column.name: [column.read(row) for row in rows] for column in COLUMNS}
    columns |= {field.name: [None] * len(rows) for field in FIELDS}
    for number, row in enumerate(rows):
        for name, value in fields_of(row.data).items():
            columns[name][number] = value
    return pa.RecordBatch.from_arrays([_array(columns[field.name], field.type) for field in own], schema=own)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    return pa.array(values, kind)
