"""JSON lines: one object a line; `a.b` names field b of object a."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from api.imports.cells import cell, number
from api.imports.problems import Problem

Cells = tuple[int, dict[str, str], Problem | None]


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
        given = json.loads(text.decode("utf-8-sig"), parse_float=number, parse_int=number)
        if not isinstance(given, dict):
            return at, {}, Problem("line-unreadable", about=(("detail", "JSON object?"),))
        flat = dict(_flat(given, ""))
    except RecursionError:
        return at, {}, Problem("line-unreadable", about=(("detail", "JSON too deep"),))
    except ValueError as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        return at, {}, Problem("line-unreadable", about=(("detail", f"JSON: {said}"),))
    return at, {name: next((flat[key] for key in keys if key in flat), "") for name, keys in names.items()}, None


def _flat(given: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, cell(value)
