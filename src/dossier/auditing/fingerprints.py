"""Rows that nothing sealed vouches for: each is as the program left it, by the fingerprint it carries."""

from __future__ import annotations

from psycopg import sql

from dossier.auditing.events import Connection
from dossier.verification.wrong import Wrong

FINGERPRINTED = {
    "imports.fault": ("run", "line", "number"),
    "imports.run": ("id",),
    "projection.generation": ("id",),
    "projection.part": ("generation", "part"),
    "projection.rehearsal": ("id",),
    "projection.rehearsed_dossier": ("rehearsal", "dossier", "field", "day"),
    "projection.rehearsed_figure": ("rehearsal", "number"),
    "projection.set_aside": ("generation", "position"),
    "public.migration": ("name",),
    "registry.unmapped": ("agency", "type", "field"),
    "vault.registration": ("key",),
    "webhook.delivery": ("subscription", "position"),
    "webhook.subscription": ("id",),
}
"""The tables whose rows carry fingerprints, as migrations have it, and what tells where a row is. A test compares."""
DIGESTED = {"imports.run": ("file", "file_digest")}
"""A file, which is large, and the column that holds its digest: the fingerprint is drawn as if the file were NULL."""


def check_fingerprints(connection: Connection) -> None:
    """That nobody but the program changed these rows, as far as who did drew no fingerprint. Raises Wrong.

    Rows that were removed leave none behind; nor is it a proof against who may act as the program.
    """
    with connection.transaction():
        for setting in ("timezone = 'UTC'", "bytea_output = 'hex'", "extra_float_digits = 1"):
            connection.execute(f"SET LOCAL {setting}")
        for table, key in FINGERPRINTED.items():
            if row := connection.execute(_changed(connection, table, key)).fetchone():
                raise Wrong(f"{table}: row {row[0]} is not as the program left it")


def _changed(connection: Connection, table: str, key: tuple[str, ...]) -> sql.Composed:
    """The statement that finds a row which is not what its fingerprint says."""
    whole, (large, digest) = sql.Identifier(*table.split(".")), DIGESTED.get(table, ("", ""))
    columns = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(whole)).description or ()
    told = [sql.SQL("NULL AS {}" if one.name == large else "t.{}").format(sql.Identifier(one.name)) for one in columns]
    also = sql.SQL(" OR {} IS DISTINCT FROM sha256({})").format(_of(digest), _of(large))
    return sql.SQL(
        "SELECT jsonb_build_array({})::text FROM {} t, LATERAL (SELECT {}) told "
        "WHERE t.fingerprint IS DISTINCT FROM registry.fingerprint_of(to_jsonb(told)){} LIMIT 1"
    ).format(sql.SQL(", ").join(map(_of, key)), whole, sql.SQL(", ").join(told), also if large else sql.SQL(""))


def _of(column: str) -> sql.Identifier:
    return sql.Identifier("t", column)
