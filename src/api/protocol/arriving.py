"""Arriving: bodies that are still being sent when the service stops; what has come of them is answered for."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.protocol.problems import problem_response
from dossier.refusals import Refusal, Refused

STOPPING = Refusal("unavailable", "The service is stopping: send the rest again in a moment.")
SECONDS = 5.0
"""How long a body may go on arriving after the service was told to stop; what was read is then written and answered."""


class Arrivals:
    """Who waits for more of a body. When the service stops, they are told that no more is taken."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[object]] = set()
        self._told: set[asyncio.Task[object]] = set()
        self._ended = False

    def stop(self) -> None:
        """Take no more after some seconds; called in the event loop."""
        asyncio.get_running_loop().call_later(SECONDS, self.end)

    def end(self) -> None:
        """Take no more from now on."""
        self._ended = True
        for task in list(self._waiting):
            self._told.add(task)
            task.cancel()

    async def next(self, receive: Receive) -> Message:
        """The next piece of a body. Raises Refused once no more is taken."""
        task = asyncio.current_task()
        assert task is not None
        if self._ended:
            raise Refused(STOPPING)
        self._waiting.add(task)
        try:
            return await receive()
        except asyncio.CancelledError:
            if task not in self._told:
                raise
            task.uncancel()
            raise Refused(STOPPING) from None
        finally:
            self._waiting.discard(task)
            self._told.discard(task)


class Arriving:
    """Reads bodies by way of `arrivals`. What the server cuts off before it was answered is answered with a problem."""

    def __init__(self, app: ASGIApp, arrivals: Arrivals) -> None:
        self._app, self._arrivals = app, arrivals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        whole = started = False

        async def reading() -> Message:
            nonlocal whole
            if whole:
                return await receive()  # who answers looks for the end of the connection
            try:
                message = await self._arrivals.next(receive)
            except Refused:
                whole = True
                raise
            whole = not message.get("more_body", False)
            return message

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, reading, noting)
        except asyncio.CancelledError:
            if not started:
                await problem_response(STOPPING)(scope, receive, send)
            raise
