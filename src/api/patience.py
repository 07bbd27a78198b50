"""Patience: how long a connection may dawdle. One that trickles its headers or falls silent in a body is let go."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.problems import MEDIA_TYPE, problem
from dossier.refusals import Refusal


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with an end to waiting. One look every now and then costs requests nothing."""

    seconds = 30.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start to watch."""
        super().connection_made(transport)
        self._begun: float | None = self.loop.time()
        self._receiving = True
        self._heard = False
        self._silent = 0
        self._watch = self.loop.call_later(self.seconds / 2, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Note that something came."""
        self._heard = True
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._begun = self.loop.time()
        self._receiving = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its headers are there."""
        self._begun = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Its body is there."""
        self._receiving = False
        super().on_message_complete()

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
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self._tell(Refusal("too-slow", f"Nothing came for {self.seconds:.0f} seconds: send it again."))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn calls it so
        """What is no HTTP is answered with a problem, as everything else."""
        self._tell(Refusal("malformed", "This is not HTTP/1.1 as RFC 9112 has it."))
        self.transport.close()

    def _tell(self, refusal: Refusal) -> None:
        body = orjson.dumps(problem(refusal))
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(STATUS_LINE[refusal.status] + head.encode() + body)


def patient(seconds: float) -> type[Any]:
    """The protocol with this much patience."""
    return type("Patient", (PatientProtocol,), {"seconds": seconds})
