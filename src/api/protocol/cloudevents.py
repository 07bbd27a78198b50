"""CloudEvents over HTTP: structured, binary and batch (CloudEvents 1.0, HTTP protocol binding), and NDJSON streams."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal
from urllib.parse import unquote

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect

from api.protocol.decoding import coding_of, unpacked
from dossier.refusals import refused

Mode = Literal["structured", "binary", "batch", "stream"]
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
STREAM = "application/x-ndjson"
TAKEN = f"Send {STRUCTURED}, {BATCH}, {STREAM}, or ce-* headers with a JSON body."
CHARSET = re.compile(r"charset\s*=\s*\"?([^\s\";]*)", re.IGNORECASE)
UTF_8 = {"utf-8", "utf8", "us-ascii"}
"""Names of what can be read as UTF-8; ASCII is a part of it."""
BODY_SECONDS = 60.0
"""How long a body that is held whole may take to arrive."""
SPACE = b" \t\r\n"
NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A null character, escaped: a backslash that is escaped itself begins none."""


def mode_of(headers: Mapping[str, str]) -> Mode:
    """How a request carries its events. Raises Refused for media types that are not taken."""
    media_type = media_type_of(headers)
    if media_type.startswith("application/cloudevents-batch"):
        return _exactly("batch", media_type, BATCH)
    if media_type.startswith("application/cloudevents"):
        return _exactly("structured", media_type, STRUCTURED)
    if media_type == STREAM:
        return "stream"
    if "ce-specversion" in headers or "ce-id" in headers:
        if media_type == "application/json" or media_type.endswith("+json"):
            return "binary"
        if "content-type" not in headers and "ce-specversion" in headers:
            return "binary"  # an event that does not say of what type its data is has JSON (CloudEvents 1.0, 3.1)
        raise refused("unsupported-media-type", "In binary mode the body is JSON: send Content-Type application/json.")
    raise refused("unsupported-media-type", TAKEN)


def media_type_of(headers: Mapping[str, str]) -> str:
    """The media type of a body, without its parameters. Raises Refused unless it is UTF-8."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    if parameters and any(charset.lower() not in UTF_8 for charset in CHARSET.findall(parameters)):
        raise refused("unsupported-media-type", "Send UTF-8.")
    return media_type.strip().lower()


def _exactly(mode: Mode, media_type: str, wanted: str) -> Mode:
    if media_type != wanted:
        raise refused("unsupported-media-type", TAKEN)
    return mode


def parsed(body: bytes) -> Any:
    """JSON in UTF-8 -> values. Raises Refused, for null characters and repeated names too, wherever they stand."""
    if b"\\u0000" in body and NULL.search(body):
        raise refused("malformed", "Null characters (\\u0000) are not taken.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise refused("malformed", f"Not JSON in UTF-8: {error.msg} at {at}.") from None
    try:
        if body.translate(None, SPACE).count(b'":') != _names(value):  # never less than the names that are written
            _refuse_repeated_names(body)
    except RecursionError:
        raise refused("malformed", "It is nested too deeply.") from None
    return value


def _names(value: Any) -> int:
    """How many members all objects in a value have."""
    nested = value.values() if type(value) is dict else value if type(value) is list else ()
    found = len(value) if type(value) is dict else 0
    for inner in nested:
        if type(inner) is dict or type(inner) is list:
            found += _names(inner)
    return found


def _refuse_repeated_names(body: bytes) -> None:
    """Raise Refused when an object has two members of one name: readers would differ on which counts (RFC 8259, 4)."""

    def once(members: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in members}) < len(members):
            raise refused("malformed", "A name stands twice in one JSON object: readers differ on which counts.")

    json.loads(body, object_pairs_hook=once)


def binary_event(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A binary-mode request -> the CloudEvent in its JSON form; header values are percent-decoded."""
    event: dict[str, Any] = {}
    for name, value in headers.items():
        if name.startswith("ce-"):
            if name[3:] in event or not value.isascii():
                raise refused("malformed", f"Send the header {name} once, percent-encoded where it is not ASCII.")
            try:
                event[name[3:]] = unquote(_unquoted(value), errors="strict")
            except UnicodeDecodeError:
                raise refused("malformed", f"The header {name} is not percent-encoded UTF-8.") from None
    if "data" in event:
        raise refused("malformed", "In binary mode the data is the body: send no header ce-data.")
    if "content-type" in headers:
        event["datacontenttype"] = headers["content-type"]
    if body:
        event["data"] = parsed(body)
    return event


