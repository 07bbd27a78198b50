"""What can be wrong with a mapping, with a file, with one line of it."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """Why a line is quarantined. `code` is stable; `column` as the mapping names it, None for the line."""

    code: str
    reason: str
    column: str | None = None
    value: str = ""


class Unconvertible(Exception):
    """A cell cannot be converted; it is never guessed at. The reason tells a clerk what to put right."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class MappingRefused(Exception):
    """A mapping cannot be used. `faults` are (path in the YAML, what to do about it)."""

    def __init__(self, name: str, faults: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{name}: {path}: {said}" if path else f"{name}: {said}" for path, said in faults))
        self.faults = faults


class FileRefused(Exception):
    """A file cannot be read with this mapping at all; the message is one line."""
