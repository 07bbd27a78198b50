"""A follower: a position in the log that moves on, and an interest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.following.interest import Interest
from api.following.tail import Batch, Tail
from dossier.journal import Entry, LogUnreachable


class Follower:
    """Takes each entry it is interested in once, in order. `position` is what it has passed."""

    def __init__(self, tail: Tail, interest: Interest, position: int) -> None:
        self.interest = interest
        self.position = position
        self._tail = tail

    async def next(self) -> list[Entry] | None:
        """Wait for entries, some at a time; None when there will be none. Cancelling it loses nothing."""
        tail = self._tail
        while not tail.closed:
            if (batch := tail.batch(self.position)) is not None:
                until, kept = batch.until, await self._kept(batch)
            elif self.position < tail.position:
                page = await tail.page(self.interest, self.position)
                if page is None:
                    continue
                until, kept = page.until, page.entries
            else:
                await tail.moved()
                continue
            self.position = max(self.position, until)
            if kept:
                return kept
        return None

    async def _kept(self, batch: Batch) -> list[Entry]:
        position, interest = self.position, self.interest
        kept = [entry for entry in batch.entries if entry.position > position and interest.takes(entry)]
        while kept and interest.related_to is not None:
            try:
                relations = await batch.related()
            except LogUnreachable:
                await asyncio.sleep(0.5)
            else:
                return [entry for entry in kept if interest.related_to in relations[entry.dossier]]
        return kept


@asynccontextmanager
async def following_from(tail: Tail, interest: Interest, position: int) -> AsyncIterator[Follower]:
    """A follower, for whom the tail is kept going inside the block."""
    async with tail.watched():
        yield Follower(tail, interest, position)
