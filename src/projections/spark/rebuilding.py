"""A rebuild whose parts are projected by Spark: the log is exported, projected in the cluster, and loaded part by part.

Parts are those of the log and a part is loaded in one transaction, so a build that was cut off is gone on with by
either engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq

from dossier.exporting.formats import export
from projections.generations import store
from projections.generations.generations import SQL
from projections.generations.parts import PARTS, Progress, Under, left
from projections.project import Projected
from projections.spark.histories import Chunk, projected
from projections.spark.parts import part_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LINES = pa.schema([
    ("part", pa.int32()), ("table", pa.string()), ("events", pa.int64()), ("dossiers", pa.int64()),
    ("lines", pa.binary()),
])  # fmt: skip
COUNTED, SET_ASIDE = "counted", "set_aside"
"""In place of a table's name: how much a part holds, and what of it could not be taken."""


@dataclass(frozen=True)
class SparkParts:
    """Builds the parts of a generation by Spark; `scratch` is a directory that this program and the cluster all see."""

    spark: SparkSession
    scratch: Path

    def __call__(
        self,
        connection: psycopg.Connection[Any],
        owner: str,
        generation: int,
        start: int,
        under: Under,
        workers: int,
        progress: Progress,
    ) -> None:
        """Build those that are not built yet, up to a position of the log."""
        missing, done, of = left(connection, generation, start)
        progress(done, of)
        if not missing:
            return
        rows = self._project(owner, generation, start, under)
        with ThreadPoolExecutor(workers) as pool:
            for loaded in as_completed([pool.submit(load_part, owner, generation, part, rows) for part in missing]):
                done += loaded.result()
                progress(done, of)
        rmtree(rows)

    def _project(self, owner: str, generation: int, start: int, under: Under) -> Path:
        """The rows of every dossier as COPY takes them, in one directory a part."""
        log, rows = self.scratch / f"log-{start}.parquet", self.scratch / f"rows-{generation}"
        export(owner, log, "parquet", until=start, replace=True)
        made = projected(self.spark, log, *under, LINES, partial(pack, generation))
        made.write.mode("overwrite").partitionBy("part").parquet(str(rows))
        log.unlink()
        return rows


def pack(generation: int, chunk: Chunk) -> Iterator[pa.RecordBatch]:
    """The rows of some dossiers by part and table, with how much of the log they are."""
    by_part: dict[int, Chunk] = defaultdict(list)
    for one, events in chunk:
        by_part[part_of(one.dossier, PARTS)].append((one, events))
    rows = [row for part, own in by_part.items() for row in _packed(generation, part, own)]
    yield pa.RecordBatch.from_pydict(dict(zip(LINES.names, zip(*rows, strict=True), strict=True)), LINES)


def _packed(generation: int, part: int, chunk: Chunk) -> Iterator[tuple[Any, ...]]:
    found = [one for one, _ in chunk]
    yield part, COUNTED, sum(events for _, events in chunk), len(chunk), b""
    for one in found:
        if one.set_aside:
            told = {str(position): reason for position, reason in one.set_aside.items()}
            yield part, SET_ASIDE, 0, 0, orjson.dumps({"dossier": one.dossier, "set_aside": told})
    for table, lines in store.lines(generation, found).items():
        yield part, table, 0, 0, lines


def load_part(owner: str, generation: int, part: int, rows: Path) -> int:
    """Load one part into a generation, in one transaction with the note that it is there; how many events it holds."""
    events = dossiers = 0
    with psycopg.connect(owner, application_name="dossier-part") as writer:
        writer.execute(SQL["part_turn"], (generation, part))
        if found := writer.execute(SQL["part_found"], (generation, part)).fetchone():
            return int(found[0])
        for row in _rows(rows / f"part={part}"):
            if row["table"] == COUNTED:
                events, dossiers = events + row["events"], dossiers + row["dossiers"]
            elif row["table"] == SET_ASIDE:
                store.note_set_aside(writer, generation, [_set_aside(row["lines"])])
            else:
                store.copy_rows(writer, f"{row['table']}_{generation}", row["lines"])
        writer.execute(SQL["part_built"], (generation, part, events, dossiers))
    return events


def _rows(directory: Path) -> Iterator[dict[str, Any]]:
    """What the cluster wrote of a part, in constant memory; nothing where no dossier lies in it."""
    for file in sorted(directory.glob("*.parquet")):
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(16, columns=[name for name in LINES.names if name != "part"]):
                yield from batch.to_pylist()


def _set_aside(told: bytes) -> Projected:
    found = orjson.loads(told)
    reasons = {int(position): reason for position, reason in found["set_aside"].items()}
    return Projected(UUID(found["dossier"]), {}, reasons)
