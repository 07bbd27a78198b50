"""Parquet: a figure's rows in typed columns; certificate, caveats and quality in the file's own metadata."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import parquet

from api.formats.rows import columns, rows
from api.formats.units import EURO

MONEY = pa.decimal128(18, 2)
KEPT = ("indicator", "unit", "certificate", "caveats", "evidence_level", "quality")


def as_parquet(found: Mapping[str, Any]) -> bytes:
    """A figure as a Parquet file. Amounts in euro are decimals, other values 64-bit floats."""
    told = rows(found)
    fields = [pa.field(name, _type(name, found, told)) for name in columns(found)]
    metadata = {name: found[name] if isinstance(found[name], str) else orjson.dumps(found[name]) for name in KEPT}
    if found["unit"] == EURO:
        told = [row | {name: _exact(row[name]) for name in ("value", "low", "high")} for row in told]
    table = pa.Table.from_pylist(
        told, schema=pa.schema(fields, metadata={f"dossier.{k}": v for k, v in metadata.items()})
    )
    out = BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def _type(name: str, found: Mapping[str, Any], told: list[dict[str, Any]]) -> pa.DataType:
    if name == "suppressed":
        return pa.bool_()
    if name == "n":
        return pa.int64()
    if name in ("value", "low", "high"):
        return MONEY if found["unit"] == EURO else pa.float64()
    values = {type(row[name]) for row in told} - {type(None)}
    return pa.int64() if values == {int} else pa.string()


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
