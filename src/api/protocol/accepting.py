"""Accept: which of the representations there are a client likes best (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dossier.refusals import Refused, refused

MOST = 50
"""How many ranges of a header are read."""


class Range(NamedTuple):
    """A media range with its parameters but the weight, and its weight."""

    type: str
    parameters: frozenset[str]
    weight: float

    def precedence(self, offered: Range) -> int | None:
        """How closely this range names what is offered, None when it does not; the closest decides its weight."""
        if not self.parameters <= offered.parameters:
            return None
        if self.type == offered.type:
            return 2 + len(self.parameters)
        if self.type == "*/*":
            return 0
        return 1 if self.type == offered.type.partition("/")[0] + "/*" else None


def accepted(header: str | None, offered: Sequence[str]) -> str:
    """The representation to send, of those offered, the first of equals. Raises Refused when none is wanted.

    One that is offered with parameters is sent only to who names them.
    """
    if header is None or not header.strip():
        return offered[0]
    ranges = [media_range(part) for part in header.split(",")[:MOST] if part.strip()]
    weights = {name: _weight(ranges, media_range(name)) for name in offered}
    best = max(offered, key=lambda name: weights[name])
    if weights[best] <= 0:
        raise refused("not-acceptable", f"It comes as {', '.join(offered)}.")
    return best


def preferred(header: str | None, offered: Sequence[str]) -> str:
    """The same where any is better than none: the first when none is wanted."""
    try:
        return accepted(header, offered)
    except Refused:
        return offered[0]


def media_range(text: str) -> Range:
    """A media range or type as it stands in a header."""
    name, *parameters = (part.strip() for part in text.split(";"))
    kept, weight = [], 1.0
    for parameter in parameters:
        key, _, value = (part.strip() for part in parameter.partition("="))
        if key.lower() == "q":
            weight = _quality(value)
            break  # what follows the weight is no parameter of the type
        if key and key.lower() != "charset":  # every text here is UTF-8, whatever is asked
            kept.append(f"{key.lower()}={value.strip(chr(34))}")
    return Range(name.lower(), frozenset(kept), weight)


def _weight(ranges: Sequence[Range], offered: Range) -> float:
    closest = -1
    weight = 0.0
    for one in ranges:
        precedence = one.precedence(offered)
        if precedence is not None and precedence > closest:
            closest, weight = precedence, one.weight
    return weight


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
