"""Streaming: a stream of events written chunk after chunk while the rest of it arrives."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from api.protocol import cloudevents
from api.protocol.items import read_line, result
from api.service import Service
from dossier.agencies import Agency
from dossier.refusals import Refused
from dossier.writing import Outcome, Submission
from dossier.writing.command import Item
from dossier.writing.writer import now

CHUNKS_AT_ONCE = 5
"""Chunks of a stream that wait to be written while the next is read: more would only hold memory."""
BUSY_SECONDS = 0.05


async def take_stream(request: Request, srv: Service, agency: Agency) -> Response:
    """Write chunk after chunk while the rest arrives. Results wait in a file, so that memory stays flat and a client
    that reads only after it has sent everything is never blocked."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        await _taken(request, srv, agency, spool)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return StreamingResponse(_sent(spool), media_type=cloudevents.STREAM)


async def _taken(request: Request, srv: Service, agency: Agency, spool: Any) -> None:
    """Write a stream, its results to a file. Where it cannot be read any further, the last result says so, under the
    index of the first item that was not taken. Raises Refused when nothing of it was."""
    writing: deque[tuple[int, int, Future[list[Outcome]]]] = deque()
    index, broken = 0, []
    try:
        async for chunk in _chunks(request, srv):
            while seconds := srv.rates.wait(agency.id, "events", len(chunk)):
                await asyncio.sleep(seconds)
            items = await asyncio.to_thread(_read_lines, chunk, agency)
            writing.append((index, len(items), await _submitted(srv, agency, items)))
            index += len(items)
            if len(writing) == CHUNKS_AT_ONCE:
                await _spooled(spool, *writing.popleft())
    except Refused as error:
        if not index:
            raise
        broken = [error.refusal]
    while writing:
        await _spooled(spool, *writing.popleft())
    await asyncio.to_thread(_write_results, spool, index, broken)


async def _chunks(request: Request, srv: Service) -> AsyncIterator[list[bytes | None]]:
    chunk: list[bytes | None] = []
    size = 0
    async for lines in cloudevents.lines(request, srv.limits.event_bytes):
        chunk += lines
        size += sum(len(line or b"") for line in lines)
        if len(chunk) >= srv.limits.stream_chunk_events or size >= srv.limits.event_bytes:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _read_lines(chunk: Sequence[bytes | None], agency: Agency) -> list[Item]:
    instant = now()
    return [read_line(line, agency, instant) for line in chunk]


async def _submitted(srv: Service, agency: Agency, items: list[Item]) -> Future[list[Outcome]]:
    """Queue a chunk; when the queue is full the stream waits, and with it whoever sends."""
    while True:
        try:
            return srv.log.submit(agency, Submission(items))
        except Refused as error:
            if error.refusal.slug != "overloaded":
                raise
            await asyncio.sleep(BUSY_SECONDS)


async def _spooled(spool: Any, index: int, count: int, ticket: Future[list[Outcome]]) -> None:
    try:
        outcomes = await asyncio.wrap_future(ticket)
    except Refused as error:
        outcomes = [error.refusal] * count
    await asyncio.to_thread(_write_results, spool, index, outcomes)


def _write_results(spool: Any, index: int, outcomes: Sequence[Outcome]) -> None:
    spool.write(b"".join(orjson.dumps(result(i, o)) + b"\n" for i, o in enumerate(outcomes, index)))


async def _sent(spool: Any) -> AsyncIterator[bytes]:
    try:
        while block := await asyncio.to_thread(spool.read, 1 << 18):
            yield block
    finally:
        spool.close()
