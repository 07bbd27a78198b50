"""An exported log read back: every line checked, and the events put into an empty database of the auditor's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import orjson
import psycopg

from dossier.auditing.events import SQL
from dossier.auditing.lines import Form, Line, Lines, taken
from dossier.auditing.readable import is_event, is_readable
from dossier.auditing.sameness import Told, check_fields, check_told
from dossier.verification.wrong import expect

PIECE = 1 << 20
Row = tuple[int, str, int, str, str, str, bytes]
Take = Callable[[str, int, Told], Any]


def load(owner: str, path: Path) -> int:
    """Put the events of an export (`dossier export`, as NDJSON) into an empty, migrated log; how many. Raises Wrong.

    What they say is taken from the stored bytes alone, the keys they are found by too: the tree over those is what a
    certificate's root vouches for. What a line says beside them must be the same, since that is what people read.
    Which values of personal fields were the same (`told`) no bytes say: that is taken as it is told.
    """
    with psycopg.connect(owner, application_name="dossier-audit") as connection, path.open("rb") as file:
        connection.execute("SET TIME ZONE 'UTC'")
        return fill(connection, file)


def fill(connection: psycopg.Connection[Any], file: BinaryIO) -> int:
    """The same, from a file and by a connection. What the database does not take is Wrong too."""
    with taken(FORM):
        return _copied(connection, file)


def _copied(connection: psycopg.Connection[Any], file: BinaryIO) -> int:
    count = 0
    with TemporaryFile() as sameness:  # what goes into a second table waits on disk

        def keep(dossier: str, version: int, told: Told) -> None:
            sameness.write(f"{dossier}\t{version}\t{orjson.dumps(told).decode()}\n".encode())

        with connection.cursor().copy(
            "COPY journal.event (position, dossier, version, type, agency, recordedtime, stored) FROM STDIN"
        ) as copy:
            for row in read(file, keep):
                copy.write_row(row)
                count += 1
        connection.execute(SQL["fill_keys"])
        sameness.seek(0)
        _copy_sameness(connection, sameness)
    check_told(connection)
    return count


def _copy_sameness(connection: psycopg.Connection[Any], file: Any) -> None:
    """What an erasure would have kept, of every event: here there is no vault. No deeds are drawn up of it."""
    connection.execute("ALTER TABLE journal.sameness DISABLE TRIGGER USER")
    with connection.cursor().copy("COPY journal.sameness (dossier, version, told) FROM STDIN") as copy:
        while piece := file.read(PIECE):
            copy.write(piece)
    connection.execute("ALTER TABLE journal.sameness ENABLE TRIGGER USER")


def read(file: BinaryIO, keep: Take = lambda dossier, version, told: None) -> Iterator[Row]:
    """The rows of an export, in order; at its end, what its trailer says is compared. Raises Wrong.

    `keep` is given what is told of an event's personal fields.
    """
    versions = dict[str, int]()
    for line in Lines(file, FORM):
        row = _row(line)
        versions[row[1]] = versions.get(row[1], 0) + 1
        expect(row[2] == versions[row[1]], f"{line.what} is not version {versions[row[1]]} of its dossier")
        if "told" in line.said:
            expect("personal" in line.body, f"{line.what} tells of personal fields, and has none")
            keep(row[1], row[2], check_fields(line.said["told"], row[3], line.what))
        yield row


def _row(line: Line) -> Row:
    """The columns that the stored bytes say."""
    names = ("dossier", "version", "type", "agency", "recordedtime")
    dossier, version, kind, agency, recorded = (line.body[name] for name in names)
    return line.number, dossier, version, kind, agency, recorded, line.stored


FORM = Form(
    "the export",
    "event of a log",
    "position",
    "export every type of event",
    frozenset(("position", "digest", "stored", "told")),
    lambda body: is_event(body) and is_readable(body),
)