def _unquoted(value: str) -> str:
    """A header value without the quotes it may be given in; what is percent-encoded inside is decoded afterwards."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


async def json_body(request: Request, limit: int) -> Any:
    """The JSON body of a request that carries no event. Raises Refused."""
    if media_type_of(request.headers) != "application/json":
        raise refused("unsupported-media-type", "Send application/json.")
    value = parsed(await whole_body(request, limit))
    if _deeper_than(DEEPEST, value):
        raise refused("malformed", "It is nested too deeply.")
    return value


DEEPEST = 64
"""How far what carries no event may nest: nothing does by a tenth of it, and what is written again has its limits."""


def _deeper_than(levels: int, value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is not None and (levels == 0 or any(_deeper_than(levels - 1, one) for one in inner))


async def whole_body(request: Request, limit: int) -> bytes:
    """The body of a request, unpacked, never more than `limit` bytes of it in memory. Raises Refused above."""
    coding = coding_of(request.headers)
    length = request.headers.get("content-length", "")
    if coding is None and length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    first = await request.receive()
    if coding is None and first["type"] == "http.request" and not first.get("more_body"):
        body: bytes = first.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        return body
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _gathered(_blocks(request, first, limit + SLACK), coding, limit)
    except TimeoutError:
        raise refused("too-slow", f"Send the whole body within {BODY_SECONDS:.0f} seconds, or a stream.") from None


SLACK = 1 << 16
"""Bytes by which a packed body may be longer than what it holds: what adds nothing must end somewhere too."""


async def _gathered(blocks: AsyncIterator[bytes], coding: str | None, limit: int) -> bytes:
    body = bytearray()
    async for piece in unpacked(blocks, coding) if coding else blocks:
        body += piece
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


async def _blocks(request: Request, message: Any, most: int | None = None) -> AsyncIterator[bytes]:
    """The body of a request as it arrives, from its first message on. Raises Refused above `most` bytes."""
    size = 0
    while True:
        if message["type"] != "http.request":
            raise ClientDisconnect
        block = message.get("body", b"")
        size += len(block)
        if most is not None and size > most:
            raise _too_large(most)
        if block:
            yield block
        if not message.get("more_body"):
            return
        message = await request.receive()


async def lines(request: Request, limit: int) -> AsyncIterator[list[bytes | None]]:
    """The lines of a stream as they arrive, some at a time, without empty ones.

    None stands for one longer than `limit` bytes: it is passed over, never held.
    """
    coding = coding_of(request.headers)
    blocks = _blocks(request, await request.receive())
    kept, overlong = bytearray(), False
    async for block in unpacked(blocks, coding) if coding else blocks:
        first, *others = block.split(b"\n")
        if not overlong:
            kept += first
        if others:
            whole: list[bytes | None] = [None if overlong else bytes(kept), *others[:-1]]
            kept, overlong = bytearray(others[-1]), False
            yield [
                line if line is None or len(line) <= limit else None for line in whole if line is None or line.strip()
            ]
        if len(kept) > limit:
            kept, overlong = bytearray(), True
    if overlong or kept.strip():
        yield [None if overlong else bytes(kept)]


def _too_large(limit: int) -> Exception:
    return refused("too-large", f"At most {limit} bytes: GET /v1/limits. A stream ({STREAM}) has no limit.")
