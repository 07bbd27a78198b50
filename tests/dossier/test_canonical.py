"""Canonical bytes: what is hashed is RFC 8785, and reads back as it was."""

from typing import Any

import orjson
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from tests.strategies import events, facts, quantities, texts

from dossier.canonical import canonical
from dossier.catalogue import JOURNEY, Fact
from dossier.commitment import as_json, split
from dossier.event import Event, seal, unseal
from dossier.values import Quantity

STORED = quantities().map(TypeAdapter(Quantity).validate_python)
VALUES = st.recursive(
    texts() | STORED | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[ -~]{1,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=200)
@given(facts())
def test_every_fact_is_stored_as_rfc_8785_has_it(fact: Fact) -> None:
    public, personal = split(fact)
    assert canonical(public) == rfc8785.dumps(public)
    assert canonical(personal) == rfc8785.dumps(personal)


@given(VALUES)
def test_every_value_a_fact_may_hold_is_stored_as_rfc_8785_has_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=200)
@given(events())
def test_a_sealed_event_is_canonical_and_reads_back_as_it_was(event: Event) -> None:
    public, _ = split(event.data)
    stored = seal(event, public)
    assert stored == rfc8785.dumps(orjson.loads(stored))
    read = unseal(stored, event.position)
    assert read._replace(data=event.data) == event
    assert type(read.data) is type(event.data)
    assert split(read.data) == (public, {})


@given(events([kind for kind in JOURNEY if not kind.PERSONAL]))
def test_unsealing_undoes_sealing(event: Event) -> None:
    assert unseal(seal(event, as_json(event.data)), event.position) == event
