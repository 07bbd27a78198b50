"""Following for long: through crashes and restarts, many at once, slowly, and to the end of the server."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import psycopg
import pytest
from tests.contract.client import STREAM, STRUCTURED
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.contract.sse import listening, take
from tests.posting import HUB, cloud_event

from api.identity.principal import Principal
from api.identity.tokens import TokenKey
from dossier.database.connections import open_database
from dossier.settings import Settings
from dossier.writing.registration import new_dossier_id

MANY = 2_000


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service of the test's own, with one organisation."""
    running = Running(tmp_path / "data")
    running.start()
    add(running, HUB)
    yield running
    running.stop()


@pytest.fixture
def headers(service: Running) -> dict[str, str]:
    return {"authorization": f"Bearer {TokenKey(service.data).issue(Principal('agency', 'hub'))}"}


def post(service: Running, headers: dict[str, str], event: dict[str, Any]) -> dict[str, Any]:
    receipt: dict[str, Any] = httpx.post(
        service.url + "/v1/events", json=event, headers=headers | STRUCTURED, timeout=30
    ).json()
    return receipt


def contact(dossier: UUID) -> dict[str, Any]:
    return cloud_event("contact-made", {"channel": "phone"}, dossier)


def test_every_event_comes_once_in_order_whatever_is_killed(service: Running, headers: dict[str, str]) -> None:
    """The server is killed under those who post and the one who follows; both come back as they are told to."""
    received: list[int] = []
    positions: list[int] = []
    done = threading.Event()

    def keep_following() -> None:
        while not done.wait(0.05):
            with (
                contextlib.suppress(httpx.HTTPError),
                httpx.Client(base_url=service.url, headers=headers, timeout=2) as http,
                listening(http, str(received[-1]) if received else None) as messages,
            ):
                for message in messages:
                    received.append(int(message.id))

    def keep_posting(dossier: UUID) -> None:
        event = cloud_event("dossier-opened", {}, dossier)
        while not done.wait(0.01):
            with contextlib.suppress(httpx.HTTPError, KeyError):
                positions.append(int(post(service, headers, event)["position"]))
                event = contact(dossier)

    threads = [threading.Thread(target=keep_posting, args=(new_dossier_id(),)) for _ in range(3)]
    threads.append(threading.Thread(target=keep_following))
    for thread in threads:
        thread.start()
    for end in (service.kill, service.interrupt):
        until_more(received, 100)
        end()
        service.start()
    until_more(received, 100)
    done.set()
    for thread in threads[:-1]:
        thread.join()
    last = max(positions)
    done.clear()
    until(lambda: received[-1] >= last)
    done.set()
    service.interrupt()
    threads[-1].join()
    assert received == list(range(1, len(received) + 1))


