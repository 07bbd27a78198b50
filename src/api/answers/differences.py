"""A rehearsal's difference as a file: CSV in constant memory, Parquet whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
from pyarrow import parquet

from dossier.journal import Journal
from projections.rehearsal import rehearsal

MEDIA_TYPES = ("text/csv", "application/vnd.apache.parquet")
COLUMNS = ("kind", "dossier", "field", "indicator", "by", "row", "before", "after", "suppressed", "rules", "positions",
           "on")  # fmt: skip


def as_csv(journal: Journal, asked: UUID) -> Iterator[str]:
    """The whole difference as CSV, page by page."""
    yield _lines([dict(zip(COLUMNS, COLUMNS, strict=True))])
    with journal.reading() as connection:
        for page in rehearsal.pages(connection, asked):
            if rows := list(_rows(page)):
                yield _lines(rows)


def as_parquet(journal: Journal, asked: UUID) -> bytes:
    """The whole difference as Parquet."""
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    out = io.BytesIO()
    with journal.reading() as connection, parquet.ParquetWriter(out, schema) as writer:
        for page in rehearsal.pages(connection, asked):
            writer.write_table(pa.Table.from_pylist(list(_rows(page)), schema=schema))
    return out.getvalue()


def _rows(page: rehearsal.Page) -> Iterator[dict[str, Any]]:
    for entry in page.dossiers:
        because = entry["because"]
        yield _row("dossier", dossier=entry["dossier"], field=entry["field"], before=_text(entry["before"]),
                   after=_text(entry["after"]), rules=" ".join(because["rules"]),
                   positions=" ".join(because["positions"]), on=entry["on"])  # fmt: skip
    for entry in page.figures:
        yield _row("figure", indicator=entry["indicator"], by=",".join(entry["by"]), row=_text(entry["row"]),
                   before=_text(entry["before"]), after=_text(entry["after"]),
                   suppressed=_text(entry["suppressed"]), rules=" ".join(entry["because"]["rules"]),
                   on=entry["on"])  # fmt: skip


def _row(kind: str, **given: str | None) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS) | {"kind": kind} | given


def _text(value: Any) -> str | None:
    """A value in a cell: text as it is, nothing for null, else JSON."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _lines(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    csv.DictWriter(out, COLUMNS).writerows(rows)
    return out.getvalue()
