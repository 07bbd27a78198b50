"""The declaration: a vocabulary as an agency writes it (docs/how-to/map-your-terms.md), read and checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dossier.catalogue.terms import Controlled, controlled
from dossier.refusals import Refused, refused
from dossier.values import WORD, AgencyId, Term

Words = Annotated[dict[Term, Term], Field(max_length=5_000)]
Filled = Annotated[dict[str, Term], Field(min_length=1)]
Name = Annotated[str, StringConstraints(max_length=80, pattern=WORD)]


class VocabularyRefused(ValueError):
    """A file that is no vocabulary; the message says where and what to do."""


class Declaration(BaseModel):
    """`terms`: field -> local word -> common term. `forms`: type -> local term of the whole -> fields it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: AgencyId
    about: Annotated[str, StringConstraints(max_length=500)] = ""
    terms: dict[Name, Words] = {}
    forms: dict[Name, dict[Term, Filled]] = {}


class _Strings(yaml.BaseLoader):
    """YAML whose scalars are all text: `014` keeps its zero, and `non` is no falsehood. No key stands twice."""


def _mapping(loader: _Strings, node: yaml.MappingNode) -> dict[Any, Any]:
    found = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"`{key}` stands twice, or is no word", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strings.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str) -> Any:
    """A vocabulary's YAML -> plain values, every scalar as text. Raises VocabularyRefused."""
    try:
        return yaml.load(text, Loader=_Strings)  # noqa: S506 - a loader of texts alone
    except (yaml.YAMLError, RecursionError) as error:
        raise VocabularyRefused(f"not YAML as vocabularies are: {' '.join(str(error).split())}") from None


def checked(given: Any) -> Declaration:
    """Plain values -> a declaration that fits the catalogue. Raises Refused with a pointer to every fault."""
    try:
        found = Declaration.model_validate(given)
    except ValidationError as error:
        raise _invalid([(_at(one["loc"]), one["msg"]) for one in error.errors()]) from None
    faults = [*_term_faults(found), *_form_faults(found)]
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
    """A word as vocabularies compare it: without regard to case and spacing."""
    return " ".join(word.split()).casefold()


def _term_faults(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for name, words in declaration.terms.items():
        fields = fields_named(name)
        if not fields:
            yield _at(("terms", name)), "no field of the catalogue that takes terms: GET /v1/event-types"
            continue
        yield from ((_at(("terms", name, word)), fault) for word, fault in _word_faults(words, fields))


def _word_faults(words: dict[str, str], fields: list[tuple[str, str, Controlled]]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for word, term in words.items():
        for kind, field, of in fields:
            if term not in of.common:
                yield word, f"`{term}` is no common term of {kind}.{field}: one of {', '.join(sorted(of.common))}"
                break
            if any(folded(word) == folded(common) and common != term for common in of.terms):
                yield word, f"a common term of {kind}.{field} stands for itself"
                break
        if folded(word) in seen:
            yield word, f"the same as `{seen[folded(word)]}`: case and spacing make no other word"
        seen[folded(word)] = word


def _form_faults(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for kind, forms in declaration.forms.items():
        if kind not in controlled():
            yield _at(("forms", kind)), "no type of the catalogue: GET /v1/event-types lists their names"
            continue
        seen: set[str] = set()
        for word, fields in forms.items():
            if folded(word) in seen:
                yield _at(("forms", kind, word)), "stands twice: case and spacing make no other word"
            seen.add(folded(word))
            for field, term in fields.items():
                of = controlled()[kind].get(field)
                if of is None or of.many:
                    yield _at(("forms", kind, word, field)), "no field of this type that takes one term"
                elif term not in of.common:
                    yield _at(("forms", kind, word, field)), f"one of {', '.join(sorted(of.common))}"


def _at(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)


def _invalid(faults: list[tuple[str, str]]) -> Refused:
    return refused("invalid", "The vocabulary is not valid; `errors` says where.", *faults[:100])
