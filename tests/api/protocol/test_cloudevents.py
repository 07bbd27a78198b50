"""How requests carry events: header values, media types, and lines that arrive in any pieces."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
import zstandard
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from api.protocol.cloudevents import binary_event, lines, mode_of, parsed, whole_body
from dossier.refusals import Refused

PACK: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def arriving(pieces: list[bytes], coding: str) -> Request:
    """A request whose body comes in pieces."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    left = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(left)

    return Request({"type": "http", "headers": [(b"content-encoding", coding.encode())]}, receive)


def cut(body: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(place for place in cuts if place <= len(body)), len(body)]
    return [body[start:end] for start, end in pairwise(places)]


def read(pieces: list[bytes], limit: int, coding: str = "identity") -> list[bytes | None]:
    async def collect() -> list[bytes | None]:
        return [line async for some in lines(arriving(pieces, coding), limit) for line in some]

    return asyncio.run(collect())


BODIES = st.binary(max_size=60), st.lists(st.integers(0, 60)), st.sampled_from(sorted(PACK))


@given(*BODIES, st.integers(1, 12))
def test_lines_are_the_same_in_whatever_pieces_they_arrive(
    body: bytes, cuts: list[int], coding: str, limit: int
) -> None:
    whole = [None if len(line) > limit else line for line in body.split(b"\n") if len(line) > limit or line.strip()]
    assert read(cut(PACK[coding](body), cuts), limit, coding) == whole


@given(*BODIES)
def test_a_body_is_the_same_in_whatever_pieces_it_arrives(body: bytes, cuts: list[int], coding: str) -> None:
    assert asyncio.run(whole_body(arriving(cut(PACK[coding](body), cuts), coding), 60)) == body


@given(*BODIES)
def test_a_packed_body_that_is_cut_anywhere_is_never_taken_for_whole(body: bytes, cuts: list[int], coding: str) -> None:
    packed = PACK[coding](body)
    for place in (place for place in cuts if 0 < place < len(packed)):
        if coding != "identity":
            with pytest.raises(Refused, match="malformed"):
                asyncio.run(whole_body(arriving([packed[:place]], coding), 60))


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
        ({"ce-specversion": "1.0"}, "binary"),
        ({"content-type": "application/vnd.x+json", "ce-specversion": "1.0"}, "binary"),
        ({"content-type": "application/cloudevents+json", "ce-id": "1"}, "structured"),
    ],
)
def test_the_media_type_tells_the_mode(headers: dict[str, str], mode: str) -> None:
    assert mode_of(headers) == mode


@pytest.mark.parametrize("headers", [{}, {"content-type": ""}, {"content-type": "text/json", "ce-specversion": "1.0"}])
def test_what_says_nothing_of_its_mode_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Refused, match="unsupported-media-type"):
        mode_of(headers)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (" ,\n", " : "), ("\t,", "\n:\r")]))
def test_what_is_sent_is_what_is_read(value: Any, indent: int | None, separators: tuple[str, str]) -> None:
    body = json.dumps(value, indent=indent, separators=separators).encode()
    if b"u0000" not in body and b"\\ud" not in body:
        assert parsed(body) == value


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=3), st.data())
def test_a_name_that_stands_twice_is_found_wherever_it_is(members: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(members)))
    spaces = data.draw(st.sampled_from(["", " ", "\n\t"]))
    twice = json.dumps(members)[:-1] + f", {json.dumps(name)}{spaces}: 1}}"
    for body in (twice, f'[{{"a": {twice}}}]'):
        with pytest.raises(Refused, match="malformed"):
            parsed(body.encode())