def until_more(received: list[int], count: int) -> None:
    enough = len(received) + count
    until(lambda: len(received) >= enough)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds; a test that waits longer fails."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_two_thousand_idle_followers_all_hear_of_one_event(service: Running, headers: dict[str, str]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * MANY), hard))
    dossier = new_dossier_id()
    post(service, headers, cloud_event("dossier-opened", {}, dossier))
    until(lambda: at_work(service))
    as_many_readers_as_there_ever_are(service, headers)
    before = threads_and_connections(service, headers)

    async def follow(connected: asyncio.Queue[None], heard: list[str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(service.url.rpartition(":")[2]))
        token = headers["authorization"]
        writer.write(f"GET /v1/stream?after=1 HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        await reader.readuntil(b"retry: 2000\n")
        connected.put_nowait(None)
        line = await reader.readuntil(b"\ndata: ")
        heard.append(line.decode().partition("id: ")[2].partition("\n")[0])
        writer.close()

    async def many() -> tuple[list[str], tuple[int, int]]:
        connected: asyncio.Queue[None] = asyncio.Queue()
        heard: list[str] = []
        following = [asyncio.create_task(follow(connected, heard)) for _ in range(MANY)]
        for _ in range(MANY):
            await asyncio.wait_for(connected.get(), 90)
        during = await asyncio.to_thread(threads_and_connections, service, headers)
        position = (await asyncio.to_thread(post, service, headers, contact(dossier)))["position"]
        await asyncio.wait_for(asyncio.gather(*following), 90)
        assert set(heard) == {position}
        return heard, during

    heard, during = asyncio.run(many())
    assert len(heard) == MANY
    assert during[0] <= before[0] + MANY // 10, "no thread for each follower: only those of the pools"
    assert during[1] <= before[1] + 5, "no connection to the database for each follower"


def at_work(service: Running) -> bool:
    """Whether all that works beside the server has its connections."""
    query = "SELECT DISTINCT application_name FROM pg_stat_activity"
    with open_database(Settings(data=service.data)) as database, psycopg.connect(database.owner) as connection:
        names = {name for (name,) in connection.execute(query)}
    return {"dossier-projector", "dossier-press", "dossier-sealer", "dossier-tail", "dossier-dispatcher"} <= names


def as_many_readers_as_there_ever_are(service: Running, headers: dict[str, str]) -> None:
    """Requests enough at once that the pool of reading connections is full."""

    def read(_: int) -> None:
        httpx.get(service.url + "/v1/feed", headers=headers, timeout=30).raise_for_status()

    with ThreadPoolExecutor(50) as pool:
        assert len(list(pool.map(read, range(500)))) == 500


def threads_and_connections(service: Running, headers: dict[str, str]) -> tuple[int, int]:
    """How many threads the server has, and how many children its PostgreSQL."""
    assert service.process is not None
    httpx.get(service.url + "/v1/feed", headers=headers, timeout=30).raise_for_status()
    threads = len(list(Path(f"/proc/{service.process.pid}/task").iterdir()))
    backends = Path(f"/proc/{service.postmaster}/task/{service.postmaster}/children").read_text().split()
    return threads, len(backends)


def test_a_client_that_reads_slowly_loses_nothing_and_holds_up_nobody(
    service: Running, headers: dict[str, str]
) -> None:
    """More is posted than sockets and the tail remember while one client does not read at all."""
    dossier = new_dossier_id()
    post(service, headers, cloud_event("dossier-opened", {}, dossier))
    topic = "t" * 100
    event = cloud_event("coaching-session-held", {"topic": [f"{topic}{n}" for n in range(200)]}, dossier)
    lines = [line(event | {"id": f"large-{n}"}) for n in range(600)]
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as http, listening(http) as slow:
        first = take(slow, 1)
        answer = httpx.post(service.url + "/v1/events", content=b"".join(lines), headers=headers | STREAM, timeout=60)
        assert answer.text.count('"status":201') == 600
        with httpx.Client(base_url=service.url, headers=headers, timeout=60) as other, listening(other, "600") as quick:
            assert take(quick, 1)[0].id == "601"
        told = first + take(slow, 600)
    assert [int(message.id) for message in told] == list(range(1, 602))


def line(event: dict[str, Any]) -> bytes:

    return orjson.dumps(event) + b"\n"


def test_streams_end_with_the_server(service: Running, headers: dict[str, str]) -> None:
    post(service, headers, cloud_event("dossier-opened", {}, new_dossier_id()))
    ended = threading.Event()

    def follow() -> None:
        with httpx.Client(base_url=service.url, headers=headers, timeout=60) as http, listening(http) as messages:
            take(messages, 1)
            following.set()
            for _ in messages:
                pass
        ended.set()  # without an error: the answer was brought to its end

    following = threading.Event()
    thread = threading.Thread(target=follow)
    thread.start()
    assert following.wait(30)
    assert service.interrupt() == 0
    thread.join(30)
    assert ended.is_set()
    assert "Traceback" not in service.err.read_text()


def test_a_stream_outlives_its_database(service: Running, headers: dict[str, str]) -> None:
    dossier = new_dossier_id()
    post(service, headers, cloud_event("dossier-opened", {}, dossier))
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as http, listening(http) as messages:
        assert [message.id for message in take(messages, 1)] == ["1"]
        service.kill_database()
        event = contact(dossier)
        until(lambda: "position" in post(service, headers, event))
        assert [message.id for message in take(messages, 1)] == ["2"]
