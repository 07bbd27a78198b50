"""Pages of an answer: where the next one is, in the header `Link` (RFC 8288)."""

from __future__ import annotations

from typing import Any

from fastapi import Request


def next_page(request: Request, **cursor: Any) -> dict[str, str]:
    """The header that leads to the same question from a cursor on."""
    url = request.url.include_query_params(**cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}
