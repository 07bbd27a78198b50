"""The DuckDB of this process: starting one takes longer than counting most figures."""

from __future__ import annotations

from functools import cache

import duckdb

SHUT: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False, "lock_configuration": True}
"""Queries are others' texts: they read what is registered, no file, no address and no variable of this program."""


def fresh() -> duckdb.DuckDBPyConnection:
    """An empty database, to be closed: what is registered and made temporary in it is in no other."""
    return _started().cursor()


@cache
def _started() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config=SHUT)
