"""An exported log read back: whole and in order, or not at all."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.auditing.exported import read
from dossier.exporting.ndjson import write_ndjson
from dossier.exporting.stored import Exported
from dossier.verification.wrong import Wrong


def export(count: int = 3) -> bytes:
    """An export of so many events."""
    events = []
    for position in range(1, count + 1):
        body = {
            "dossier": "01890000-0000-7000-8000-00000000000a", "version": position, "type": "t", "agency": "hub",
            "source": "s", "id": str(position), "time": "x", "timeprecision": "day", "recordedtime": "r", "data": {},
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


def relabel(found: list[bytes]) -> None:
    event = orjson.loads(found[1])
    event["stored"] = base64.b64encode(b'{"dossier":"x"}').decode()
    found[1] = orjson.dumps(event) + b"\n"


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
    ],
)
def test_what_is_no_whole_export_is_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content)


@given(st.data())
def test_any_altered_byte_of_a_line_is_found(data: st.DataObject) -> None:
    content = bytearray(export())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    if content[place : place + 1].isspace() or content.endswith(b"}"):
        return  # white space at the end of the trailer
    refused(bytes(content))
