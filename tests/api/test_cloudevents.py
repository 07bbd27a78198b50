"""How requests carry events: header values, media types, and lines that arrive in any pieces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any, cast
from urllib.parse import quote

import orjson
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from api.cloudevents import binary_event, lines, mode_of, parsed
from dossier.refusals import Refused


class Arriving:
    """A request whose body comes in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def read(pieces: list[bytes], limit: int) -> list[bytes | None]:
    async def collect() -> list[bytes | None]:
        return [line async for some in lines(cast(Request, Arriving(pieces)), limit) for line in some]

    return asyncio.run(collect())


@given(st.binary(max_size=60), st.lists(st.integers(0, 60)), st.integers(1, 12))
def test_lines_are_the_same_in_whatever_pieces_they_arrive(body: bytes, cuts: list[int], limit: int) -> None:
    places = [0, *sorted(cut for cut in cuts if cut <= len(body)), len(body)]
    pieces = [body[start:end] for start, end in pairwise(places)]
    whole = [None if len(line) > limit else line for line in body.split(b"\n") if len(line) > limit or line.strip()]
    assert read(pieces, limit) == whole


@given(st.text(min_size=1))
def test_a_header_value_is_percent_decoded(text: str) -> None:
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert binary_event({"ce-id": quote(text, safe="")}, b"")["id"] == text


def test_quotes_around_a_header_value_are_not_part_of_it() -> None:
    assert binary_event({"ce-id": r'"a \"b\" c"'}, b"")["id"] == 'a "b" c'
    assert binary_event({"ce-id": "%22a%22"}, b"")["id"] == '"a"'
    assert binary_event({"ce-id": '"'}, b"")["id"] == '"'


def test_a_header_value_that_is_no_utf_8_is_malformed() -> None:
    with pytest.raises(Refused) as caught:
        binary_event({"ce-id": "%ff"}, b"")
    assert caught.value.refusal.slug == "malformed"


@pytest.mark.parametrize(
    ("headers", "mode"),
    [
        ({"content-type": "application/cloudevents+json"}, "structured"),
        ({"content-type": "application/cloudevents-batch+json"}, "batch"),
        ({"content-type": "application/x-ndjson; charset=utf-8"}, "stream"),
        ({"content-type": "application/json", "ce-id": "1"}, "binary"),
        ({"content-type": "application/vnd.x+json", "ce-specversion": "1.0"}, "binary"),
        ({"content-type": "application/cloudevents+json", "ce-id": "1"}, "structured"),
    ],
)
def test_the_media_type_tells_the_mode(headers: dict[str, str], mode: str) -> None:
    assert mode_of(headers) == mode


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=5))
def test_what_is_sent_is_what_is_read(value: Any) -> None:
    if b"u0000" not in (body := orjson.dumps(value)):
        assert parsed(body) == value
