"""The exchange between agencies: facts for the re-explaining meter, from events and readings set side by side.

Not part of a generation: what was read is no projection of the log. Of personal fields it asks which values are the
same, never the values; what leaves the database are agencies, counts and hours.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.types.json import Jsonb

from dossier.catalogue import DossierOpened, EnterpriseCreated, EnterpriseLinked, ProfileUpdated, ProjectDescribed
from dossier.database.queries import queries
from dossier.decisions import BYSTANDERS
from dossier.ledger import MARKING
from dossier.sealing.reading import head, root_at
from dossier.sealing.series import READINGS
from dossier.verification.wrong import expect

COUNT = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
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


def readings(connection: psycopg.Connection[Any], position: int) -> int:
    """How many readings a figure of a position counts: those made before the log went on from it."""
    row = connection.execute(SQL["readings"], (position,)).fetchone()
    return int(row[0]) if row else 0


def table(
    connection: psycopg.Connection[Any], position: int, readings: int, line: Mapping[str, str] | None = None
) -> pa.Table:
    """The rows up to a position of the log and a number of readings; `line` says who speaks for whom, if anybody.

    The table says how many those were, and the root of the tree over them. Raises LookupError when there are fewer.
    """
    params = {"position": position, "readings": readings, "marking": list(MARKING), "bystanders": sorted(BYSTANDERS),
              "profile": [kind.TYPE for kind in PROFILE], "line": Jsonb(dict(line or {}))}  # fmt: skip
    rows = connection.execute(SQL["exchange"], params).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    root = base64.b64encode(root_at(connection, readings, READINGS)).decode()
    schema = pa.schema(COLUMNS, metadata={"readings": str(readings), "readings_root": root})
    arrays = [pa.array(column, kind) for column, kind in zip(columns, COLUMNS.values(), strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def counted(exchange: pa.Table) -> dict[str, str]:
    """Up to which reading a table counts, and the root of the tree over those: what a certificate says of them."""
    metadata = exchange.schema.metadata or {}
    return {
        name: metadata[name.encode()].decode() for name in ("readings", "readings_root") if name.encode() in metadata
    }


def certified(connection: psycopg.Connection[Any], position: int, certificate: Mapping[str, Any]) -> pa.Table:
    """The rows up to a position and the reading that a certificate counts to. Raises Wrong where they are others.

    Older certificates do not say the root.
    """
    said = str(certificate.get("readings"))
    expect(COUNT.fullmatch(said) is not None, "the certificate does not say how many readings were counted")
    expect(int(said) <= head(connection, READINGS), f"the access ledger does not reach number {said}")
    made = table(connection, position, int(said), certificate.get("successors"))
    root = counted(made)["readings_root"]
    other = f"the tree over {said} readings has another root: these are other readings"
    expect(certificate.get("readings_root", root) == root, other)
    return made
