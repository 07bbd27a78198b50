"""Headers have a limit, told before any token is asked for; a body of any length and many small requests have none."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from api.protocol.patience import patient

LIMIT = 4_096
CHUNK = b"400\r\n" + b"x" * 1_024 + b"\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
BEYOND: dict[str, bytes] = {
    "many headers": b"GET / HTTP/1.1\r\n" + b"x-a: 0123456789\r\n" * 400 + b"\r\n",
    "many headers that never end": b"GET / HTTP/1.1\r\n" + b"x-a: 0123456789\r\n" * 4_000,
    "one long header": b"GET / HTTP/1.1\r\nx-a: " + b"y" * LIMIT + b"\r\n\r\n",
    "one header that never ends": b"GET / HTTP/1.1\r\nx-a: " + b"y" * LIMIT * 100,
    "a long name": b"GET / HTTP/1.1\r\n" + b"y" * LIMIT + b": a\r\n\r\n",
    "a long address": b"GET /" + b"y" * LIMIT + b" HTTP/1.1\r\n\r\n",
    "an address that never ends": b"GET /" + b"y" * LIMIT * 100,
    "many trailers": CHUNKED + CHUNK + b"0\r\n" + b"x-a: 0123456789\r\n" * 400,
    "a trailer that never ends": CHUNKED + CHUNK + b"0\r\nx-a: " + b"y" * LIMIT * 100,
    "empty lines before a request": b"\r\n" * LIMIT * 100,
}
WITHIN: dict[str, tuple[bytes, int]] = {
    "just the limit": (b"GET /" + b"y" * (LIMIT - 5 - len("x-a")) + b" HTTP/1.1\r\nx-a: abcd\r\n\r\n", 1),
    "many requests at once": (b"GET / HTTP/1.1\r\nx-a: " + b"y" * 500 + b"\r\n\r\n", 30),
    "a long body": (b"POST / HTTP/1.1\r\nContent-Length: 400000\r\n\r\n" + b"y" * 400_000, 3),
    "a long body in chunks": (CHUNKED + CHUNK * 400 + b"0\r\n\r\n", 3),
    "a body in chunks of a byte": (CHUNKED + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n", 2),
}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Reads it all and says so."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    config = uvicorn.Config(app, port=0, http=patient(60, LIMIT), log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()
    server.should_exit = True
    thread.join()


def told(connection: socket.socket, answers: int) -> bytes:
    """What comes until so many answers are there, or the server closes."""
    found = b""
    with suppress(ConnectionError):  # it may close while more is on its way
        while found.count(b"HTTP/1.1 ") < answers and (block := connection.recv(1 << 16)):
            found += block
    return found


@pytest.mark.parametrize("sent", [pytest.param(sent, id=case) for case, sent in BEYOND.items()])
def test_headers_beyond_the_limit_are_refused_and_the_connection_ends(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address, timeout=60) as connection:
        with suppress(ConnectionError):
            for at in range(0, len(sent), 1_000):
                connection.sendall(sent[at : at + 1_000])
        head, _, body = told(connection, 1).partition(b"\r\n\r\n")
        if head:  # a connection that is reset under what is still being sent may lose the answer
            assert head.startswith(b"HTTP/1.1 431 ")
            assert json.loads(body)["type"].endswith("/headers-too-large")
        assert not told(connection, 1), "it is closed"


def test_whoever_stops_at_the_limit_reads_why(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(BEYOND["one long header"])
        head, _, body = told(connection, 2).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 431 ")
        assert json.loads(body)["detail"] == f"Send at most {LIMIT} bytes of address and headers."


@pytest.mark.parametrize(("sent", "times"), [pytest.param(*case, id=name) for name, case in WITHIN.items()])
def test_what_is_within_the_limit_is_answered(address: tuple[str, int], sent: bytes, times: int) -> None:
    with socket.create_connection(address, timeout=60) as connection:
        sending = threading.Thread(target=connection.sendall, args=(sent * times,))
        sending.start()
        found = told(connection, times)
        sending.join()
        assert found.count(b"HTTP/1.1 200 ") == times, found[:200]
