"""The exchange between agencies: facts for the re-explaining meter, from events and readings set side by side.

Not part of a generation: what was read is no projection of the log. Of personal fields it asks which values are the
same, never the values; what leaves the database are agencies, counts and hours.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg
import pyarrow as pa

from dossier.catalogue import DossierOpened, EnterpriseCreated, EnterpriseLinked, ProfileUpdated, ProjectDescribed
from dossier.database.queries import queries
from dossier.decisions import BYSTANDERS
from dossier.ledger import MARKING

SQL = queries(files("projections.figures") / "exchange.sql")
PROFILE = (DossierOpened, ProfileUpdated, ProjectDescribed, EnterpriseLinked, EnterpriseCreated)
"""The types of fact that fill in an entrepreneur's profile."""
COLUMNS = {
    "dossier": pa.string(),
    "from_agency": pa.string(),
    "to_agency": pa.string(),
    "measure": pa.string(),
    "aggregate": pa.string(),
    "year": pa.int32(),
    "amount": pa.float64(),
}


def readings(connection: psycopg.Connection[Any]) -> int:
    """How many readings the ledger has."""
    row = connection.execute(SQL["readings"]).fetchone()
    return int(row[0]) if row else 0


def table(connection: psycopg.Connection[Any], position: int, readings: int) -> pa.Table:
    """The rows up to a position of the log and a number of readings; the table says how many those were."""
    params = {"position": position, "readings": readings, "marking": list(MARKING), "bystanders": sorted(BYSTANDERS),
              "profile": [kind.TYPE for kind in PROFILE]}  # fmt: skip
    rows = connection.execute(SQL["exchange"], params).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    schema = pa.schema(COLUMNS, metadata={"readings": str(readings)})
    arrays = [pa.array(column, kind) for column, kind in zip(columns, COLUMNS.values(), strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def readings_of(exchange: pa.Table) -> int:
    """Up to which reading a table counts."""
    return int(exchange.schema.metadata[b"readings"])
