"""An exported access ledger read back: whole and in order, or not at all."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import copied

from dossier.auditing.exported_readings import FORM, fill, load, read
from dossier.auditing.lines import Lines
from dossier.database.connections import Database
from dossier.database.embedded import EmbeddedPostgres
from dossier.exporting.readings import export_readings
from dossier.journal import Journal
from dossier.ledger import Entry, Ledger, Seen
from dossier.verification.wrong import Wrong

DOSSIER = UUID("01890000-0000-7000-8000-00000000000a")


@pytest.fixture(scope="module")
def origin(server: EmbeddedPostgres, template: str) -> Iterator[Database]:
    with copied(server, template) as made:
        yield made


@pytest.fixture(scope="module")
def content(origin: Database, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An export of three readings: of an adviser, of a program, of an auditor."""
    journal = Journal(origin.app)
    ledger = Ledger(journal, origin.app, clock=lambda: datetime(2026, 3, 1, 9, tzinfo=UTC))
    seen = Seen(DOSSIER, 2, 7)
    ledger.record(Entry(seen, "adviser", "guidance", "page", "hub", "0" * 32))
    ledger.record(Entry(seen, "agency", "case-handling", "feed", "finance"), Entry(seen, "auditor", "audit", "bundle"))
    ledger.close()
    journal.close()
    path = tmp_path_factory.mktemp("readings") / "readings.ndjson"
    assert export_readings(origin.reader, path) == 3
    return path.read_bytes()


def test_every_reading_is_read_back_by_its_stored_bytes(content: bytes) -> None:
    rows = list(read(Lines(io.BytesIO(content), FORM)))
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        (1, "adviser", "hub", "0" * 32), (2, "agency", "finance", None), (3, "auditor", None, None),
    ]  # fmt: skip
    assert {(row[1], row[7], row[8]) for row in rows} == {(str(DOSSIER), 2, "7")}


def test_they_stand_in_the_ledger_as_they_stood_and_with_when_it_was_opened(
    database: Database, origin: Database, content: bytes, tmp_path: Path
) -> None:
    path, found, since = tmp_path / "readings.ndjson", content.splitlines(keepends=True), "2020-01-02T03:04:05.000006Z"
    refit(found, since=since)
    path.write_bytes(b"".join(found))
    assert load(database.owner, path) == 3
    held = []
    for one in (database, origin):
        with psycopg.connect(one.owner) as connection:
            held.append(connection.execute("SELECT r FROM ledger.reading r ORDER BY number").fetchall())
    assert held[0] == held[1]
    with psycopg.connect(database.app) as connection:
        assert connection.execute("SELECT at FROM ledger.opening").fetchall() == [(datetime.fromisoformat(since),)]
    with pytest.raises(Wrong, match=r"^line 1 of the readings is no reading: duplicate key"):
        load(database.owner, path)


def refused(content: bytes) -> str:
    with pytest.raises(Wrong) as raised:
        list(read(Lines(io.BytesIO(content), FORM)))
    return str(raised.value)


def moved(found: list[bytes]) -> None:
    found[0], found[1] = found[1], found[0]


def flipped(found: list[bytes]) -> None:
    """One letter of what was done there, in what people read and in the stored bytes, with a trailer made to fit."""
    said = orjson.loads(found[1])
    stored = base64.b64decode(said["stored"]).replace(b'"feed"', b'"fees"')
    found[1] = orjson.dumps(said | {"kind": "fees", "stored": base64.b64encode(stored).decode()}) + b"\n"
    refit(found)


def refit(found: list[bytes], **said: Any) -> None:
    """A trailer that fits the lines, but for the root."""
    trailer = orjson.loads(found[-1]) | {"sha256": sha256(b"".join(found[:-1])).hexdigest()} | said
    found[-1] = orjson.dumps(trailer) + b"\n"


