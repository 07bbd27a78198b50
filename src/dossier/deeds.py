"""Deeds: every change of what is registered beside the log, in order, as the database drew them up."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import Any, NamedTuple

import orjson
import psycopg

from dossier.database.queries import queries

SQL = queries(files("dossier") / "deeds.sql")


class Kept(NamedTuple):
    """A table whose rows have deeds: the columns that name a row, and those that deeds leave out."""

    key: tuple[str, ...]
    untold: tuple[str, ...] = ()


KEPT = {
    "imports.mapping": Kept(("agency", "name")),
    "journal.sameness": Kept(("dossier", "version")),
    "ledger.opening": Kept(("at",)),
    "registry.agency": Kept(("id",)),
    "registry.former_name": Kept(("agency", "until")),
    "registry.programme_target": Kept(("programme", "objective_id")),
    "registry.service": Kept(("agency", "service")),
    "registry.vocabulary": Kept(("agency", "version")),
    "seal.key": Kept(("vkey",)),
    "seal.witness": Kept(("vkey",)),
    "statistics.publication": Kept(("indicator", "number"), ("contributions", "cells")),
    "webhook.subscription": Kept(
        ("id",), ("url", "secret", "previous_secret", "previous_until", "position", "succeeded_at", "fingerprint")
    ),
}
"""As migrations have it, which a test compares. An address can hold a secret; how far deliveries are is no decision; of
what was published the row holds a digest beside the bytes."""


class Deed(NamedTuple):
    """A change: `row` is what is registered from then on, None once it is removed."""

    number: int
    about: str
    at: datetime
    stored: bytes

    @property
    def row(self) -> dict[str, Any] | None:
        """What the stored bytes say of the row."""
        found: dict[str, Any] | None = orjson.loads(self.stored)["row"]
        return found


def deeds(connection: psycopg.Connection[Any], after: int, limit: int, table: str | None = None) -> list[Deed]:
    """The deeds after a number, in order; of one table, or of all."""
    rows = connection.execute(SQL["deeds"], {"after": after, "limit": limit, "table": table})
    return [Deed(*row) for row in rows]
