"""The shapes a document's parts must have, before anything is said of their content."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from dossier.verification.strict_json import Number
from dossier.verification.wrong import Wrong, expect

POSITION = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


def fields_of(value: Any, names: set[str], what: str) -> dict[str, Any]:
    """An object with exactly these fields."""
    expect(isinstance(value, dict), f"{what} is no object")
    expect(set(value) == names, f"{what} lacks a field, or has one too many")
    found: dict[str, Any] = value
    return found


def list_of(value: Any, what: str) -> list[Any]:
    """A list."""
    expect(isinstance(value, list), f"{what}: no list")
    found: list[Any] = value
    return found


def text_of(value: Any, what: str) -> str:
    """A text."""
    expect(isinstance(value, str) and not isinstance(value, Number), f"{what} is no text")
    found: str = value
    return found


def instant_of(value: Any, what: str) -> str:
    """A time in UTC."""
    found = text_of(value, what)
    expect(INSTANT.fullmatch(found) is not None, f"{what} is no time")
    return found


def position_of(value: Any, what: str) -> int:
    """A position as the log writes it: a text."""
    found = text_of(value, what)
    expect(POSITION.fullmatch(found) is not None, f"{what}: its position is none")
    return int(found)


def dossier_of(value: Any) -> UUID:
    """A dossier's id in its one spelling."""
    try:
        found = UUID(text_of(value, "the dossier"))
    except ValueError:
        raise Wrong("the dossier is no id") from None
    expect(str(found) == value, "the dossier's id is misspelt")
    return found
