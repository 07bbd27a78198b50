"""The stream: a follower's entries as server-sent events, until either end has had enough."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, cast

import orjson
from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from api.answers.persons import shown_with_persons
from api.following.follower import Follower, following_from
from api.following.interest import Interest
from api.following.retelling import Retold
from api.following.sight import shown
from api.following.tail import Tail
from api.metrics import FOLLOWERS
from api.reader import Reader
from dossier.journal import Entry, LogUnreachable
from dossier.refusals import Refused

HEARTBEAT_SECONDS = 15
HEARTBEAT = b": heartbeat\n"
"""A comment without an empty line after it: that would end an event, and some clients would see an empty one."""
OPENING = b": the log, in its order\nretry: 2000\n"
STALLED_SECONDS = 60
"""A client that has taken nothing for so long is cut off: it goes on from its `Last-Event-ID` when it comes back."""
LONGEST_SECONDS = 3_600
"""Then the stream ends, and the client comes back with its token: a token that has expired follows no longer."""
GRACE_SECONDS = 5
"""On shutdown the closed tail ends the frames, and with them the answer; only then the library would cut it off."""
CHUNK_BYTES = 64 << 10


class Stream(EventSourceResponse):
    """The response; one whose client has stalled ends without a word."""

    def __init__(self, frames: AsyncIterator[bytes]) -> None:
        super().__init__(
            frames,
            ping=HEARTBEAT_SECONDS,
            ping_message_factory=cast(Any, lambda: HEARTBEAT),  # bytes are sent as they are
            sep="\n",
            send_timeout=STALLED_SECONDS,
            shutdown_grace_period=GRACE_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One client."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            return


async def frames(
    tail: Tail, interest: Interest, position: int, reads: Reader, retold: Callable[[], Retold], *, persons: bool
) -> AsyncIterator[bytes]:
    """What follows a position, as it comes; ends when the tail is closed, or has been long enough.

    `retold` is asked for each time: organisations merge, and publish vocabularies, while a stream is open.
    """
    ends = time.monotonic() + LONGEST_SECONDS * random.uniform(0.9, 1.0)  # noqa: S311 - so that not all return at once
    with FOLLOWERS.track_inprogress():
        yield OPENING
        async with following_from(tail, interest, position) as follower:
            while entries := await _before(ends, follower):
                told = await _told(tail, entries, reads, retold(), persons=persons)
                for chunk in chunks(told):
                    yield chunk


async def _before(ends: float, follower: Follower) -> list[Entry] | None:
    try:
        async with asyncio.timeout(max(0.0, ends - time.monotonic())):
            return await follower.next()
    except TimeoutError:
        return None


async def _told(tail: Tail, entries: Sequence[Entry], reads: Reader, retold: Retold, *, persons: bool) -> list[bytes]:
    if not persons:
        return [frame(entry, retold.event(shown(entry))) for entry in entries]
    while True:
        try:
            told = await asyncio.to_thread(shown_with_persons, tail.journal, entries, reads)
        except (LogUnreachable, Refused):  # what cannot be recorded as read is not sent yet
            await asyncio.sleep(0.5)
        else:
            return [frame(entry, retold.event(event)) for entry, event in zip(entries, told, strict=True)]


def frame(entry: Entry, event: dict[str, Any]) -> bytes:
    """One server-sent event: `id` is the position, `event` the type, `data` the CloudEvent."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (entry.position, entry.type.encode(), orjson.dumps(event))


def chunks(told: Sequence[bytes]) -> list[bytes]:
    """Frames put together into pieces that are sent at once: whole frames, and little more than CHUNK_BYTES."""
    made: list[bytes] = []
    waiting: list[bytes] = []
    size = 0
    for one in told:
        waiting.append(one)
        size += len(one)
        if size >= CHUNK_BYTES:
            made.append(b"".join(waiting))
            waiting, size = [], 0
    return [*made, b"".join(waiting)] if waiting else made
