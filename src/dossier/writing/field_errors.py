"""Field errors: what pydantic found wrong with data, told as pointers to its fields and what to do there."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

MISSING = ("missing", "missing_keyword_only_argument", "missing_argument")


def field_errors(error: ValidationError, data: Any, at: str) -> list[tuple[str, str]]:
    """What pydantic found, as (pointer, what to do); values are never repeated, they may be personal."""
    found: dict[tuple[str, str], None] = {}
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        kind = problem["type"]
        pointer = _pointer(problem["loc"], data, at, missing=kind in MISSING)
        if kind in ("extra_forbidden", "unexpected_keyword_argument"):
            said = "unknown field: remove it"
        elif kind in MISSING:
            said = "this field is needed"
        else:
            said = problem["msg"].removeprefix("Value error, ")
        found[pointer, said] = None
    return list(found)


def _pointer(location: tuple[int | str, ...], data: Any, at: str, *, missing: bool) -> str:
    """The part of a pydantic location that exists in the data (it also names union members); and what is missing."""
    pointer, here = at, data
    for index, step in enumerate(location):
        last = index == len(location) - 1
        if isinstance(here, dict) and (step in here or (last and missing)):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return pointer
