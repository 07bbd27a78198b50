"""An agency's endpoint for webhooks: keeps every request, and answers as a test tells it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from standardwebhooks import Webhook

PATIENCE = 40.0


class Received(NamedTuple):
    """One request, and when it came."""

    headers: dict[str, str]
    body: bytes
    at: float

    def verified(self, secret: str) -> dict[str, Any]:
        """Its event, once the official library has verified it."""
        event: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return event


class Receiver:
    """What has come, and what is answered: `answers` in turn, then 204."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Received] = []
        self.answers: list[int | tuple[int, dict[str, str]] | Callable[[], int]] = []
        self._came = threading.Condition()

    def take(self, request: Received) -> tuple[int, dict[str, str]]:
        with self._came:
            self.received.append(request)
            answer = self.answers.pop(0) if self.answers else 204
            self._came.notify_all()
        if callable(answer):
            return answer(), {}
        return answer if isinstance(answer, tuple) else (answer, {})

    def wait(self, count: int, seconds: float = PATIENCE) -> list[Received]:
        """So many requests, from the first on; waits for them."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.received) >= count, seconds), f"{len(self.received)} came"
            return self.received[:count]

    def quiet(self, seconds: float = 1.0) -> bool:
        """Whether nothing comes for a moment."""
        before = len(self.received)
        time.sleep(seconds)
        return len(self.received) == before


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver on a free port, or on one that was used before."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra = receiver.take(Received(headers, body, time.time()))
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | extra).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
