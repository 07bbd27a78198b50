"""Appending to the ledger: one statement numbers, dates and stores a group of entries, durably, without a gap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.errors import UniqueViolation

from dossier.database.queries import queries
from dossier.ledger.entry import Entry

SQL = queries(files("dossier.ledger") / "ledger.sql")
PATIENCE = 5.0
"""Seconds for which a group is numbered again when other servers come first."""
BEGINNING = datetime.min.replace(tzinfo=UTC)
LOST = (psycopg.OperationalError, psycopg.InterfaceError)


class LedgerUnreachable(Exception):
    """The database cannot be reached, or other servers came first each time: what was to be recorded may not be."""


class Appending:
    """One connection to append by, opened when first needed, and where the ledger stood when it was used last.

    For one caller at a time.
    """

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.connection: psycopg.Connection[Any] | None = None
        self._last: tuple[int, datetime] | None = None

    def append(self, entries: Sequence[Entry], now: datetime) -> list[Entry]:
        """The entries as the ledger took them. Raises LedgerUnreachable: then it is unknown whether it did.

        The number expected is part of the statement, and unique: whoever expects it wrongly stores nothing.
        """
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                number, last = self._last or self._read_last()
                at = max(now, last)
                numbered = [entry._replace(number=number + place, at=at) for place, entry in enumerate(entries, 1)]
                if self._stored(numbered, number):
                    self._last = (numbered[-1].number, at)
                    return numbered
                self._last = None
            raise LedgerUnreachable("other servers came first")
        except LOST as lost:
            self.close()
            raise LedgerUnreachable(type(lost).__name__) from lost
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next group opens another."""
        self._last = None
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _stored(self, entries: Sequence[Entry], expected: int) -> bool:
        """Whether the ledger has the entries now. After a lost connection it is asked: their bytes name no others."""
        stored = [entry.stored() for entry in entries]
        try:
            connection = self.connection or self._connected()
            return connection.execute(SQL["append"], (stored, expected)).rowcount == len(entries)
        except UniqueViolation:
            return False
        except LOST:
            self.close()
            found = self._connected().execute(SQL["entries"], (expected, len(entries))).fetchall()
            return [bytes(one) for _, one in found] == stored

    def _read_last(self) -> tuple[int, datetime]:
        row = (self.connection or self._connected()).execute(SQL["last"]).fetchone()
        return (int(row[0]), row[1]) if row else (0, BEGINNING)

    def _connected(self) -> psycopg.Connection[Any]:
        self.connection = psycopg.connect(
            self.conninfo, autocommit=True, application_name="dossier-ledger", connect_timeout=5
        )
        self.connection.execute("SET statement_timeout = '5s'")
        return self.connection
