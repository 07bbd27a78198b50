"""JSON lines: one object a line; `a.b` names field b of object a."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from api.imports.cells import cell, number
from api.imports.problems import Problem

Cells = tuple[int, dict[str, str], Problem | None]
LONGEST_NAME = 80
ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
SAID: dict[type[ValueError], str] = {UnicodeDecodeError: "not UTF-8", UnicodeEncodeError: "half a surrogate pair"}
"""What a fault of the text is, where the parser does not say."""


class Twice(Exception):
    """A name stands twice in one object: readers differ on which counts (RFC 8259, 4)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def json_lines(file: BinaryIO, names: Mapping[str, list[str]], longest: int) -> Iterator[Cells]:
    """The lines of a file with their numbers: the cells by the mapping's names, or why there are none."""
    at, overlong = 0, False
    while text := file.readline(longest):
        goes_on, overlong = overlong, len(text) == longest and not text.endswith(b"\n")
        if goes_on:
            continue  # the rest of a line that was told of
        at += 1
        if overlong:
            yield at, {}, Problem("line-long", about=(("limit", str(longest)),))
        elif text.strip():
            yield _line(at, text, names)


def _line(at: int, text: bytes, names: Mapping[str, list[str]]) -> Cells:
    try:
        given = json.loads(text.decode("utf-8-sig"), parse_float=number, parse_int=number, object_pairs_hook=_object)
        if not isinstance(given, dict):
            return at, {}, _unreadable("JSON object?")
        if ESCAPED_SURROGATE.search(text):
            json.dumps(given, ensure_ascii=False).encode()  # one without its other half is no character
        flat = _object([*_flat(given, "")])
    except Twice as error:
        return at, {}, Problem("name-twice", about=(("name", error.name),))
    except RecursionError:
        return at, {}, _unreadable("JSON too deep")
    except ValueError as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else SAID.get(type(error), type(error).__name__)
        return at, {}, _unreadable(f"JSON: {said}")
    return at, {name: next((flat[key] for key in keys if key in flat), "") for name, keys in names.items()}, None


def _unreadable(said: str) -> Problem:
    return Problem("line-unreadable", about=(("detail", said),))


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its members. Raises Twice for a name that it has twice, as the API refuses it."""
    made = dict(members)
    if len(made) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)[:LONGEST_NAME]
        raise Twice(twice if twice.isprintable() else ascii(twice))
    return made


def _flat(given: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, cell(value)
