"""The catalog: what PostgreSQL says its schemas hold and who may do what, in words that are alike from version 16 on.

The log's owner is told as such, whatever the role is called. What extensions bring to `public` is left out.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg

from dossier.database.queries import queries

SQL = queries(files("dossier.database") / "catalog.sql")
SCHEMAS = (
    "imports", "journal", "ledger", "projection", "public", "registry", "seal", "statistics", "vault", "webhook",
)  # fmt: skip
"""Every schema that migrations write to."""
Catalog = dict[str, dict[str, str]]
"""By the place (a table, a function, a role), then by the thing there: what is told of it."""


def catalog(connection: psycopg.Connection[Any]) -> Catalog:
    """The live catalog. Names are told with their schemas, since nothing else is looked for by name any more."""
    found: Catalog = {}
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        owner = connection.execute(SQL["owner"]).fetchone()
        given = {"schemas": list(SCHEMAS), "owner": owner[0] if owner else 0}
        for name, query in SQL.items():
            if name != "owner":
                for place, thing, told in connection.execute(query, given):
                    if told is not None:  # of what is dropped at this moment nothing is told
                        found.setdefault(place, {})[thing] = told
    return found


def text(found: Catalog) -> str:
    """A catalog as lines to read and compare."""
    lines = [f"{place}\t{thing}\t{told}\n" for place, own in found.items() for thing, told in own.items()]
    return "".join(sorted(lines))


def expected() -> Catalog:
    """The catalog that the migrations of this version make."""
    found: Catalog = {}
    for line in committed().read_text(encoding="utf-8").splitlines():
        place, thing, told = line.split("\t")
        found.setdefault(place, {})[thing] = told
    return found


def committed() -> Path:
    """The file that `scripts/schema` renews."""
    return Path(__file__).with_name("catalog.txt")
