"""What a courier makes of endpoints that fail for long: the days of the schedule pass by a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.posting import HUB, INNOVIRIS, cloud_event, post

from api.following.tail import Tail, following
from api.webhooks.courier import Courier, Means
from api.webhooks.ledger import MOST_WAITING, Ledger
from api.webhooks.message import Message
from api.webhooks.schedule import BACK_OFF
from api.webhooks.sealing import Seal
from api.webhooks.sending import Answer, Sender
from api.webhooks.store import Subscriptions
from api.webhooks.subscription import Subscription, Wanted
from dossier.database.connections import Database
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id

OK = Answer(204, None, 1)
FAILED = Answer(500, "it refused", 1)
GONE = Answer(410, "it refused", 1)


class Scripted:
    """In place of the sender: answers as a test says, by the position of the event."""

    def __init__(self, answer: Callable[[int], Answer]) -> None:
        self.answer = answer
        self.sent: list[int] = []

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient()

    async def send(self, client: httpx.AsyncClient, url: str, message: Message) -> Answer:
        self.sent.append(int(message.headers["webhook-id"].rpartition("_")[2]))
        await asyncio.sleep(0)
        return self.answer(self.sent[-1])


class World:
    """A log with one subscription, the courier that delivers for it, and a clock."""

    def __init__(self, log: Log, data: Path) -> None:
        self.log = log
        self.seal = Seal(data)
        self.subscriptions = Subscriptions(log.journal, self.seal)
        asked = Wanted(url="https://receiver.example/", after="0")
        self.id: UUID = self.subscriptions.add(uuid4(), "hub", asked)[0].id
        self.passed = timedelta()
        self.courier: Courier | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    @property
    def subscription(self) -> Subscription:
        return self.subscriptions.one(self.id, "hub")

    def log_of(self, status: str | None = None) -> list[Any]:
        return self.subscriptions.deliveries(self.id, "hub", None, status)[0]

    @asynccontextmanager
    async def delivering(self, sender: Scripted) -> AsyncIterator[asyncio.Task[None]]:
        """A courier at work inside the block."""
        tail = Tail(self.log.journal, self.log.database.app)
        async with (
            following(tail),
            await psycopg.AsyncConnection.connect(self.log.database.app, autocommit=True) as connection,
        ):
            means = Means(
                tail, Ledger(connection), cast(Sender, sender), self.seal, self.now, lambda: self.log.agencies
            )
            self.courier = Courier(self.subscription, means)
            task = asyncio.create_task(self.courier.run())
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.passed += time
        assert self.courier is not None
        self.courier.nudge()


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    with running_log(database) as log:
        log.register(HUB, INNOVIRIS)
        yield World(log, tmp_path)


def fill(world: World, count: int) -> UUID:
    dossier = new_dossier_id()
    events = [cloud_event("contact-made", {"channel": "phone"}, dossier) for _ in range(count - 1)]
    post(world.log, cloud_event("dossier-opened", {}, dossier), *events)
    return dossier


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def until_tried(world: World, times: int) -> None:
    """Wait until the first event has been tried so many times."""
    await until(lambda: [len(one.attempts) for one in world.log_of()[-1:]] == [times])


def run(steps: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(cast(Any, steps()))


def test_an_endpoint_that_fails_to_the_end_of_the_schedule_is_disabled(world: World) -> None:
    fill(world, 1)
    sender = Scripted(lambda position: FAILED)

    async def steps() -> None:
        async with world.delivering(sender) as task:
            for failures, wait in enumerate(BACK_OFF, 1):
                await until_tried(world, failures)
                assert world.subscription.status == "active"
                world.wait(timedelta(seconds=wait * 1.2))
            await asyncio.wait_for(task, 20)

    run(steps)
    assert (world.subscription.status, world.subscription.reason) == ("disabled", "failing")
    assert len(sender.sent) == len(BACK_OFF) + 1
    [kept] = world.log_of("waiting")
    assert len(kept.attempts) == len(BACK_OFF) + 1, "it is kept for the day of its activation"


def test_an_event_that_alone_fails_to_the_end_is_given_up_alone(world: World) -> None:
    dossier = fill(world, 2)
    sender = Scripted(lambda position: FAILED if position == 1 else OK)

    async def steps() -> None:
        async with world.delivering(sender):
            await until(lambda: len(world.log_of()) == 2)
            for failures, wait in enumerate(BACK_OFF, 2):
                world.wait(timedelta(seconds=wait * 1.2))
                await until_tried(world, failures)
            await asyncio.to_thread(post, world.log, cloud_event("contact-made", {"channel": "mail"}, dossier))
            await until(lambda: len(world.log_of("delivered")) == 2)

    run(steps)
    assert world.subscription.status == "active"
    assert [one.position for one in world.log_of("failed")] == ["1"]


def test_a_dead_endpoint_does_not_heap_up_what_waits(world: World) -> None:
    """Beyond so many, new events wait in the log, and come when it lives again: each once, none left out."""
    fill(world, MOST_WAITING + 30)
    dead = Scripted(lambda position: FAILED)
    alive = Scripted(lambda position: OK)

    async def steps() -> None:
        async with world.delivering(dead):
            await until(lambda: len(dead.sent) == MOST_WAITING)
            await asyncio.sleep(0.3)
            assert len(dead.sent) == MOST_WAITING
        async with world.delivering(alive):
            world.wait(timedelta(seconds=10))
            await until(lambda: len(alive.sent) == MOST_WAITING + 30)

    run(steps)
    assert dead.sent == list(range(1, MOST_WAITING + 1)), "first attempts follow the log"
    assert sorted(alive.sent) == list(range(1, MOST_WAITING + 31))
    assert world.log_of("waiting") == []


def test_a_courier_goes_on_where_the_one_before_it_stopped(world: World) -> None:
    fill(world, 5)
    first, second = Scripted(lambda position: OK), Scripted(lambda position: OK)

    async def steps() -> None:
        async with world.delivering(first):
            await until(lambda: world.subscription.position == 5)
        await asyncio.to_thread(fill, world, 3)
        async with world.delivering(second):
            await until(lambda: world.subscription.position == 8)

    run(steps)
    assert (first.sent, second.sent) == ([1, 2, 3, 4, 5], [6, 7, 8])


def test_gone_keeps_the_event_for_the_day_of_activation(world: World) -> None:
    fill(world, 3)
    gone, alive = Scripted(lambda position: GONE), Scripted(lambda position: OK)

    async def steps() -> None:
        async with world.delivering(gone) as task:
            await asyncio.wait_for(task, 20)
        assert world.subscription.reason == "gone"
        await asyncio.to_thread(world.subscriptions.activate, world.id, "hub")
        async with world.delivering(alive):
            await until(lambda: len(alive.sent) == 3)

    run(steps)
    assert gone.sent == [1]
    assert sorted(alive.sent) == [1, 2, 3]


def test_a_secret_that_cannot_be_read_any_more_disables_until_a_rotation(world: World, tmp_path: Path) -> None:
    fill(world, 1)
    sender = Scripted(lambda position: OK)
    world.seal = Seal(tmp_path / "another")

    async def steps() -> None:
        async with world.delivering(sender) as task:
            await asyncio.wait_for(task, 20)
        assert sender.sent == [], "nothing is sent unsigned"
        assert world.subscription.reason == "secret-unreadable"
        keyed = Subscriptions(world.log.journal, world.seal)
        await asyncio.to_thread(keyed.rotate, world.id, "hub", world.now())
        await asyncio.to_thread(keyed.activate, world.id, "hub")
        async with world.delivering(sender):
            await until(lambda: sender.sent == [1])

    run(steps)
