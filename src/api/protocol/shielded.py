"""Shielding: what every answer tells browsers and caches beside itself.

No type is guessed; nothing is framed, so that nobody is led to click there; and what was answered to a token is kept by
nobody's cache: on a shared machine it would be read by whoever comes next.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SNIFFING = (b"x-content-type-options", b"nosniff")
FRAMING = (b"content-security-policy", b"frame-ancestors 'none'")
STORING = (b"cache-control", b"no-store")


class Shielded:
    """Adds these headers where an answer has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        opened = any(name == b"authorization" for name, _ in scope["headers"])
        wanted = (SNIFFING, FRAMING, STORING) if opened else (SNIFFING, FRAMING)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = {name.lower() for name, _ in message["headers"]}
                missing = [header for header in wanted if header[0] not in told]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        await self._app(scope, receive, telling)
