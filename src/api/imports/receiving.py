"""Receiving: the file and the mapping out of a request, raw or as a form; the file goes to disk, never into memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.imports.uploads import Receiving
from dossier.refusals import Refused, refused

FORM = "multipart/form-data"
RAW = (
    "text/csv",
    "application/x-ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
BLOCK = 1 << 20
MAPPING_BYTES = 1 << 18
TOO_LONG = "exceeded maximum size"
"""What the parser says of a field that is longer than it may be, and of nothing else."""
MARGIN = 1 << 20
"""Bytes a form may have beside its file."""


class Sent(NamedTuple):
    """What came with a file: the mapping by name or in YAML, and whether to rehearse."""

    mapping: str | None
    dry_run: str | None
    digest: bytes


async def receive(request: Request, into: Receiving, limit: int) -> Sent:
    """Take the file of a request, of `limit` bytes at the most. Raises Refused, and then nothing is kept."""
    try:
        sent = await _received(request, into, limit)
    except BaseException:
        into.drop()
        raise
    if into.size == 0:
        into.drop()
        raise refused("invalid", "The file is empty.", ("/file", "a file is needed"))
    return sent


async def _received(request: Request, into: Receiving, limit: int) -> Sent:
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise refused("unsupported-encoding", "Send the file without Content-Encoding: it is kept as it comes.")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == FORM:
        return await _form(request, into, limit)
    if media_type not in RAW:
        raise refused("unsupported-media-type", f"Send {FORM}, or the file itself as {', '.join(RAW)}.")
    _refuse_announced(request, limit)
    async for block in request.stream():
        if into.size + len(block) > limit:
            raise _too_large(limit)
        await asyncio.to_thread(into.write, block)
    return Sent(None, None, await asyncio.to_thread(into.keep))


async def _form(request: Request, into: Receiving, limit: int) -> Sent:
    _refuse_announced(request, limit + MARGIN)
    counted = Request(request.scope, _counting(request, limit + MARGIN))
    async with _fields(counted) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise refused("invalid", "The form has no file.", ("/file", "a part named `file`, with a filename"))
        mapping, dry_run = await _text(form.get("mapping")), await _text(form.get("dry_run"))
        while block := await file.read(BLOCK):
            if into.size + len(block) > limit:
                raise _too_large(limit)
            await asyncio.to_thread(into.write, block)
    return Sent(mapping, dry_run, await asyncio.to_thread(into.keep))


@asynccontextmanager
async def _fields(request: Request) -> AsyncIterator[FormData]:
    """The parts of a form. One without a filename is kept in memory: it is the mapping, or shorter than any."""
    try:
        form = await request.form(max_files=2, max_fields=8, max_part_size=MAPPING_BYTES)
    except HTTPException as error:
        if TOO_LONG not in str(error.detail):
            raise
        raise mapping_too_large() from None
    try:
        yield form
    finally:
        await form.close()


async def _text(part: UploadFile | str | None) -> str | None:
    """A field, or a part sent as a file (a mapping is one, to most clients)."""
    if not isinstance(part, UploadFile):
        if part is not None and len(part.encode()) > MAPPING_BYTES:
            raise mapping_too_large()
        return part
    block = await part.read(MAPPING_BYTES + 1)
    if len(block) > MAPPING_BYTES:
        raise mapping_too_large()
    try:
        return block.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("malformed", "The mapping is not UTF-8.") from None


def mapping_too_large() -> Refused:
    """The refusal of a mapping that is longer than any needs to be."""
    said = f"A mapping has at most {MAPPING_BYTES} bytes: long lists of its own words go to PUT /v1/vocabularies."
    return refused("too-large", said, ("/mapping", f"at most {MAPPING_BYTES} bytes"))


def _counting(request: Request, limit: int) -> Any:
    """The messages of a request, until they hold more than `limit` bytes."""
    size = 0

    async def receive() -> Any:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise _too_large(limit)
        return message

    return receive


def _refuse_announced(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Refused:
    return refused(
        "too-large", f"At most {limit} bytes: GET /v1/limits. Divide the file; its header goes on each part."
    )
