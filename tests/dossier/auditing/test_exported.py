"""An exported log read back: whole and in order, or not at all."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.auditing.exported import fill, load, read
from dossier.database.connections import Database
from dossier.exporting.ndjson import write_ndjson
from dossier.exporting.stored import Exported
from dossier.journal.draft import idempotency_key
from dossier.verification.wrong import Wrong


def export(count: int = 3) -> bytes:
    """An export of so many events."""
    events = []
    for position in range(1, count + 1):
        body = {
            "dossier": "01890000-0000-7000-8000-00000000000a", "version": position, "type": "t", "agency": "hub",
            "source": "s", "id": str(position), "time": "2026-01-01T00:00:00Z", "timeprecision": "day",
            "recordedtime": "2026-01-01T09:00:00.000000Z", "data": {},
        }  # fmt: skip
        events.append(Exported(position, orjson.dumps(body, option=orjson.OPT_SORT_KEYS), body))
    file = io.BytesIO()
    write_ndjson(file, events)
    return file.getvalue()


def test_every_event_is_read_back_by_its_stored_bytes() -> None:
    rows = list(read(io.BytesIO(export())))
    assert [(row[0], row[2], row[4]) for row in rows] == [(1, 1, "hub"), (2, 2, "hub"), (3, 3, "hub")]
    assert [orjson.loads(row[-1])["id"] for row in rows] == ["1", "2", "3"]


def refused(content: bytes) -> str:
    with pytest.raises(Wrong) as raised:
        list(read(io.BytesIO(content)))
    return str(raised.value)


def lines(change: Callable[[list[bytes]], Any]) -> bytes:
    found = export().splitlines(keepends=True)
    change(found)
    return b"".join(found)


def said_twice(found: list[bytes]) -> None:
    """What people read first is not what was recorded; what a program reads last is."""
    found[1] = b'{"agency":"innoviris",' + found[1][1:]


def relabel(found: list[bytes]) -> None:
    event = orjson.loads(found[1])
    event["stored"] = base64.b64encode(b'{"dossier":"x"}').decode()
    found[1] = orjson.dumps(event) + b"\n"


def trailing(**said: Any) -> Callable[[list[bytes]], Any]:
    """Says something else in the trailer."""

    def change(found: list[bytes]) -> None:
        found[-1] = orjson.dumps(orjson.loads(found[-1]) | said) + b"\n"

    return change


def rehashed(**said: Any) -> bytes:
    """An export whose second event says something else of itself, with every digest made to fit."""
    return remade(lambda body: body | said)


def labelled(**said: Any) -> bytes:
    """An export whose second line says something else than its stored bytes, with a trailer made to fit."""
    return remade(lambda body: body, **said)


def committed(**said: Any) -> bytes:
    """The same, of an event with a personal part, of a type that has none to tell of."""
    return remade(lambda body: body | {"personal": "sha256:00"}, **said)


def remade(change: Callable[[dict[str, Any]], Any], **said: Any) -> bytes:
    found = export().splitlines(keepends=True)[:-1]
    event = orjson.loads(found[1])
    body = change(orjson.loads(base64.b64decode(event["stored"])))
    stored = orjson.dumps(body)
    event |= body if isinstance(body, dict) else {}
    event |= {"stored": base64.b64encode(stored).decode(), "digest": sha256(stored).hexdigest()} | said
    found[1] = orjson.dumps(event) + b"\n"
    trailer = {"trailer": True, "count": 3, "last_position": "3", "sha256": sha256(b"".join(found)).hexdigest()}
    return b"".join([*found, orjson.dumps(trailer) + b"\n"])


def nested(body: dict[str, Any], levels: int) -> bytes:
    """An event whose data has so many lists in each other."""
    return orjson.dumps(body | {"data": orjson.Fragment(b"[" * levels + b"]" * levels)})


NO_EVENT = "line 2 of the export: its stored bytes are no event"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cut off"),
        (lines(lambda found: found.pop()), "cut off"),
        (lines(lambda found: found.pop(1)), "not position 2"),
        (lines(lambda found: found.insert(1, found[0])), "not position 2"),
        (lines(lambda found: found.pop(2)), "trailer is not that of the lines above"),
        (lines(lambda found: found.append(b"\n")), "something stands after the trailer"),
        (lines(lambda found: found.insert(1, b"[]\n")), "line 2 of the export is no object"),
        (lines(relabel), "its stored bytes are no event"),
        (b"[" * 100_000, "no object"),
        (lines(trailing(root=base64.b64encode(bytes(32)).decode())), "the root in the trailer is not that of"),
        (
            lines(lambda found: found.append(found.pop().replace(b'"root"', b'"r00t"'))),
            "more or less than a trailer does",
        ),
        (
            lines(lambda found: found.append(found.pop().replace(b'"size"', b'"s1ze"'))),
            "more or less than a trailer does",
        ),
        (lines(trailing(size="2")), "the root in the trailer is not that of"),
        (rehashed(dossier="x"), NO_EVENT),
        (rehashed(dossier=5), NO_EVENT),
        (rehashed(dossier="{01890000-0000-7000-8000-00000000000a}"), NO_EVENT),
        (rehashed(version=2**63), NO_EVENT),
        (rehashed(version=0), NO_EVENT),
        (rehashed(version=1), "line 2 of the export is not version 2 of its dossier"),
        (rehashed(version=3), "line 2 of the export is not version 2 of its dossier"),
        (rehashed(type="\0"), NO_EVENT),
        (rehashed(agency={}), NO_EVENT),
        (rehashed(recordedtime="soon"), NO_EVENT),
        (rehashed(recordedtime="2026-13-01T09:00:00Z"), NO_EVENT),
        (remade(lambda body: [body]), NO_EVENT),
        (rehashed(time=5), NO_EVENT),
        (rehashed(time="9999-12-31T23:59:59-23:59"), NO_EVENT),
        (rehashed(time="0001-01-01T00:00:00+23:59"), NO_EVENT),
        (rehashed(data={"channel": "a\0b"}), NO_EVENT),
        (rehashed(data={"a\0": "b"}), NO_EVENT),
        (remade(lambda body: orjson.Fragment(nested(body, 400))), NO_EVENT),
        (rehashed(source=5), NO_EVENT),
        (labelled(agency="innoviris"), "line 2 of the export says otherwise than its stored bytes"),
        (labelled(data={"amount": "1.00"}), "line 2 of the export says otherwise than its stored bytes"),
        (labelled(correlationid="c"), "line 2 of the export says otherwise than its stored bytes"),
        (lines(said_twice), "line 2 of the export is no object, or gives a name twice"),
        (labelled(told={"person phone": 1}), "line 2 of the export tells of personal fields, and has none"),
        (committed(told={"person phone": 1}), "line 2 of the export tells of fields that it does not have"),
        (committed(told=None), "line 2 of the export tells of fields that it does not have"),
    ],
)
def test_what_is_no_whole_export_is_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats() | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=9), parts, max_size=3),
)
COLUMNS = st.sampled_from(["dossier", "version", "type", "agency", "recordedtime"])


@given(COLUMNS, JSONS)
def test_whatever_an_event_says_of_itself_is_loaded_or_refused(
    shared_database: Database, name: str, value: Any
) -> None:
    """The digests fit, so nothing but the content stands between the file and the database."""
    with psycopg.connect(shared_database.owner) as connection:
        with contextlib.suppress(Wrong):
            assert fill(connection, io.BytesIO(rehashed(**{name: value}))) == 3
        connection.rollback()


def test_what_the_database_does_not_take_is_refused_too(shared_database: Database, tmp_path: Path) -> None:
    """Here since the log is not empty."""
    path = tmp_path / "log.ndjson"
    path.write_bytes(export())
    assert load(shared_database.owner, path) == 3
    with pytest.raises(Wrong, match=r"^line \d of the export is no event of a log"):
        load(shared_database.owner, path)


@given(st.data())
def test_any_altered_byte_of_a_line_is_found(data: st.DataObject) -> None:
    content = bytearray(export())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    if content[place : place + 1].isspace() or content.endswith(b"}"):
        return  # white space at the end of the trailer
    refused(bytes(content))


def test_events_are_found_by_their_keys_as_in_the_log(database: Database) -> None:
    with psycopg.connect(database.owner) as connection:
        fill(connection, io.BytesIO(export()))
        held = connection.execute("SELECT key FROM journal.event_key ORDER BY version").fetchall()
        connection.rollback()
    assert [key for (key,) in held] == [idempotency_key("s", str(number)) for number in (1, 2, 3)]


def test_two_events_of_one_source_and_id_are_refused(shared_database: Database) -> None:
    with psycopg.connect(shared_database.owner) as connection:
        with pytest.raises(Wrong, match="is no event of a log"):
            fill(connection, io.BytesIO(rehashed(id="1")))
        connection.rollback()
