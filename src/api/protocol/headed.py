"""HEAD: what GET would answer, without its body (RFC 9110, 9.3.2); the server leaves the body out by itself."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

ENDLESS = "/v1/stream"
"""An answer that does not end has no HEAD."""


class Headed:
    """Hands a HEAD on as the GET it is about."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"] != ENDLESS:
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
