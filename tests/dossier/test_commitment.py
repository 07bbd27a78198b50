"""Parting a fact from its person: nothing personal stays in the log, nothing is lost, the commitment binds both."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import correction_of, data_of, facts, texts

from dossier.canonical import canonical
from dossier.catalogue import JOURNEY, TYPES, EventCorrected, Fact
from dossier.commitment import as_json, commit, join, personal_bytes, split

MARKER = "Zoé van der Marker"
MARKED = st.just(MARKER)


def test_the_person_leaves_and_the_rest_stays() -> None:
    kind = TYPES["brussels.dossier.contact-made.v1"]
    fact = kind.ADAPTER.validate_python({"channel": "phone", "topic": "vat", "note": "Ask for Zoé"})
    assert split(fact) == ({"channel": "phone", "topic": "vat"}, {"note": "Ask for Zoé"})


def test_a_correction_is_parted_by_the_type_it_corrects() -> None:
    kind = TYPES["brussels.dossier.contact-made.v1"]
    correction = EventCorrected(corrects="3", data={"channel": "phone", "note": "Ask for Zoé"}, reason="Zoé called")
    assert split(correction, kind) == (
        {"corrects": "3", "data": {"channel": "phone"}},
        {"reason": "Zoé called", "data": {"note": "Ask for Zoé"}},
    )


@settings(max_examples=150)
@given(facts())
def test_what_was_split_joins_whole(fact: Fact) -> None:
    public, personal = split(fact)
    assert join(type(fact), public, personal) == as_json(fact)


@given(st.sampled_from(JOURNEY).flatmap(lambda kind: st.tuples(st.just(kind), correction_of(kind))))
def test_a_split_correction_joins_whole(case: tuple[type[Fact], dict[str, Any]]) -> None:
    target, data = case
    correction = EventCorrected.ADAPTER.validate_python(data)
    public, personal = split(correction, target)
    assert join(EventCorrected, public, personal) == as_json(correction)


@pytest.mark.parametrize(
    "kind", [k for k in JOURNEY if k.PERSONAL and k is not EventCorrected], ids=lambda kind: kind.NAME
)
@settings(max_examples=10)
@given(data=st.data())
def test_no_personal_word_is_public(kind: type[Fact], data: st.DataObject) -> None:
    fact = kind.ADAPTER.validate_python(data.draw(data_of(kind, full=True, personal=MARKED)))
    public, personal = split(fact)
    assert MARKER not in json.dumps(public, ensure_ascii=False)
    assert set(personal) == kind.PERSONAL


@pytest.mark.parametrize(
    "kind", [k for k in JOURNEY if k.PERSONAL and k is not EventCorrected], ids=lambda kind: kind.NAME
)
@settings(max_examples=10)
@given(data=st.data())
def test_no_personal_word_of_a_correction_is_public(kind: type[Fact], data: st.DataObject) -> None:
    fact = EventCorrected.ADAPTER.validate_python(data.draw(correction_of(kind, full=True, personal=MARKED)))
    public, personal = split(fact, kind)
    assert MARKER not in json.dumps(public, ensure_ascii=False)
    assert set(personal) == {"reason", "data"}


@given(st.binary(min_size=32, max_size=32), texts(), texts())
def test_a_commitment_binds_to_its_words(salt: bytes, said: str, other: str) -> None:
    first, second = (commit(salt, personal_bytes({"note": note})) for note in (said, other))
    assert (first == second) == (said == other)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), texts())
def test_a_commitment_says_nothing_without_its_salt(salt: bytes, other: bytes, said: str) -> None:
    first, second = (commit(salted, personal_bytes({"note": said})) for salted in (salt, other))
    assert (first == second) == (salt == other)


def test_a_commitment_is_sha_256_of_salt_and_canonical_json() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert commit(b"\0" * 32, b"{}") == "sha256:fb1634c4e6cd4b1f1afe3ce2d6ef080f7ac5d1f357d723ad4dfca782733b62db"
