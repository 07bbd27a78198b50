"""Accept: the representation a client likes best, as RFC 9110 weighs them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.protocol.accepting import accepted
from dossier.refusals import Refused

JSON, CSV, PROFILED = "application/json", "text/csv", "application/json;profile=json-stat"
OFFERED = (JSON, CSV, PROFILED)


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV ; charset=utf-8", CSV),
        ("text/*", CSV),
        ("application/json;q=0.5, text/csv", CSV),
        ("application/json, text/csv", JSON),
        ("text/csv;q=0.9, */*;q=0.1", CSV),
        ("*/*, application/json;q=0", CSV),
        ("text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("application/json;profile=json-stat", PROFILED),
        ('application/json; profile="json-stat"', PROFILED),
        ("application/json;q=0.2;profile=json-stat, text/csv;q=0.1", JSON),
        ("application/json;profile=other, text/csv;q=0.1", CSV),
        (",, text/csv", CSV),
    ],
)
def test_the_best_of_what_there_is_is_chosen(header: str | None, chosen: str) -> None:
    assert accepted(header, OFFERED) == chosen


@pytest.mark.parametrize("header", ["text/html", "text/csv;q=0", "application/json;q=nonsense", "*/*;q=0", "x"])
def test_what_there_is_not_is_refused_with_what_there_is(header: str) -> None:
    with pytest.raises(Refused) as raised:
        accepted(header, OFFERED)
    assert raised.value.refusal.status == 406
    assert CSV in raised.value.refusal.detail


@given(st.text())
def test_any_header_is_answered_or_refused(header: str) -> None:
    with suppress(Refused):
        assert accepted(header, OFFERED) in OFFERED
