"""Upcasting: reading an event that was stored under an older version of its type.

The stored bytes never change. When a type gets a breaking change, its class takes the next `version`, and one
function here says how data of the version before becomes data of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dossier.catalogue import HOUSE_TYPES, TYPES, Fact

Data = dict[str, Any]
Upcast = tuple[str, Callable[[Data], Data]]

UPCASTS: dict[str, Upcast] = {}
"""Old type -> (next type, data of the old -> data of the next). Followed until a type of today's catalogue."""


class UnknownStoredType(LookupError):
    """The log holds a type that neither the catalogue nor the upcasts know: the software is older than the log."""


def today(stored_type: str, data: Data) -> tuple[type[Fact], Data]:
    """Data as it was stored -> its class of today's catalogue, and its data as that class has it."""
    kind = TYPES.get(stored_type) or HOUSE_TYPES.get(stored_type)
    return (kind, data) if kind is not None else upcast(stored_type, data)


def upcast(
    stored_type: str,
    data: Data,
    upcasts: dict[str, Upcast] = UPCASTS,
    types: dict[str, type[Fact]] = TYPES,
) -> tuple[type[Fact], Data]:
    """Data of an older type -> (today's class, its data)."""
    while stored_type not in types:
        if stored_type not in upcasts:
            raise UnknownStoredType(f"no upcast for {stored_type}: install the version of this software that wrote it")
        stored_type, step = upcasts[stored_type]
        data = step(data)
    return types[stored_type], data
