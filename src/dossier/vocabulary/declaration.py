"""The declaration: a vocabulary as an agency writes it (docs/how-to/map-your-terms.md), read and checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dossier.catalogue.terms import Controlled, controlled
from dossier.refusals import Refused, refused
from dossier.strict_yaml import Texts, YamlRefused, read_strict
from dossier.values import WORD, AgencyId, Term

TOLD = 100
"""Faults told at a time: each lists what would do, and a file may have a hundred thousand."""
Words = Annotated[dict[Term, Term], Field(max_length=5_000)]
Filled = Annotated[dict[str, Term], Field(min_length=1, max_length=100)]
Forms = Annotated[dict[Term, Filled], Field(max_length=5_000)]
Name = Annotated[str, StringConstraints(max_length=80, pattern=WORD)]


class VocabularyRefused(ValueError):
    """A file that is no vocabulary; the message says where and what to do."""


class Declaration(BaseModel):
    """`terms`: field -> local word -> common term. `forms`: type -> local term of the whole -> fields it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: AgencyId
    about: Annotated[str, StringConstraints(max_length=500)] = ""
    terms: Annotated[dict[Name, Words], Field(max_length=500)] = {}
    forms: Annotated[dict[Name, Forms], Field(max_length=500)] = {}


def read_yaml(text: str) -> Any:
    """A vocabulary's YAML -> plain values, every scalar as text. Raises VocabularyRefused."""
    try:
        return read_strict(text, Texts)
    except YamlRefused as error:
        raise VocabularyRefused(f"not YAML as vocabularies are: {error}") from None


def checked(given: Any) -> Declaration:
    """Plain values -> a declaration that fits the catalogue. Raises Refused with a pointer to every fault."""
    try:
        found = Declaration.model_validate(given)
    except ValidationError as error:
        raise _invalid([(_at(_of_word(one["loc"])), one["msg"]) for one in error.errors()[:TOLD]]) from None
    faults = list(islice(chain(_term_faults(found), _form_faults(found)), TOLD))
    if faults:
        raise _invalid(faults)
    return found


def fields_named(name: str) -> list[tuple[str, str, Controlled]]:
    """The controlled fields a name means: `aid-applied.instrument` that one, `instrument` each of that name."""
    kind, _, field = name.rpartition(".")
    return [
        (type_name, field, fields[field])
        for type_name, fields in controlled().items()
        if field in fields and kind in ("", type_name)
    ]


def folded(word: str) -> str:
    """A word as vocabularies compare it: without regard to case, spacing, and how its accents are encoded."""
    return unicodedata.normalize("NFC", " ".join(word.split()).casefold())


def _term_faults(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for name, words in declaration.terms.items():
        fields = fields_named(name)
        if not fields:
            yield _at(("terms", name)), "no field of the catalogue that takes terms: GET /v1/event-types"
            continue
        yield from ((_at(("terms", name, word)), fault) for word, fault in _word_faults(words, fields))


def _word_faults(words: dict[str, str], fields: list[tuple[str, str, Controlled]]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    spelled = [(kind, field, of, {folded(common): common for common in of.terms}) for kind, field, of in fields]
    for word, term in words.items():
        for kind, field, of, commons in spelled:
            if term not in of.common:
                yield word, f"`{term}` is no common term of {kind}.{field}: one of {', '.join(sorted(of.common))}"
                break
            if commons.get(folded(word), term) != term:
                yield word, f"a common term of {kind}.{field} stands for itself"
                break
        if folded(word) in seen:
            yield word, f"the same as `{seen[folded(word)]}`: case, spacing and encoding make no other word"
        seen[folded(word)] = word


def _form_faults(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for kind, forms in declaration.forms.items():
        if kind not in controlled():
            yield _at(("forms", kind)), "no type of the catalogue: GET /v1/event-types lists their names"
            continue
        seen: set[str] = set()
        for word, fields in forms.items():
            if folded(word) in seen:
                yield _at(("forms", kind, word)), "stands twice: case, spacing and encoding make no other word"
            seen.add(folded(word))
            for field, term in fields.items():
                of = controlled()[kind].get(field)
                if of is None or of.many:
                    yield _at(("forms", kind, word, field)), "no field of this type that takes one term"
                elif term not in of.common:
                    yield _at(("forms", kind, word, field)), f"one of {', '.join(sorted(of.common))}"


def _of_word(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Where a word stands, also where it is the word that is at fault: pydantic goes one step further then."""
    return location[:-1] if location[-1:] == ("[key]",) else location


def _at(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)


def _invalid(faults: list[tuple[str, str]]) -> Refused:
    return refused("invalid", "The vocabulary is not valid; `errors` says where.", *faults)
