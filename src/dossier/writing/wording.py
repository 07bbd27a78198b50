"""Wording: the data of an event -> a fact, whether it is told in common terms or in an agency's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import orjson
from pydantic import ValidationError

from dossier.catalogue import TYPES, Fact
from dossier.catalogue.terms import controlled
from dossier.commitment import as_json
from dossier.event import restore
from dossier.refusals import Refusal, Refused, refused
from dossier.vocabulary import Vocabulary
from dossier.vocabulary.vocabulary import LOCAL, Unmapped, as_posted, is_word, unmapped_words
from dossier.writing.envelope import INVALID
from dossier.writing.field_errors import field_errors


def read_data(kind: type[Fact], data: Any, at: str = "/data") -> Fact:
    """Data as given -> a fact of this kind, checked against its schema."""
    if not isinstance(data, dict):
        raise refused("invalid", INVALID, (at, "an object is needed: GET /v1/event-types/{type} shows its schema"))
    try:
        return cast(Fact, kind.ADAPTER.validator.validate_python(data))
    except ValidationError as error:
        raise refused(
            "invalid",
            f"The data does not fit {kind.TYPE}: GET /v1/event-types/{kind.TYPE} shows its schema.",
            *field_errors(error, data, at),
        ) from None


def read_worded(
    kind: type[Fact], data: Any, vocabulary: Vocabulary | None, at: str = "/data"
) -> tuple[Fact, Unmapped, Refusal | None]:
    """Data in an agency's words -> a fact in common terms, with the own words beside them; its words without one.

    An agency without a vocabulary speaks in common terms, and where the schema takes any word in its own: they are
    recorded as they stand. Where the schema takes no other word the data is refused; but words of an earlier version
    give a fact still, with the refusal that holds unless that fact is recorded.
    """
    if vocabulary is None:
        return _in_common_terms(kind, data, at), unmapped_words(kind.NAME, data, None), None
    try:
        fact, unmapped = _translated(kind, data, vocabulary, at)
        return fact, unmapped, None
    except Refused as error:
        if vocabulary.former is None:
            raise
        try:
            fact, _ = _translated(kind, data, vocabulary.former, at)
        except Refused:
            raise error from None
        return fact, error.refusal.unmapped, error.refusal


def _in_common_terms(kind: type[Fact], data: Any, at: str) -> Fact:
    """Data of an agency without a vocabulary -> a fact. Raises Refused, of a word with how one would help."""
    try:
        return read_data(kind, data, at)
    except Refused as error:
        unmapped = unmapped_words(kind.NAME, data, None) if _speaks(data) else ()
        refusal = _with_mapping(error.refusal, _strange(kind, data), at)
        raise Refused(replace(refusal, unmapped=unmapped)) from None


def _speaks(data: Any) -> bool:
    """Whether data can be read word for word: what stands in `local_terms` would be the log's to write."""
    return isinstance(data, dict) and data.get(LOCAL) is None


def _strange(kind: type[Fact], data: Any) -> set[str]:
    """The fields in which a word stands that is none of those their schema enumerates."""
    fields = controlled().get(kind.NAME, {}) if isinstance(data, dict) else {}
    return {name for name, of in fields.items() if of.closed and is_word(data.get(name)) and data[name] not in of.terms}


def _translated(kind: type[Fact], data: Any, vocabulary: Vocabulary, at: str) -> tuple[Fact, Unmapped]:
    """Data in an agency's words -> a fact in common terms; its words without one. Raises Refused."""
    if not _speaks(data):
        return read_data(kind, data, at), ()
    found = vocabulary.translate(kind.NAME, data)
    unmapped = tuple((kind.NAME, field, word) for field, word in found.unmapped)
    try:
        fact = read_data(kind, found.data, at)
    except Refused as error:
        names = {name for _, name, _ in unmapped if vocabulary.covers(kind.NAME, name)} | _strange(kind, data)
        raise Refused(replace(_with_mapping(error.refusal, names, at), unmapped=unmapped)) from None
    return (restore(kind, {**as_json(fact), LOCAL: found.local}) if found.local else fact), unmapped


def corrected_data(kind: type[Fact], data: Any, vocabulary: Vocabulary | None, *, repeat: bool) -> Fact:
    """The data of a correction -> the fact it makes of the corrected one. Raises Refused."""
    fact, _, refusal = read_worded(kind, data, vocabulary, "/data/data")
    if refusal is not None and not repeat:
        raise Refused(refusal)
    return fact


def corrected_words(stored: bytes, vocabulary: Vocabulary | None) -> Unmapped:
    """The words without a common term in a recorded correction: only the log knew what type its data is of."""
    data = orjson.loads(stored)["data"]
    kind = TYPES.get(data["corrected_type"])
    return () if kind is None else unmapped_words(kind.NAME, as_posted(data["data"]), vocabulary)


def _with_mapping(refusal: Refusal, names: set[str], at: str) -> Refusal:
    """A refusal that says of each of these fields, in which a word stands, how to give that a common term."""
    fields = {f"{at}/{name}" for name in names}
    errors = tuple(
        (
            field,
            f"{said}; or map your word to one of these: PUT /v1/vocabularies/{{agency}}" if field in fields else said,
        )
        for field, said in refusal.errors
    )
    return replace(refusal, errors=errors)
