"""A bare fan-out: whoever sends GET is kept, and each POST writes one and the same frame to all of them."""

from __future__ import annotations

import asyncio
import contextlib

import uvloop

FRAME = b"id: 1\nevent: brussels.dossier.contact-made.v1\ndata: " + b"x" * 500 + b"\n\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: \nretry: 2000\n"
kept: set[asyncio.StreamWriter] = set()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"GET"):
        kept.add(writer)
        writer.write(HEAD)
        with contextlib.suppress(ConnectionError):
            await reader.read()
        kept.discard(writer)
        return
    for follower in kept:
        follower.write(FRAME)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=2_000)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_main())
