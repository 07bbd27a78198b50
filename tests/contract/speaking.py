"""What an agency does with its vocabulary, and with the words that have no common term yet."""

from __future__ import annotations

from typing import Any

import httpx
from tests.contract.client import Poster


def put(desk: Poster, declared: Any, **headers: str) -> httpx.Response:
    """Publish a vocabulary of the agency."""
    return desk.http.put(f"/v1/vocabularies/{desk.agency.id}", json=declared, headers=headers)


def unmapped(desk: Poster) -> list[dict[str, Any]]:
    """The agency's queue."""
    found: list[dict[str, Any]] = desk.http.get(f"/v1/vocabularies/{desk.agency.id}/unmapped").json()["unmapped"]
    return found


def counted(desk: Poster) -> list[tuple[str, str, str, int, int]]:
    """The same in short: type, field, word, how often it was recorded and refused."""
    return [tuple(one[name] for name in ("type", "field", "word", "recorded", "refused")) for one in unmapped(desk)]
