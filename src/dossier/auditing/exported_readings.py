"""An exported access ledger read back: every line checked, and the readings put beside an exported log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from dossier.auditing.lines import Form, Line, Lines, taken
from dossier.auditing.readable import is_instant, is_readable, is_reading
from dossier.verification.wrong import expect

Row = tuple[Any, ...]
"""The columns of a reading, in the order of COPY."""
COPY = """
    COPY ledger.reading (number, dossier, role, agency, reader, purpose, kind, version, position, at, stored) FROM STDIN
"""


def load(owner: str, path: Path) -> int:
    """Put the readings of an export (`dossier export --readings`) into an empty ledger; how many. Raises Wrong.

    What they say is taken from the stored bytes alone. Since when readings are recorded no bytes say: that is taken as
    the trailer tells it.
    """
    with psycopg.connect(owner, application_name="dossier-audit") as connection, path.open("rb") as file:
        connection.execute("SET TIME ZONE 'UTC'")
        return fill(connection, file)


def fill(connection: psycopg.Connection[Any], file: BinaryIO) -> int:
    """The same, from a file and by a connection. What the database does not take is Wrong too."""
    lines, count = Lines(file, FORM), 0
    with taken(FORM):
        with connection.cursor().copy(COPY) as copy:
            for row in read(lines):
                copy.write_row(row)
                count += 1
        _open(connection, lines.trailer.get("since"))
    return count


def read(lines: Lines) -> Iterator[Row]:
    """The rows of an export, in order; at its end, what its trailer says is compared. Raises Wrong."""
    return (_row(line) for line in lines)


def _row(line: Line) -> Row:
    """The columns that the stored bytes say."""
    said = line.body
    by = (said["role"], said.get("agency"), said.get("reader"), said["purpose"], said["kind"])
    return line.number, said["dossier"], *by, said["version"], said["position"], said["at"], line.stored


def _open(connection: psycopg.Connection[Any], since: Any) -> None:
    """Since when readings are recorded: told by the trailer, in place of since when this database is there."""
    expect(is_instant(since), "the trailer does not say since when readings are recorded")
    connection.execute("ALTER TABLE ledger.opening DISABLE TRIGGER USER")
    connection.execute("UPDATE ledger.opening SET at = %s", (since,))
    connection.execute("ALTER TABLE ledger.opening ENABLE TRIGGER USER")


FORM = Form(
    "the readings",
    "reading",
    "number",
    "give what `dossier export --readings` wrote",
    frozenset(("digest", "stored")),
    lambda body: is_reading(body) and is_readable(body),
    frozenset(("since",)),
)
