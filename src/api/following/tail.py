"""The tail: the end of the log as it grows, read once in a process and shared by all who follow there.

A follower is a position and an interest, nothing more. One that keeps up takes what the tail remembers; one that is
slow, or has just come, reads the log from its own position. So no follower has a thread, a connection or a queue.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg

from api.following.interest import Interest
from api.following.pages import Page, read_page
from dossier.journal import Entry, Journal, LogUnreachable
from dossier.journal.recorder import SQL
from projections.dossiers.relation import Related, related

BATCH_EVENTS = 200
BATCH_BYTES = 256 << 10
REMEMBERED_BYTES = 8 << 20
REMEMBERED_BATCHES = 1_000
POLL_SECONDS = 1.0
"""The longest an event waits when its notification is lost."""
PAUSE_SECONDS = 0.01
"""Between two readings: commits that come thick and fast are read, and passed on, together."""
READING_AT_ONCE = 3
"""Followers that read the log from their own position at one moment; the others wait for their turn."""
EVERYTHING_UP_TO = 1 << 62


class Batch:
    """Some consecutive entries; who is related to their dossiers is looked up once, when somebody asks."""

    def __init__(self, journal: Journal, after: int, entries: Sequence[Entry]) -> None:
        self.after = after
        self.entries = entries
        self.until = entries[-1].position
        self.size = sum(len(entry.stored) for entry in entries)
        self._journal = journal
        self._related: asyncio.Task[Related] | None = None

    async def related(self) -> Related:
        """Which organisations are related to each dossier."""
        if self._related is None or (self._related.done() and self._related.exception()):
            dossiers = [entry.dossier for entry in self.entries]
            self._related = asyncio.create_task(asyncio.to_thread(related, self._journal, dossiers))
        return await asyncio.shield(self._related)


class Tail:
    """Reads the log while somebody follows; `run` does so until it is cancelled, `close` ends all who follow."""

    def __init__(self, journal: Journal, conninfo: str, *, report: Callable[[str], None] = lambda _: None) -> None:
        self.journal = journal
        self.closed = False
        self.position = 0
        """Where the log stands, as long as somebody follows."""
        self.watchers = 0
        self._conninfo = conninfo
        self._report = report
        self._batches: deque[Batch] = deque()
        self._size = 0
        self._moved = asyncio.Event()
        self._wanted = asyncio.Event()
        self._based = asyncio.Event()
        self._turns = asyncio.Semaphore(READING_AT_ONCE)

    async def run(self) -> None:
        """Follow the log for whoever watches; after any loss of the database, go on where it was."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, application_name="dossier-tail", connect_timeout=5
                ) as connection:
                    while True:
                        await self._wanted.wait()
                        await self._follow(connection)
            except (psycopg.Error, OSError) as error:
                self._report(type(error).__name__)
                await asyncio.sleep(0.5)

    def close(self) -> None:
        """Let every follower come to an end."""
        self.closed = True
        self._based.set()
        self._wake()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Inside the block the tail follows the log."""
        self.watchers += 1
        self._wanted.set()
        try:
            await self._based.wait()
            yield
        finally:
            self.watchers -= 1
            if not self.watchers:
                self._wanted.clear()

    def batch(self, after: int) -> Batch | None:
        """The remembered batch that goes on after a position, if there is one."""
        for batch in reversed(self._batches):
            if batch.after <= after < batch.until:
                return batch
        return None

    async def page(self, interest: Interest, after: int) -> Page | None:
        """A page of the log for a follower that is behind; None when the log cannot be read now."""
        async with self._turns:
            try:
                return await asyncio.to_thread(read_page, self.journal, interest, after, BATCH_EVENTS, BATCH_BYTES)
            except LogUnreachable:
                await asyncio.sleep(0.5)
                return None

    async def moved(self) -> None:
        """Wait until the log has grown, or the tail is closed."""
        await self._moved.wait()

    async def _follow(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute("LISTEN journal")
        if not self._based.is_set():
            await self._base(connection)
        while self.watchers:
            if await self._read(connection):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
        self._based.clear()
        await connection.execute("UNLISTEN journal")

    async def _base(self, connection: psycopg.AsyncConnection[Any]) -> None:
        row = await (await connection.execute(SQL["head"])).fetchone()
        self.position = row[0] if row else 0
        self._batches.clear()
        self._size = 0
        self._based.set()

    async def _read(self, connection: psycopg.AsyncConnection[Any]) -> bool:
        """Take what the log has after what is known; whether there was anything."""
        asked = {"after": self.position, "until": EVERYTHING_UP_TO, "limit": BATCH_EVENTS, "bytes": BATCH_BYTES}
        rows = await (await connection.execute(SQL["feed"], asked | {"types": None, "agencies": None})).fetchall()
        if rows:
            self._remember(Batch(self.journal, self.position, [Entry(*row) for row in rows]))
        return bool(rows)

    def _remember(self, batch: Batch) -> None:
        self._batches.append(batch)
        self._size += batch.size
        while self._size > REMEMBERED_BYTES or len(self._batches) > REMEMBERED_BATCHES:
            self._size -= self._batches.popleft().size
        self.position = batch.until
        self._wake()

    def _wake(self) -> None:
        self._moved.set()
        if not self.closed:
            self._moved = asyncio.Event()


@asynccontextmanager
async def following(tail: Tail) -> AsyncIterator[None]:
    """The tail runs inside the block; whoever follows at its end comes to an end too."""
    task = asyncio.create_task(tail.run(), name="tail")
    try:
        yield
    finally:
        tail.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
