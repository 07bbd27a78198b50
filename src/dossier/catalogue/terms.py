"""Terms: which fields of the catalogue speak in the words of a vocabulary, and which words are common to all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import yaml

from dossier.catalogue import TYPES
from dossier.catalogue.fact import Fact

UNMAPPED = "unmapped"
"""The common term for a word that no vocabulary has a common term for yet. So figures show what they do not know."""
OF_THE_FORM = frozenset({"method", "by", "scope", "timeprecision", "progress"})
"""Enumerations that say how a message is made, and never what an agency calls a thing."""


class Controlled(NamedTuple):
    """A field that takes terms; `closed` when its schema refuses any other, `many` when it takes a list."""

    terms: frozenset[str]
    closed: bool
    many: bool = False

    @property
    def common(self) -> frozenset[str]:
        """What a vocabulary may translate to: `unmapped` says that no term was found, and is none itself."""
        return self.terms - {UNMAPPED}


@cache
def controlled() -> dict[str, dict[str, Controlled]]:
    """The controlled fields of each type of fact, by its name (`aid-applied`)."""
    return {kind.NAME: dict(_fields(kind)) for kind in TYPES.values()}


def _fields(kind: type[Fact]) -> Iterator[tuple[str, Controlled]]:
    open_terms = _open_terms()
    for name, hint in get_type_hints(kind, include_extras=True).items():
        terms = open_terms.get(f"{kind.NAME}.{name}") or open_terms.get(name)
        enumeration = _enumeration(hint)
        if enumeration and name not in OF_THE_FORM:
            yield name, Controlled(enumeration, closed=True)
        elif terms and not enumeration:
            yield name, Controlled(terms | {UNMAPPED}, closed=False, many=_is_list(hint))


def _enumeration(hint: Any) -> frozenset[str]:
    """The words of a field whose schema enumerates them; empty where it takes anything else beside."""
    parts = [part for part in _parts(hint) if part is not type(None)]
    if parts and all(get_origin(part) is Literal for part in parts):
        return frozenset(word for part in parts for word in get_args(part))
    return frozenset()


def _is_list(hint: Any) -> bool:
    return any(get_origin(part) is list for part in _parts(hint))


def _parts(hint: Any) -> list[Any]:
    """What a hint is a choice of."""
    if get_origin(hint) is Annotated:
        return _parts(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return [found for part in get_args(hint) for found in _parts(part)]
    return [hint]


@cache
def _open_terms() -> dict[str, frozenset[str]]:
    text = files("dossier.catalogue").joinpath("terms.yaml").read_text(encoding="utf-8")
    return {name: frozenset(words) for name, words in yaml.safe_load(text).items()}
