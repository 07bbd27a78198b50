"""The ledger: what the dispatcher knows and notes of deliveries, over one connection of its own.

Each note is one statement, and need not be on disk at once: a note lost with the machine makes an event be delivered
again, under the same `webhook-id`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from api.webhooks.delivery import Waiting
from api.webhooks.store import SQL
from api.webhooks.subscription import Subscription

KEPT_DAYS = 30
MOST_WAITING = 100
"""Deliveries of a subscription that may wait for another attempt; then new events wait in the log."""


class Ledger:
    """Reads and writes for whoever delivers."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection

    async def prepare(self) -> None:
        """Commit without waiting for the disk."""
        await self._connection.execute("SET synchronous_commit = off")

    async def active(self) -> list[Subscription]:
        """The subscriptions to deliver for."""
        async with self._connection.cursor(row_factory=class_row(Subscription)) as cursor:
            return await (await cursor.execute(SQL["active"])).fetchall()

    async def waiting(self, subscription: UUID) -> list[Waiting]:
        """What is to be tried again, the first due first."""
        asked = {"id": subscription, "limit": 2 * MOST_WAITING}
        rows = await (await self._connection.execute(SQL["waiting"], asked)).fetchall()
        return [Waiting(*row) for row in rows]

    async def settle(self, subscription: UUID, attempts: list[dict[str, Any]], **found: Any) -> None:
        """Note an attempt."""
        await self._connection.execute(SQL["settle"], found | {"id": subscription, "attempts": Jsonb(attempts)})

    async def passed(self, subscription: UUID, position: int) -> None:
        """Note up to where there was nothing to deliver."""
        await self._connection.execute(SQL["pass"], {"id": subscription, "position": position})

    async def succeeded_since(self, subscription: UUID, since: datetime) -> bool:
        """Whether anything was delivered since an instant."""
        asked = {"id": subscription, "since": since}
        row = await (await self._connection.execute(SQL["succeeded_since"], asked)).fetchone()
        return bool(row and row[0])

    async def disable(self, subscription: UUID, reason: str) -> None:
        """Deliver no more."""
        await self._connection.execute(SQL["disable"], {"id": subscription, "reason": reason})

    async def forget(self) -> None:
        """Drop what was done long ago from the delivery log."""
        await self._connection.execute(SQL["forget"], {"days": KEPT_DAYS})
