"""Outcomes: what the writer's thread says of submissions, brought to the event loop, those of a group in one go.

`asyncio.wrap_future` would wake the loop once for each of them, and each waking is a call of the system that lets go of
the interpreter: with thirty requests in a group, the writer waited thirty times for its turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from functools import partial

from dossier.writing import Outcome

Ticket = Future[list[Outcome]]


class Outcomes:
    """The outcomes that one event loop waits for."""

    def __init__(self) -> None:
        self._told: deque[tuple[asyncio.Future[list[Outcome]], Ticket]] = deque()
        self._woken: asyncio.AbstractEventLoop | None = None

    async def of(self, ticket: Ticket) -> list[Outcome]:
        """What became of a submission. Raises what the writer raised."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[list[Outcome]] = loop.create_future()
        ticket.add_done_callback(partial(self._tell, loop, waiting))
        return await waiting

    def _tell(self, loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[list[Outcome]], done: Ticket) -> None:
        if loop.is_closed():
            return
        self._told.append((waiting, done))
        if self._woken is not loop:
            self._woken = loop
            loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._woken = None  # what is told from here on wakes the loop again, if it is not taken below
        while self._told:
            waiting, done = self._told.popleft()
            if waiting.done():  # whoever asked has gone
                continue
            error = done.exception()
            if error is not None:
                waiting.set_exception(error)
            else:
                waiting.set_result(done.result())