def told(**changed: Any) -> Callable[[list[bytes]], None]:
    """The second reading says something else of itself, in every place, with digest and trailer made to fit."""

    def change(found: list[bytes]) -> None:
        said = orjson.loads(found[1])
        body = orjson.loads(base64.b64decode(said["stored"])) | changed
        stored = orjson.dumps(
            {name: value for name, value in body.items() if value is not ...}, option=orjson.OPT_SORT_KEYS
        )
        beside = {"digest": sha256(stored).hexdigest(), "stored": base64.b64encode(stored).decode()}
        found[1] = orjson.dumps(orjson.loads(stored) | beside) + b"\n"
        refit(found)

    return change


def beside(**changed: Any) -> Callable[[list[bytes]], None]:
    """A line that says something else than its stored bytes, with a trailer made to fit."""

    def change(found: list[bytes]) -> None:
        found[1] = orjson.dumps(orjson.loads(found[1]) | changed) + b"\n"
        refit(found)

    return change


NONE = "line 2 of the readings: its stored bytes are no reading"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda found: found.clear(), "the readings is cut off"),
        (lambda found: found.pop(), "cut off"),
        (lambda found: found.pop(2), "the trailer is not that of the lines above"),
        (lambda found: found.pop(0), "is not number 1: give what `dossier export --readings` wrote"),
        (lambda found: refit(found, until="3"), "the trailer says more or less than a trailer does"),
        (moved, "line 1 of the readings is not number 1"),
        (lambda found: found.insert(1, found[0]), "line 2 of the readings is not number 2"),
        (lambda found: found.append(b"\n"), "something stands after the trailer"),
        (lambda found: found.insert(1, b"[]\n"), "line 2 of the readings is no object"),
        (flipped, "line 2 of the readings: the digest is not that of the stored bytes"),
        (told(kind="page"), "the root in the trailer is not that of the numbers above"),
        (told(dossier="x"), NONE),
        (told(version="2"), NONE),
        (told(version=True), NONE),
        (told(position=7), NONE),
        (told(position="-7"), NONE),
        (told(at="soon"), NONE),
        (told(at="2026-13-01T09:00:00.000000Z"), NONE),
        (told(role=None), NONE),
        (told(agency=5), NONE),
        (told(reader="\0"), NONE),
        (told(name="Amina"), NONE),
        (told(kind=...), NONE),
        (beside(agency="innoviris"), "line 2 of the readings says otherwise than its stored bytes"),
        (beside(told={"person phone": 1}), "line 2 of the readings says otherwise than its stored bytes"),
    ],
)
def test_what_is_no_whole_export_is_refused(content: bytes, change: Callable[[list[bytes]], Any], reason: str) -> None:
    found = content.splitlines(keepends=True)
    change(found)
    assert reason in refused(b"".join(found))


@pytest.mark.parametrize("since", [None, "soon", 7, "2026-02-30T00:00:00Z"])
def test_a_trailer_that_does_not_say_since_when_is_refused(
    shared_database: Database, content: bytes, since: Any
) -> None:
    found = content.splitlines(keepends=True)
    refit(found, since=since)
    with psycopg.connect(shared_database.owner) as connection:
        with pytest.raises(Wrong, match="since when readings are recorded"):
            fill(connection, io.BytesIO(b"".join(found)))
        connection.rollback()


@given(st.data())
def test_any_altered_byte_of_a_line_is_found(content: bytes, data: st.DataObject) -> None:
    altered = bytearray(content[: content.rindex(b'{"trailer"')])
    place = data.draw(st.integers(0, len(altered) - 1))
    altered[place] = data.draw(st.integers(0, 255).filter(lambda value: value != altered[place]))
    refused(bytes(altered) + content[len(altered) :])


@given(
    st.sampled_from(["dossier", "version", "position", "at", "role"]),
    st.text(max_size=9) | st.integers(-(2**63), 2**63),
)
def test_whatever_a_reading_says_of_itself_is_loaded_or_refused(
    shared_database: Database, content: bytes, name: str, value: Any
) -> None:
    found = content.splitlines(keepends=True)
    told(**{name: value})(found)
    trailer = orjson.loads(found[-1])
    found[-1] = orjson.dumps({key: said for key, said in trailer.items() if key not in {"size", "root"}}) + b"\n"
    with psycopg.connect(shared_database.owner) as connection:
        with contextlib.suppress(Wrong):
            assert fill(connection, io.BytesIO(b"".join(found))) == 3
        connection.rollback()
