"""Allow: the methods that an address takes (RFC 9110, 10.2.1); its routes know of their own alone."""

from __future__ import annotations

from fastapi import Request
from starlette.routing import Match

from api.protocol.headed import ENDLESS

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def allowed(request: Request) -> str:
    """All methods of the address that was asked for, as the header has them."""
    scope = request.scope
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in request.app.router.routes)
    ]
    if "GET" in found and scope["path"] != ENDLESS:
        found.append("HEAD")
    return ", ".join(sorted(found))
