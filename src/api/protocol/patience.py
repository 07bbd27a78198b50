"""Patience: how long a connection may dawdle, and how much it may say before its body. One that trickles its headers,
falls silent in a body or never ends its headers is let go."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.protocol.problems import MEDIA_TYPE, problem
from dossier.refusals import Refusal


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with an end to waiting. One look every now and then costs requests nothing."""

    seconds = 30.0
    header_bytes = 1 << 16

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start to watch."""
        super().connection_made(transport)
        self._begun: float | None = self.loop.time()
        self._receiving = True
        self._heard = False
        self._silent = 0
        self._said = self._unread = 0
        self._watch = self.loop.call_later(self.seconds / 2, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Note that something came; and let go whoever sends one header, or one trailer, that does not end.

        Nobody is asked for a token before all headers are there, and the parser keeps what it has of them.
        """
        self._heard = True
        self._unread += len(data)
        super().data_received(data)
        if self._unread > self.header_bytes and self.parser is not None and not self.transport.is_closing():
            self._refuse(self._too_long())

    def on_message_begin(self) -> None:
        """A request begins."""
        self._begun = self.loop.time()
        self._receiving = True
        self._said = self._unread = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers, or of the trailers of a body in chunks."""
        self._count(name, value)
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """A piece of its body: what a body may hold is counted by who reads it."""
        self._unread = 0
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Its headers are there."""
        self._begun = None
        self._unread = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Its body is there."""
        self._receiving = False
        self._unread = 0
        super().on_message_complete()

    def _count(self, *said: bytes) -> None:
        """Count what is kept of a request before its body. ValueError, which ends the parsing, when it is too much."""
        self._unread = 0
        self._said += sum(map(len, said))
        if self._said > self.header_bytes:
            raise ValueError("headers beyond the limit")

    def _too_long(self) -> Refusal:
        return Refusal("headers-too-large", f"Send at most {self.header_bytes} bytes of address and headers.")

    def _look(self) -> None:
        """Let go a connection that takes too long for its headers, or sent nothing from one look to the next but one.

        One that is not read from, because what it sent before is still being written, is not silent.
        """
        slow = self._begun is not None and self.loop.time() - self._begun >= self.seconds
        self._silent = self._silent + 1 if self._receiving and not self._heard and not self.flow.read_paused else 0
        if slow or self._silent == 2:
            self._let_go()
            return
        self._heard = False
        self._watch = self.loop.call_later(self.seconds / 2, self._look)

    def _let_go(self) -> None:
        self._refuse(Refusal("too-slow", f"Nothing came for {self.seconds:.0f} seconds: send it again."))

    def _refuse(self, refusal: Refusal) -> None:
        """Tell why, unless an answer is on its way already, and close."""
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self._tell(refusal)
        self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn calls it so
        """What is no HTTP, or more of it than is taken, is answered with a problem, as everything else."""
        malformed = Refusal("malformed", "This is not HTTP/1.1 as RFC 9112 has it.")
        self._refuse(self._too_long() if self._said > self.header_bytes else malformed)

    def _tell(self, refusal: Refusal) -> None:
        body = orjson.dumps(problem(refusal))
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[refusal.status] + head.encode() + body)


def patient(seconds: float, header_bytes: int) -> type[Any]:
    """The protocol with this much patience, for requests of at most so many bytes before their body."""
    return type("Patient", (PatientProtocol,), {"seconds": seconds, "header_bytes": header_bytes})
