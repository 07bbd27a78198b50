"""A courier: delivers for one subscription. What is slow or broken at its endpoint holds up nobody else.

New events are tried in the order of the log, one after the other. One that fails is tried again beside them, by the
schedule: so a receiver that needs the order goes by `position`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import httpx

from api.following.follower import Follower, following_from
from api.following.retelling import Retold
from api.following.tail import Tail
from api.metrics import ATTEMPTS
from api.webhooks.delivery import REMEMBERED, Waiting
from api.webhooks.ledger import MOST_WAITING, Ledger
from api.webhooks.message import message
from api.webhooks.schedule import next_attempt
from api.webhooks.sealing import Seal, Unreadable
from api.webhooks.sending import Answer, Sender
from api.webhooks.subscription import Subscription
from dossier.agencies import Agency
from dossier.journal import Entry

IDLE_SECONDS = 10.0
"""How long a courier without work waits before it notes how far it has come."""
STRETCH = 1_000
"""Positions without anything to deliver after which it notes that too."""
ROOM_SECONDS = 1.0


class Ended(Exception):
    """There is nothing more to deliver for."""


class Means(NamedTuple):
    """What all couriers share."""

    tail: Tail
    ledger: Ledger
    sender: Sender
    seal: Seal
    clock: Callable[[], datetime]
    agencies: Callable[[], Mapping[str, Agency]]


class Courier:
    """Delivers until its subscription is disabled, or it is cancelled."""

    def __init__(self, subscription: Subscription, means: Means) -> None:
        self.subscription = subscription
        self.waiting = 0
        self._means = means
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Look again at what is due."""
        self._nudged.set()

    async def run(self) -> None:
        """New events and retries, side by side."""
        async with self._means.sender.client() as client:
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._follow(client))
                    both.create_task(self._retry(client))
            except* Ended:
                pass

    async def _follow(self, client: httpx.AsyncClient) -> None:
        noted = self.subscription.position
        async with following_from(self._means.tail, self.subscription.interest, noted) as follower:
            while True:
                entries = await within(IDLE_SECONDS, follower.next())
                for entry in entries or ():
                    while self.waiting >= MOST_WAITING:
                        await asyncio.sleep(ROOM_SECONDS)
                    await self._attempt(client, entry, None)
                    noted = entry.position
                if self._means.tail.closed:
                    raise Ended
                noted = await self._note(follower, noted, idle=entries is None)

    async def _note(self, follower: Follower, noted: int, *, idle: bool) -> int:
        if follower.position - noted < (1 if idle else STRETCH):
            return noted
        await self._means.ledger.passed(self.subscription.id, follower.position)
        return follower.position

    async def _retry(self, client: httpx.AsyncClient) -> None:
        while True:
            self._nudged.clear()
            waiting = await self._means.ledger.waiting(self.subscription.id)
            self.waiting = len(waiting)
            now = self._means.clock()
            due = [one for one in waiting if one.due_at <= now]
            for one in due:
                entry = await asyncio.to_thread(self._means.tail.journal.at, one.position)
                assert entry is not None, "the log forgets nothing"
                await self._attempt(client, entry, one)
            if not due:
                pause = (waiting[0].due_at - now).total_seconds() if waiting else None
                await within(pause, self._nudged.wait())

    async def _attempt(self, client: httpx.AsyncClient, entry: Entry, before: Waiting | None) -> None:
        subscription, at = self.subscription, self._means.clock()
        secrets = opened(self._means.seal, subscription, at)
        if not secrets:
            await self._disable("secret-unreadable")
        retold = Retold(self._means.agencies(), subscription.agency)
        told = message(subscription.id, entry, secrets, at, retold)
        answer = await self._means.sender.send(client, subscription.url, told)
        ATTEMPTS.labels("delivered" if answer.accepted else "failed").inc()
        await self._settle(entry, before, answer)

    async def _settle(self, entry: Entry, before: Waiting | None, answer: Answer) -> None:
        """Note what came of an attempt; disable what is gone, or failed to the end while nothing else got through."""
        now = self._means.clock()
        first_at = before.first_at if before else now
        failures = 0 if answer.accepted else (before.failures if before else 0) + 1
        due = None if answer.accepted else next_attempt(failures, now, answer.retry_after)
        reason = None
        if answer.gone:
            reason = "gone"
        elif failures and due is None and not await self._means.ledger.succeeded_since(self.subscription.id, first_at):
            reason = "failing"
        if reason:
            due = now  # once it is activated again
        status = "delivered" if answer.accepted else "waiting" if due else "failed"
        attempts = [*(before.attempts if before else ()), noted(answer, now)][-REMEMBERED:]
        await self._means.ledger.settle(
            self.subscription.id, attempts, position=entry.position, type=entry.type, status=status,
            failures=failures, first_at=first_at, at=now, due_at=due,
        )  # fmt: skip
        if reason:
            await self._disable(reason)
        if status == "waiting" and before is None:
            self.waiting += 1
            self.nudge()

    async def _disable(self, reason: str) -> None:
        await self._means.ledger.disable(self.subscription.id, reason)
        raise Ended


def opened(seal: Seal, subscription: Subscription, at: datetime) -> list[str]:
    """The secrets to sign by; none when the newest cannot be read. One before it that cannot be is left out."""
    secrets: list[str] = []
    for sealed in subscription.secrets(at):
        try:
            secrets.append(seal.open(subscription.id, sealed))
        except Unreadable:
            break
    return secrets


def noted(answer: Answer, at: datetime) -> dict[str, Any]:
    """An attempt as the delivery log keeps it."""
    return {"at": at.isoformat(), "status": answer.status, "error": answer.error, "milliseconds": answer.milliseconds}


async def within(seconds: float | None, awaited: Any) -> Any:
    """What is awaited, or None when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await awaited
    except TimeoutError:
        return None
