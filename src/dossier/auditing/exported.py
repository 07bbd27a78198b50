"""An exported log read back: every line checked, and the events put into an empty database of the auditor's own."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import psycopg

from dossier.auditing.events import SQL
from dossier.auditing.readable import is_event, is_readable
from dossier.verification.merkle import Tree, leaf_hash
from dossier.verification.strict_json import once
from dossier.verification.wrong import Wrong, expect

LONGEST = 16 << 20
"""Bytes a line may have."""
BESIDE = {"position", "digest", "stored"}
"""What a line says that is not in its stored bytes."""
Row = tuple[int, str, int, str, str, str, bytes]


def load(owner: str, path: Path) -> int:
    """Put the events of an export (`dossier export`, as NDJSON) into an empty, migrated log; how many. Raises Wrong.

    What they say is taken from the stored bytes alone, the keys they are found by too: the tree over those is what a
    certificate's root vouches for. What a line says beside them must be the same, since that is what people read.
    """
    with psycopg.connect(owner, application_name="dossier-audit") as connection, path.open("rb") as file:
        connection.execute("SET TIME ZONE 'UTC'")
        return fill(connection, file)


def fill(connection: psycopg.Connection[Any], file: BinaryIO) -> int:
    """The same, from a file and by a connection. What the database does not take is Wrong too."""
    try:
        return _copied(connection, file)
    except psycopg.Error as error:
        line = re.search(r"line (\d+)", error.diag.context or "")
        where = f"line {line[1]} of the export" if line else "the export"
        raise Wrong(f"{where} is no event of a log: {error.diag.message_primary or type(error).__name__}") from None


def _copied(connection: psycopg.Connection[Any], file: BinaryIO) -> int:
    count = 0
    with connection.cursor().copy(
        "COPY journal.event (position, dossier, version, type, agency, recordedtime, stored) FROM STDIN"
    ) as copy:
        for row in read(file):
            copy.write_row(row)
            count += 1
    connection.execute(SQL["fill_keys"])
    return count


def read(file: BinaryIO) -> Iterator[Row]:
    """The rows of an export, in order; at its end, what its trailer says is compared. Raises Wrong."""
    digested, position, versions, tree = sha256(), 0, dict[str, int](), Tree()
    while line := file.readline(LONGEST + 1):
        what = f"line {position + 1} of the export"
        expect(len(line) <= LONGEST, f"{what} is longer than {LONGEST} bytes")
        found = _object(line, what)
        if "trailer" in found:
            said = (found.get("count"), found.get("last_position"), found.get("sha256"))
            expect(
                said == (position, str(position), digested.hexdigest()), "the trailer is not that of the lines above"
            )
            _check_root(found, tree)
            expect(not file.read(1), "something stands after the trailer")
            return
        digested.update(line)
        position += 1
        expect(found.get("position") == str(position), f"{what} is not position {position}: export every type of event")
        row = _row(position, found, what)
        versions[row[1]] = versions.get(row[1], 0) + 1
        expect(row[2] == versions[row[1]], f"{what} is not version {versions[row[1]]} of its dossier")
        tree.add(leaf_hash(row[-1]))
        yield row
    raise Wrong("the export is cut off: it has no trailer")


def _check_root(trailer: dict[str, Any], tree: Tree) -> None:
    """That the trailer's root is that of the lines above. Files exported before it stood there have none."""
    made = (str(tree.size), base64.b64encode(tree.root).decode())
    said = (trailer.get("size", made[0]), trailer.get("root", made[1]))
    expect(said == made, "the root in the trailer is not that of the events above")


def _object(line: bytes, what: str) -> dict[str, Any]:
    """What a line says. A name given twice reads otherwise to another program, or to people, than to this one."""
    try:
        found = orjson.loads(line)
        json.loads(line, object_pairs_hook=once)
    except (ValueError, RecursionError):
        found = None
    expect(isinstance(found, dict), f"{what} is no object, or gives a name twice")
    assert isinstance(found, dict)
    return found


def _row(position: int, found: dict[str, Any], what: str) -> Row:
    """The columns that the stored bytes say, of the types that the log has. Raises Wrong."""
    try:
        stored = base64.b64decode(found["stored"], validate=True)
        body = orjson.loads(stored)
        typed = is_event(body) and is_readable(body)
    except (LookupError, TypeError, ValueError):
        typed = False
    expect(typed, f"{what}: its stored bytes are no event")
    expect(found.get("digest") == sha256(stored).hexdigest(), f"{what}: the digest is not that of the stored bytes")
    beside = {name: value for name, value in found.items() if name not in BESIDE}
    same = all(name in body and body[name] == value for name, value in beside.items())
    expect(same, f"{what} says otherwise than its stored bytes")
    dossier, version, kind, agency, recorded = (
        body[name] for name in ("dossier", "version", "type", "agency", "recordedtime")
    )
    return position, dossier, version, kind, agency, recorded, stored
