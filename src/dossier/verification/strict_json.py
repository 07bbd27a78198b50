"""JSON read strictly: no name twice, no NaN, numbers kept as they are written; and its canonical bytes (RFC 8785)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from dossier.verification.wrong import Wrong

MOST = 2_000_000
"""Values a document may have, by its commas: a few bytes each would otherwise become gigabytes of memory."""


class Number(str):
    """A number by its text, so that what is hashed is what was written."""

    __slots__ = ()


def read(content: bytes, what: str) -> Any:
    """The value in UTF-8 JSON. Raises Wrong for anything else, however deep or long."""
    if content.count(b",") > MOST:
        raise Wrong(f"{what} has more than {MOST} values")
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=once,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{what} is no strict JSON: {type(error).__name__}") from None


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value that `read` gave. Raises Wrong for text that is no Unicode."""
    try:
        return _write(value).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise Wrong("a text is no Unicode") from None


def _write(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_write(name)}:{_write(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_write(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object. Raises ValueError where one stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)
