"""Packing: answers to readers that take gzip are sent packed when that is worth it."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

WORTH_IT = 2_048
"""Bytes from which packing saves more time than it takes."""
LEVEL = 5


class PackedReads:
    """Packs answers to GET alone: those to a post are short, and their way is the hot one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.packing = GZipMiddleware(app, minimum_size=WORTH_IT, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        await (self.packing if reads else self.app)(scope, receive, send)
