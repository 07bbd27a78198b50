"""Following: how soon a thousand streams, and a webhook's endpoint, have an event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import orjson
import psycopg
import uvloop

from benchmarks import load
from benchmarks.events import event
from benchmarks.house import House, bare_fan, house, serving
from benchmarks.row import Row, percentile, row

FOLLOWERS = 1_000
RATE = 50.0
STRUCTURED = "application/cloudevents+json"
ANSWER = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


def fan_out(*, quick: bool) -> list[Row]:
    """From an event's recorded time until the last of a thousand idle followers has it."""
    count, runs, run = (10 if quick else 30), 3, uuid4().hex[:8]
    with house() as at:
        ours, bare = [], []
        with serving(at.data, projecting=False) as port, bare_fan() as empty:
            posts = [
                load.post("/v1/events", event(run, number, 0), STRUCTURED, at.agency)
                for number in range(count * runs + 1)
            ]
            assert load.run(port, posts[-1:], 1)["statuses"] == {"201": 1}
            for turn in range(runs):
                mine = posts[turn * count : (turn + 1) * count]
                last = uvloop.run(_heard(port, at.agency, mine))
                began = _recorded(at, turn * count + 1)
                ours.append(percentile([(heard - start) * 1000 for heard, start in zip(last, began, strict=True)], 0.5))
                bare.append(percentile(uvloop.run(_bare(empty, mine)), 0.5))
    return [row("fan-out-1000", ours, bare, "ms", "ours < 250", lambda mine, _: mine < 250,
                "median until the last of 1,000 streams; baseline: a bare server writing to as many")]  # fmt: skip


def fact_to_webhook(*, quick: bool) -> list[Row]:
    """From an event's recorded time until the endpoint of a webhook has it, signed."""
    count, runs, run = (250 if quick else 1_000), 3, uuid4().hex[:8]
    with house() as at:
        ours, bare = [], []
        with serving(at.data, projecting=False) as port:
            for turn in range(runs):
                posts = [
                    load.post("/v1/events", event(run, turn * count + n, 0), STRUCTURED, at.agency)
                    for n in range(count)
                ]
                came, direct = uvloop.run(_delivered(port, at.agency, posts))
                began = _recorded(at, turn * count)
                ours.append(
                    percentile([(came[n] - start) * 1000 for n, start in enumerate(began, turn * count + 1)], 0.99)
                )
                bare.append(percentile(direct, 0.99))
    return [row("fact-to-webhook", ours, bare, "ms", "ours < 250", lambda mine, _: mine < 250,
                f"p99 at {RATE:.0f} events/s; baseline: posting straight to the endpoint")]  # fmt: skip


def _recorded(at: House, after: int) -> list[float]:
    """When the log took each event after a position."""
    query = "SELECT extract(epoch FROM recordedtime)::float8 FROM journal.event WHERE position > %s ORDER BY position"
    with psycopg.connect(at.log.database.app) as connection:
        return [found for (found,) in connection.execute(query, (after,))]


async def _followers(port: int, path: str, token: str, heard: Callable[[], None]) -> list[asyncio.Task[None]]:
    """A thousand that follow; `heard` is called for each event of each."""
    connected = asyncio.Semaphore(0)

    async def follow() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        await reader.readuntil(b"retry: 2000\n")
        connected.release()
        while True:
            await reader.readuntil(b"\ndata: ")
            heard()

    tasks = [asyncio.create_task(follow()) for _ in range(FOLLOWERS)]
    for _ in tasks:
        await connected.acquire()
    return tasks


async def _rounds(port: int, path: str, token: str, once: Callable[[int], Awaitable[None]], rounds: int) -> list[float]:
    """Post once a round; when the last of the thousand had it."""
    left, done, last = FOLLOWERS, asyncio.Event(), list[float]()

    def heard() -> None:
        nonlocal left
        left -= 1
        if not left:
            last.append(time.time())
            done.set()

    tasks = await _followers(port, path, token, heard)
    for turn in range(rounds):
        left = FOLLOWERS
        done.clear()
        await once(turn)
        await asyncio.wait_for(done.wait(), 30)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return last


async def _heard(port: int, token: str, posts: list[bytes]) -> list[float]:
    async def once(turn: int) -> None:
        await _sent(port, posts[turn])

    return await _rounds(port, "/v1/stream?after=head", token, once, len(posts))


async def _bare(port: int, posts: list[bytes]) -> list[float]:
    began: list[float] = []

    async def once(turn: int) -> None:
        began.append(time.time())
        await _sent(port, posts[turn])

    last = await _rounds(port, "/", "x", once, len(posts))
    return [(heard - start) * 1000 for heard, start in zip(last, began, strict=True)]


async def _sent(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def _delivered(port: int, token: str, posts: list[bytes]) -> tuple[dict[int, float], list[float]]:
    """When the endpoint had each position, and how long a request takes that is sent to it straight."""
    came: dict[int, float] = {}

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            lines = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
            await reader.readexactly(int(lines[b"content-length"]))
            if identity := lines.get(b"webhook-id"):
                came[int(identity.rpartition(b"_")[2])] = time.time()
            writer.write(ANSWER)

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    own = server.sockets[0].getsockname()[1]
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
        made = await http.post("/v1/webhooks", content=orjson.dumps({"url": f"http://127.0.0.1:{own}/"}))
        await asyncio.sleep(0.5)  # the courier has started
        done = await asyncio.to_thread(load.run, port, posts, 8, RATE)
        assert set(done["statuses"]) == {"201"}, done["statuses"]
        async with asyncio.timeout(30):
            while len(came) < len(posts):
                await asyncio.sleep(0.01)
        direct = await asyncio.to_thread(load.run, own, posts, 1, RATE)
        await http.delete(f"/v1/webhooks/{made.json()['id']}")
    return came, direct["ms"]


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""
