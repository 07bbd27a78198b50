"""Load over HTTP: many connections in a process of their own, so that the client is not what is measured."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import uvloop


def run(port: int, requests: list[bytes], clients: int, rate: float = 0.0) -> dict[str, Any]:
    """Send ready-made requests over `clients` kept connections; seconds, latencies (ms) and statuses.

    With a `rate` they are sent at so many a second, whatever the answers take.
    """
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(clients), str(rate)]
    body = len(requests).to_bytes(4) + b"".join(len(r).to_bytes(4) + r for r in requests)
    done = subprocess.run(command, input=body, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


async def _client(port: int, queue: list[bytes], at: list[float], out: list[tuple[float, float, int]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while queue:
        request = queue.pop()
        if at:
            await asyncio.sleep(max(0.0, at.pop() - time.perf_counter()))
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        out.append((started, time.perf_counter(), int(head[9:12])))
    writer.close()


async def _main(port: int, clients: int, rate: float, requests: list[bytes]) -> None:
    queue = requests[::-1]
    out: list[tuple[float, float, int]] = []
    begin = time.perf_counter()
    at = [begin + 0.1 + index / rate for index in range(len(queue))][::-1] if rate else []
    await asyncio.gather(*(_client(port, queue, at, out) for _ in range(clients)))
    seconds = max(done for _, done, _ in out) - begin
    statuses: dict[int, int] = {}
    for _, _, status in out:
        statuses[status] = statuses.get(status, 0) + 1
    print(json.dumps({"seconds": seconds, "ms": [(done - sent) * 1000 for sent, done, _ in out], "statuses": statuses}))


def post(path: str, body: bytes, media_type: str, token: str) -> bytes:
    """A POST ready to be sent."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(path: str, token: str) -> bytes:
    """A GET ready to be sent."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    given = sys.stdin.buffer.read()
    count, place, ready = int.from_bytes(given[:4]), 4, []
    for _ in range(count):
        size = int.from_bytes(given[place : place + 4])
        ready.append(given[place + 4 : place + 4 + size])
        place += 4 + size
    uvloop.run(_main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), ready))
