"""The dispatcher: a courier for each active subscription, in one process at a time, started again after any failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from api.following.tail import Tail
from api.metrics import COURIERS, UNDELIVERED
from api.webhooks.courier import Courier, Means
from api.webhooks.ledger import Ledger
from api.webhooks.sealing import Seal
from api.webhooks.sending import Sender
from api.webhooks.store import SQL
from dossier.agencies import Agency

RELOAD_SECONDS = 5.0
"""The longest a change of subscriptions waits when its notification is lost."""
STAND_BY_SECONDS = 1.0
FORGET_SECONDS = 3_600


def utc_now() -> datetime:
    """The clock of deliveries."""
    return datetime.now(UTC)


class Dispatcher:
    """Owns the couriers. Of several servers on one database one dispatches; the others stand by."""

    def __init__(
        self,
        conninfo: str,
        tail: Tail,
        sender: Sender,
        seal: Seal,
        agencies: Callable[[], Mapping[str, Agency]],
        *,
        report: Callable[[str, str], None],
    ) -> None:
        self._conninfo = conninfo
        self._tail = tail
        self._sender = sender
        self._seal = seal
        self._agencies = agencies
        self._report = report
        self._couriers: dict[UUID, tuple[Courier, asyncio.Task[None]]] = {}
        self._forgotten = -float("inf")

    async def run(self) -> None:
        """Lead when nobody does, and dispatch; after any loss of the database, try again."""
        while True:
            try:
                async with await self._connect() as control, await self._connect() as work:
                    while not await _leads(control):
                        await asyncio.sleep(STAND_BY_SECONDS)
                    await self._dispatch(control, Ledger(work))
            except (psycopg.Error, OSError) as error:
                self._report("dispatcher lost the database", type(error).__name__)
            finally:
                await self._dismiss(list(self._couriers))
            await asyncio.sleep(0.5)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, application_name="dossier-dispatcher", connect_timeout=5
        )

    async def _dispatch(self, control: psycopg.AsyncConnection[Any], ledger: Ledger) -> None:
        await control.execute(SQL["listen"])
        await ledger.prepare()
        while True:
            await self._keep(ledger)
            async for _ in control.notifies(timeout=RELOAD_SECONDS, stop_after=1):
                pass

    async def _keep(self, ledger: Ledger) -> None:
        """A courier for each active subscription, with what is known of it now."""
        active = {one.id: one for one in await ledger.active()}
        for _, task in self._couriers.values():
            if task.done() and not task.cancelled() and (error := task.exception()):
                self._report("courier failed and is started again", type(error).__name__)
        await self._dismiss([key for key, (_, task) in self._couriers.items() if key not in active or task.done()])
        means = Means(self._tail, ledger, self._sender, self._seal, utc_now, self._agencies)
        for key, subscription in active.items():
            if key not in self._couriers:
                courier = Courier(subscription, means)
                self._couriers[key] = courier, asyncio.create_task(courier.run(), name=f"courier {key}")
            elif not self._couriers[key][0].subscription.same_order(subscription):
                self._couriers[key][0].subscription = subscription
            self._couriers[key][0].nudge()
        COURIERS.set(len(self._couriers))
        UNDELIVERED.set(sum(courier.waiting for courier, _ in self._couriers.values()))
        if time.monotonic() - self._forgotten > FORGET_SECONDS:
            await ledger.forget()
            self._forgotten = time.monotonic()

    async def _dismiss(self, keys: list[UUID]) -> None:
        tasks = [self._couriers.pop(key)[1] for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _leads(connection: psycopg.AsyncConnection[Any]) -> bool:
    row = await (await connection.execute(SQL["lead"])).fetchone()
    return bool(row and row[0])


@asynccontextmanager
async def dispatching(dispatcher: Dispatcher) -> AsyncIterator[None]:
    """The dispatcher runs inside the block; what is on its way at its end is sent again by the next."""
    task = asyncio.create_task(dispatcher.run(), name="dispatcher")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
