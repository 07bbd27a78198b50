"""What stored bytes must be for a database and a projection to read them at all: the log writes no others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dossier.verification.shapes import INSTANT

DEEPEST = 254
"""How deep an event may be: the log writes none that is deeper."""
DIGITS = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
OF_READERS = frozenset(("agency", "reader"))
"""What an entry of the access ledger says of its reader, where it does."""
OF_READINGS = frozenset(("at", "dossier", "kind", "number", "position", "purpose", "role", "version"))
BRUSSELS = ZoneInfo("Europe/Brussels")


def is_event(body: dict[str, Any]) -> bool:
    """Whether it has what every event has, each of its kind: names, a version, both times."""
    try:
        dossier, version, recorded = (body[name] for name in ("dossier", "version", "recordedtime"))
        texts = [body[name] for name in ("type", "agency", "source", "id")]
        typed = str(UUID(dossier)) == dossier and isinstance(version, int) and 0 < version < 1 << 31
        typed = typed and all(isinstance(text, str) for text in texts)
        typed = typed and is_instant(recorded)
        datetime.fromisoformat(body["time"]).astimezone(BRUSSELS)
        return typed
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        return False


def is_reading(body: dict[str, Any]) -> bool:
    """Whether it has what every entry of the access ledger has, each of its kind, and nothing else."""
    try:
        texts = [body[name] for name in ("role", "purpose", "kind", "number", "position")]
        texts += [body[name] for name in OF_READERS if name in body]
        typed = all(isinstance(text, str) for text in texts) and set(body) - OF_READERS == OF_READINGS
        typed = typed and DIGITS.fullmatch(body["position"]) is not None and is_instant(body["at"])
        version = body["version"]
        return (
            typed and type(version) is int and 0 <= version < 1 << 31 and str(UUID(body["dossier"])) == body["dossier"]
        )
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def is_instant(text: Any) -> bool:
    """Whether it is a time as the log writes one."""
    try:
        return isinstance(text, str) and INSTANT.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:  # no day of the calendar
        return False


def is_readable(body: dict[str, Any]) -> bool:
    """Whether no text holds a NUL, which no text of the database can, and it is not too deep."""
    row: list[Any] = [body]
    for _ in range(DEEPEST):
        texts = [name for part in row if isinstance(part, dict) for name in part]
        texts += [part for part in row if isinstance(part, str)]
        if any("\0" in text for text in texts):
            return False
        row = [part for parts in row if isinstance(parts, dict | list) for part in _parts(parts)]
    return not row


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value
