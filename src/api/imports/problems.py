"""What can be wrong with a mapping, with a file, with one line of it. Each has a stable code; `saying` words it."""

from __future__ import annotations

from typing import NamedTuple

from api.imports.saying import said

About = tuple[tuple[str, str], ...]
"""What the words of a code fill in, by name."""


class Problem(NamedTuple):
    """Why a line is quarantined. `column` is as the mapping names it, None for the whole line."""

    code: str
    column: str | None = None
    value: str = ""
    about: About = ()


class Worded(Exception):
    """A fault with a code; as text, it says in English what is wrong and what to do."""

    def __init__(self, code: str, **about: object) -> None:
        self.code = code
        self.about: About = tuple((name, str(value)) for name, value in about.items())
        super().__init__(". ".join(said(code, self.about)))


class Unconvertible(Worded):
    """A cell cannot be converted; it is never guessed at."""


class FileRefused(Worded):
    """A file cannot be read with this mapping at all."""


class MappingRefused(Exception):
    """A mapping cannot be used. `faults` are (path in the YAML, what to do about it)."""

    def __init__(self, name: str, faults: list[tuple[str, str]]) -> None:
        super().__init__("\n".join(f"{name}: {path}: {said}" if path else f"{name}: {said}" for path, said in faults))
        self.faults = faults
