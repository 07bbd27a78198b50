"""Loading a mapping: from YAML, with every fault told at once and by its path."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.imports.fields import DAYS, AnyField, Constant, Date, Lookup
from api.imports.mapping import AgencyPerValue, EventOf, Mapping
from api.imports.matching import NoPattern, Pattern
from api.imports.problems import MappingRefused
from dossier.catalogue import TYPES
from dossier.catalogue.fact import PREFIX, schema
from dossier.strict_yaml import YamlRefused, read_strict
from dossier.vocabulary.declaration import folded

Faults = Iterator[tuple[str, str]]


def load_mapping(source: Path | Traversable) -> Mapping:
    """A mapping from a YAML file. Raises MappingRefused with all its faults."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingRefused(source.name, [("", f"cannot be read: {error}")]) from None
    return read_mapping(text, source.name)


def read_mapping(text: str, name: str) -> Mapping:
    """A mapping from YAML text; `name` is for the message. Raises MappingRefused with all its faults."""
    try:
        given = read_strict(text)
    except YamlRefused as error:
        raise MappingRefused(name, [(error.where, error.said)]) from None
    if not isinstance(given, dict):
        raise MappingRefused(name, [("", "a mapping is needed: docs/reference/mapping.md shows one")])
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        told = [_fault(problem, given) for problem in error.errors()]
        first = dict(reversed(told))  # of a union, the first member speaks
        raise MappingRefused(name, [*reversed(first.items())]) from None
    faults = [*_columns(mapping), *_tables(mapping), *_dates(mapping), *_rules(mapping), *_agency(mapping)]
    faults += _ids(mapping)
    for index, event in enumerate(mapping.events):
        faults += _event(f"events[{index}]", event, mapping)
    if faults:
        raise MappingRefused(name, faults)
    return mapping


def _fault(problem: Any, given: Any) -> tuple[str, str]:
    """A path of pydantic's without the union members it also names, and what to do."""
    path, here, steps = "", given, problem["loc"]
    for index, step in enumerate(steps):
        if isinstance(step, int) and isinstance(here, list) and step < len(here):
            path, here = f"{path}[{step}]", here[step]
        elif isinstance(here, dict) and (step in here or index == len(steps) - 1):
            path, here = f"{path}.{step}" if path else str(step), here.get(step)
    match problem["type"]:
        case "string_type" if steps[-1] == "[key]":
            said = "a name or a term is text: write it in quotes"
        case "extra_forbidden":
            said = "not known here: remove it, or check its spelling"
        case "missing":
            said = "is needed"
        case "string_type" if here is not None and not isinstance(here, dict | list):
            said = f'text is needed: write it in quotes, "{here}"'
        case _:
            said = problem["msg"].removeprefix("Value error, ")
    return path, said


def _columns(mapping: Mapping) -> Faults:
    declared = mapping.columns.keys() | mapping.optional_columns.keys()
    for name in sorted(mapping.columns.keys() & mapping.optional_columns.keys()):
        yield f"optional_columns.{name}", "stands under `columns` too"
    references = mapping.references()
    try:
        for path, column in references:
            if column not in declared:
                yield (
                    path,
                    f"no column `{column}` is declared under `columns`: " + ", ".join(sorted(declared)),
                )
    except ValueError as error:
        yield "events", f"a template cannot be read: {error}"


def _tables(mapping: Mapping) -> Faults:
    for name, table in mapping.tables.items():
        seen: set[str] = set()
        for term in table:
            if folded(term) in seen:
                yield f"tables.{name}.{term}", "stands here twice, but for capitals or spaces"
            seen.add(folded(term))
    for path, field in mapping.fields():
        if isinstance(field, Lookup) and field.table not in mapping.tables:
            yield f"{path}.table", f"no table `{field.table}` under `tables`"


def _dates(mapping: Mapping) -> Faults:
    """A month or a year is a time's, never a day's: to give it a day would be to guess."""
    for path, field in mapping.fields():
        is_time = path.endswith((".time", "dossier.opened_at"))
        if isinstance(field, Date) and not is_time and not DAYS.issuperset(field.formats):
            yield f"{path}.formats", "a month or a year cannot be a day: only a `time` takes them"
        if isinstance(field, Date) and is_time and field.optional:
            yield f"{path}.optional", "a time is always needed"


def _rules(mapping: Mapping) -> Faults:
    for index, rule in enumerate(mapping.quarantine):
        try:
            Pattern(rule.matches or "")
        except NoPattern as error:
            yield f"quarantine[{index}].matches", f"not a regular expression: {error}"


def _agency(mapping: Mapping) -> Faults:
    if isinstance(mapping.agency, AgencyPerValue) and "{id}" not in mapping.agency.source_prefix:
        yield "agency.source_prefix", "put {id} in it: each agency has sources of its own"


def _ids(mapping: Mapping) -> Faults:
    """An id is one event's for good: those of two lines, or of two events of one line, must not be the same.

    Two may have one where both wait for columns to be filled: they may never be of the same line.
    """
    for index, event in enumerate(mapping.events):
        if "{" not in event.id:
            yield f"events[{index}].id", "every line would have this id: put a column in it, as in {column}"
        for before, other in enumerate(mapping.events[:index]):
            if event.id == other.id and not (event.when_filled and other.when_filled):
                yield f"events[{index}].id", f"events[{before}] has this id too: give each event of a line its own"


def _event(path: str, event: EventOf, mapping: Mapping) -> Faults:
    """Whether the catalogue has such an event, with such fields, and with all that it needs."""
    kind = TYPES.get(f"{PREFIX}{event.type}.v1")
    if kind is None:
        names = ", ".join(sorted(known.NAME for known in TYPES.values()))
        yield f"{path}.type", f"no event of the catalogue; it has: {names}"
        return
    body = schema(kind)
    for name in sorted(event.data.keys() - body["properties"].keys()):
        yield (
            f"{path}.data.{name}",
            f"{event.type} has no such field; it has: " + ", ".join(sorted(body["properties"])),
        )
    for name in body.get("required", []):
        if name not in event.data:
            yield f"{path}.data.{name}", f"{event.type} needs this field"
    for name, field in event.data.items():
        allowed = _terms(body["properties"].get(name, {}))
        for term in _made(field, mapping):
            if allowed and term is not None and term not in allowed:
                yield f"{path}.data.{name}", f"`{term}` is none of " + ", ".join(allowed)


def _made(field: AnyField, mapping: Mapping) -> list[Any]:
    """Every value a field can give, where the mapping alone tells."""
    if isinstance(field, Constant):
        return [field.constant]
    return [*mapping.tables.get(field.table, {}).values()] if isinstance(field, Lookup) else []


def _terms(part: dict[str, Any]) -> list[str]:
    """The closed vocabulary of a field in its JSON Schema; empty when it has none."""
    options = [part, *part.get("anyOf", [])]
    return [term for option in options for term in option.get("enum", [])]
