"""CloudEvents over HTTP: structured, binary and batch (CloudEvents 1.0, HTTP protocol binding), and NDJSON streams."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal
from urllib.parse import unquote

import orjson
from fastapi import Request

from dossier.refusals import refused

Mode = Literal["structured", "binary", "batch", "stream"]
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
STREAM = "application/x-ndjson"
TAKEN = f"Send {STRUCTURED}, {BATCH}, {STREAM}, or ce-* headers with a JSON body."


def mode_of(headers: Mapping[str, str]) -> Mode:
    """How a request carries its events. Raises Refused for media types that are not taken."""
    media_type = _media_type(headers)
    if media_type.startswith("application/cloudevents-batch"):
        return _exactly("batch", media_type, BATCH)
    if media_type.startswith("application/cloudevents"):
        return _exactly("structured", media_type, STRUCTURED)
    if media_type == STREAM:
        return "stream"
    if "ce-specversion" in headers or "ce-id" in headers:
        if media_type == "application/json" or media_type.endswith("+json"):
            return "binary"
        raise refused("unsupported-media-type", "In binary mode the body is JSON: send Content-Type application/json.")
    raise refused("unsupported-media-type", TAKEN)


def _media_type(headers: Mapping[str, str]) -> str:
    """The media type of a body, without its parameters. Raises Refused unless it is plain UTF-8."""
    if headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise refused("unsupported-media-type", "Send the body without Content-Encoding.")
    media_type, _, rest = headers.get("content-type", "").partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "")
    if "charset=" in charset and "charset=utf-8" not in charset:
        raise refused("unsupported-media-type", "Send UTF-8.")
    return media_type.strip().lower()


def _exactly(mode: Mode, media_type: str, wanted: str) -> Mode:
    if media_type != wanted:
        raise refused("unsupported-media-type", TAKEN)
    return mode


def parsed(body: bytes) -> Any:
    """JSON in UTF-8 -> values. Raises Refused; null characters are refused wherever they stand."""
    if b"\\u0000" in body:
        raise refused("malformed", "Null characters (\\u0000) are not taken.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise refused("malformed", f"Not JSON in UTF-8: {error.msg} at {at}.") from None


def binary_event(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """A binary-mode request -> the CloudEvent in its JSON form; header values are percent-decoded."""
    event: dict[str, Any] = {}
    for name, value in headers.items():
        if name.startswith("ce-"):
            try:
                event[name[3:]] = unquote(_unquoted(value), errors="strict")
            except UnicodeDecodeError:
                raise refused("malformed", f"The header {name} is not percent-encoded UTF-8.") from None
    event["datacontenttype"] = headers.get("content-type", "")
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
    if _media_type(request.headers) != "application/json":
        raise refused("unsupported-media-type", "Send application/json.")
    return parsed(await whole_body(request, limit))


async def whole_body(request: Request, limit: int) -> bytes:
    """The body of a request, never more than `limit` bytes of it in memory. Raises Refused above."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


async def lines(request: Request, limit: int) -> AsyncIterator[list[bytes | None]]:
    """The lines of a stream as they arrive, some at a time, without empty ones.

    None stands for one longer than `limit` bytes: it is passed over, never held.
    """
    kept, overlong = bytearray(), False
    async for block in request.stream():
        first, *others = block.split(b"\n")
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
