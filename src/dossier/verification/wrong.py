"""Wrong: the first thing found that is not as it must be."""

from __future__ import annotations

import base64
import binascii
from typing import Any


class Wrong(ValueError):
    """What is wrong, in one line that says where."""


def expect(holds: bool, what: str) -> None:
    """Raise Wrong unless it holds."""
    if not holds:
        raise Wrong(what)


def unbase64(text: Any, what: str, length: int | None = None) -> bytes:
    """Bytes from base64 in its one canonical spelling, of a given length."""
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        found = None
    if found is None or base64.b64encode(found).decode() != text:
        raise Wrong(f"{what} is not base64")
    if length is not None and len(found) != length:
        raise Wrong(f"{what} has {len(found)} bytes, not {length}")
    return found
