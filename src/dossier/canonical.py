"""Canonical JSON (RFC 8785): the one spelling of a value whose bytes are hashed."""

from typing import Any

import orjson


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a stored value.

    orjson with sorted keys writes exactly these for what events hold: text, whole numbers below 2^53, numbers of at
    most four decimals, ASCII keys, lists and mappings. A property test compares it with the reference implementation.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
