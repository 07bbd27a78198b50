"""The tail and its followers: whoever comes when, and however slowly, takes each entry once and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.posting import FINANCE, HUB, INNOVIRIS, cloud_event, post

from api.following import tail as tail_module
from api.following.follower import Follower, following_from
from api.following.interest import EVERYTHING, Interest
from api.following.pages import read_page
from api.following.tail import Tail, following
from dossier.database.connections import Database
from dossier.journal import Entry
from dossier.log import Log, running_log
from dossier.writing.registration import new_dossier_id
from projections.dossiers.relation import related

CONTACT, PHASE = "brussels.dossier.contact-made.v1", "brussels.dossier.phase-declared.v1"
OURS = "application_name = 'dossier-tail' AND datname = current_database()"
INTERESTS = [
    EVERYTHING,
    Interest(types=(CONTACT,)),
    Interest(agencies=("innoviris",)),
    Interest(types=(PHASE, CONTACT), agencies=("hub",)),
    Interest(related_to="innoviris"),
    Interest(types=(CONTACT,), related_to="hub"),
    Interest(agencies=("finance",)),
]


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    with running_log(database) as log:
        log.register(HUB, INNOVIRIS, FINANCE)
        yield log


def fill(log: Log, random: Random, dossiers: list[UUID], count: int) -> None:
    """Some events by two agencies on some dossiers."""
    for agency in (HUB, INNOVIRIS):
        mine = dossiers if agency is HUB else dossiers[::2]
        events = [
            cloud_event("contact-made", {"channel": "phone"}, random.choice(mine), agency)
            if random.random() < 0.7
            else cloud_event("phase-declared", {"phase": "creation"}, random.choice(mine), agency)
            for _ in range(count)
        ]
        post(log, *events, agency=agency)


def opened(log: Log, count: int) -> list[UUID]:
    dossiers = [new_dossier_id() for _ in range(count)]
    post(log, *[cloud_event("dossier-opened", {}, dossier) for dossier in dossiers])
    return dossiers


def expected(log: Log, interest: Interest, after: int) -> list[int]:
    entries = log.journal.feed(after, 1 << 40, 1 << 20)
    relations = related(log.journal, {entry.dossier for entry in entries})
    return [
        entry.position
        for entry in entries
        if interest.takes(entry) and (interest.related_to is None or interest.related_to in relations[entry.dossier])
    ]


@pytest.mark.parametrize("remembered", [8 << 20, 2_000], ids=["all-remembered", "hardly-anything-remembered"])
def test_every_follower_takes_what_it_asked_for_once_in_order(
    log: Log, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(tail_module, "REMEMBERED_BYTES", remembered)
    monkeypatch.setattr(tail_module, "BATCH_EVENTS", 7)
    random = Random(20261123)
    dossiers = opened(log, 6)
    fill(log, random, dossiers, 20)
    taken: list[tuple[Interest, int, list[int]]] = []

    async def follow(tail: Tail, interest: Interest, after: int, pace: float) -> None:
        positions: list[int] = []
        taken.append((interest, after, positions))
        async with following_from(tail, interest, after) as follower:
            while entries := await follower.next():
                positions += [entry.position for entry in entries]
                await asyncio.sleep(pace)

    async def steps() -> None:
        tail = Tail(log.journal, log.database.app)
        async with following(tail), asyncio.TaskGroup() as followers:
            for turn in range(4):
                for interest in INTERESTS:
                    after = random.choice([0, 1, 25, log.journal.head().position])
                    followers.create_task(follow(tail, interest, after, random.choice([0, 0, 0.02])))
                await asyncio.to_thread(fill, log, random, dossiers, 15 * turn)
            async with asyncio.timeout(30):
                while not all(done(log, *one) for one in taken):
                    await asyncio.sleep(0.05)
            tail.close()

    asyncio.run(steps())
    assert len(taken) == 4 * len(INTERESTS)
    for interest, after, positions in taken:
        assert positions == expected(log, interest, after), interest


def done(log: Log, interest: Interest, after: int, positions: list[int]) -> bool:
    return len(positions) >= len(expected(log, interest, after))


def listening(log: Log) -> list[Any]:
    query = "SELECT query FROM pg_stat_activity WHERE " + OURS
    with psycopg.connect(log.database.app) as connection:
        return [row[0] for row in connection.execute(query)]


def test_while_nobody_follows_the_tail_reads_nothing(log: Log) -> None:
    async def steps() -> None:
        tail = Tail(log.journal, log.database.app)
        async with following(tail):
            await asyncio.to_thread(opened, log, 3)
            async with following_from(tail, EVERYTHING, 0) as follower:
                assert await positions(follower, 3) == [1, 2, 3]
            async with asyncio.timeout(10):
                while "UNLISTEN journal" not in await asyncio.to_thread(listening, log):
                    await asyncio.sleep(0.05)
            await asyncio.to_thread(opened, log, 3)
            assert tail.position == 3, "it was not read on"
            async with following_from(tail, EVERYTHING, 2) as follower:
                assert await positions(follower, 4) == [3, 4, 5, 6]

    asyncio.run(steps())


def test_a_lost_connection_loses_and_repeats_nothing(log: Log) -> None:
    lost: list[str] = []

    async def steps() -> None:
        tail = Tail(log.journal, log.database.app, report=lost.append)
        async with following(tail), following_from(tail, EVERYTHING, 0) as follower:
            await asyncio.to_thread(opened, log, 2)
            assert await positions(follower, 2) == [1, 2]
            await asyncio.to_thread(cut, log)
            await asyncio.to_thread(opened, log, 2)
            assert await positions(follower, 2) == [3, 4]

    asyncio.run(steps())
    assert len(lost) == 1


def cut(log: Log) -> None:
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + OURS
    with psycopg.connect(log.database.app) as connection:
        assert connection.execute(query).fetchall() == [(True,)]


async def positions(follower: Follower, count: int) -> list[int]:
    found: list[Entry] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found += await follower.next() or []
    return [entry.position for entry in found]


def test_a_page_holds_no_more_bytes_than_asked(log: Log) -> None:
    opened(log, 20)
    size = len(log.journal.feed(0, 1, 1)[0].stored)
    page = read_page(log.journal, EVERYTHING, 0, 100, size * 3)
    assert [entry.position for entry in page.entries] == [1, 2, 3]
    assert (page.until, page.head) == (3, 20)
    assert read_page(log.journal, EVERYTHING, 0, 100, 1).until == 1, "one event at the least"


def test_a_narrowed_page_passes_over_a_stretch_and_says_how_far_it_has_come(log: Log) -> None:
    opened(log, 50)
    page = read_page(log.journal, Interest(agencies=("finance",)), 0, 2)
    assert (page.entries, page.until) == ([], 40)
    assert read_page(log.journal, Interest(agencies=("finance",)), page.until, 2).until == 50
