"""Reading what agencies send: each wrong way (tests/cases/intake.yaml) has its refusal and its place."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.posting import HUB, cloud_event
from tests.strategies import DOSSIER, NOW, data_of, spelled_numbers

from dossier.catalogue import JOURNEY, Fact
from dossier.enterprise_number import normalise
from dossier.journal.draft import idempotency_key
from dossier.refusals import KINDS, Refused
from dossier.writing.command import Command
from dossier.writing.intake import read

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "intake.yaml").read_text())
NOBODY_S = "Amina Marker"


def sent(case: dict[str, Any]) -> Any:
    """The event of a case; `*7` stands for seven letters."""
    if "event" in case:
        return case["event"]
    changed = {name: lengthened(value) for name, value in case["with"].items()}
    return cloud_event(case.get("type", "contact-made"), changed.pop("data", {"channel": "phone"}), DOSSIER, **changed)


def lengthened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: lengthened(inner) for name, inner in value.items()}
    return "x" * int(value[1:]) if isinstance(value, str) and value.startswith("*") else value


def taken(event: Any) -> Command:
    return read(event, HUB, NOW)


def slug(event: Any) -> str:
    """Why an event was refused, or that it was read."""
    try:
        taken(event)
    except Refused as error:
        return error.refusal.slug
    return "read"


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_is_sent_wrongly_is_refused_by_name_and_place(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        taken(sent(case))
    refusal = caught.value.refusal
    assert refusal.slug == case["then"]
    at = case.get("at", [])
    assert {pointer for pointer, _ in refusal.errors} == set(at if isinstance(at, list) else [at])


def test_there_are_many_ways_to_send_it_wrongly() -> None:
    assert len({case["case"] for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"time": "2026-03-10T14:29:59Z"},
        {"time": "2026-03-02T09:00:00.123456789+01:00"},
        {"time": "1899-01-01T00:00:00Z"},
        {"time": "2026-03-02t09:00:00z"},
        {"timeprecision": "year"},
        {"datacontenttype": "application/json; charset=utf-8"},
        {"datacontenttype": "application/cloudevents+json"},
        {"recordedtime": "2020-01-01T00:00:00Z"},
        {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
        {"subject": str(DOSSIER).upper()},
        {"subject": "BE 0403.019.261"},
        {"source": HUB.source_prefix + "/coaching"},
        {"correlationid": "c", "causationid": "é"},
        {"id": "x" * 512},
    ],
)
def test_what_is_sent_rightly_is_read(changed: dict[str, Any]) -> None:
    assert taken(cloud_event("contact-made", {"channel": "phone"}, DOSSIER, **(changed))).agency == "hub"


def test_the_server_s_own_stamp_is_ignored_inwards() -> None:
    event = cloud_event("contact-made", {"channel": "phone"}, DOSSIER)
    assert taken(event) == taken({**event, "recordedtime": "2020-01-01T00:00:00Z"})


def test_a_time_is_kept_in_one_spelling() -> None:
    small, large = (
        taken(cloud_event("contact-made", {"channel": "phone"}, DOSSIER, id="one", time=time))
        for time in ("2026-03-02t09:00:00z", "2026-03-02T09:00:00Z")
    )
    assert small == large, "so a repeat is a repeat"
    assert small.time == "2026-03-02T09:00:00Z"
    corrected = taken(
        cloud_event("event-corrected", {"corrects": "1", "data": {}, "time": "2026-03-02t09:00:00z"}, DOSSIER)
    )
    assert getattr(corrected.fact, "time") == "2026-03-02T09:00:00Z"  # noqa: B009 - a field of this type only


def test_a_day_ahead_is_taken_and_not_a_moment_more() -> None:
    for ahead, seen in ((timedelta(days=1), True), (timedelta(days=1, microseconds=1), False)):
        event = cloud_event("contact-made", {"channel": "phone"}, DOSSIER, time=(NOW + ahead).isoformat())
        if seen:
            assert taken(event)
        else:
            with pytest.raises(Refused, match="time-in-the-future"):
                taken(event)


@pytest.mark.parametrize("prefix", ["https://other.example/crm", "https://other.example/crm/"])
def test_a_refused_source_is_told_where_to_begin(prefix: str) -> None:
    with pytest.raises(Refused) as caught:
        read(cloud_event("contact-made", {"channel": "phone"}, DOSSIER), HUB._replace(source_prefix=prefix), NOW)
    assert caught.value.refusal.detail == "Sources of hub start with https://other.example/crm/"


def test_an_enterprise_number_is_kept_as_ten_digits_and_as_supplied() -> None:
    fact = taken(cloud_event("enterprise-linked", {"legal_identifier": "BE 0403.019.261"}, DOSSIER)).fact
    assert getattr(fact, "legal_identifier") == "0403019261"  # noqa: B009 - a field of this type only
    assert getattr(fact, "legal_identifier_as_supplied") == "BE 0403.019.261"  # noqa: B009


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(Refused) as caught:
        taken(cloud_event("referral-made", {"to_agency": "HUB", "reason": "x"}, DOSSIER))
    assert {at for at, _ in caught.value.refusal.errors} == {"/data/referral_id", "/data/to_agency", "/data/reason"}


@pytest.mark.parametrize("field", ["given_name", "birth_date", "email", "phone", "language"])
def test_a_refusal_repeats_no_value_it_may_be_personal(field: str) -> None:
    person = {field: NOBODY_S + "\0" * (field == "given_name")}
    with pytest.raises(Refused) as caught:
        taken(cloud_event("profile-updated", {"person": person}, DOSSIER))
    assert "Marker" not in repr(caught.value.refusal)


@given(spelled_numbers())
def test_an_enterprise_number_in_any_spelling_is_the_same_subject(spelled: str) -> None:
    assert taken(cloud_event("contact-made", {"channel": "phone"}, spelled)).subject == normalise(spelled)


@given(st.uuids())
def test_a_dossier_is_a_subject_in_small_and_capital_letters(dossier: UUID) -> None:
    for subject in (str(dossier), str(dossier).upper()):
        assert taken(cloud_event("contact-made", {"channel": "phone"}, subject)).subject == dossier


@given(st.text(), st.text(), st.text(), st.text())
def test_a_key_belongs_to_one_source_and_id(source: str, event_id: str, other: str, other_id: str) -> None:
    if "\0" in source + event_id + other + other_id:
        return  # refused before a key is made of them
    same = (source, event_id) == (other, other_id)
    assert (idempotency_key(source, event_id) == idempotency_key(other, other_id)) == same


@settings(max_examples=100)
@given(st.sampled_from(JOURNEY).flatmap(lambda kind: st.tuples(st.just(kind), data_of(kind))))
def test_all_valid_data_is_read(case: tuple[type[Fact], dict[str, Any]]) -> None:
    kind, data = case
    assert isinstance(taken(cloud_event(kind.NAME, data, DOSSIER)).fact, kind)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=2)
    ),
    max_leaves=5,
)
ATTRIBUTES = [
    "id",
    "source",
    "specversion",
    "type",
    "subject",
    "time",
    "timeprecision",
    "data",
    "correlationid",
    "datacontenttype",
]


@settings(max_examples=200)
@given(st.sampled_from(ATTRIBUTES), ANYTHING, st.sampled_from(JOURNEY))
def test_nothing_that_can_be_sent_is_more_than_refused(name: str, value: Any, kind: type[Fact]) -> None:
    event = {**cloud_event(kind.NAME, {}, DOSSIER), name: value}
    assert slug(event) == "read" or KINDS[slug(event)][0] in range(400, 500)


@settings(max_examples=200)
@given(st.sampled_from(JOURNEY), st.data())
def test_no_value_of_a_field_is_more_than_refused(kind: type[Fact], data: st.DataObject) -> None:
    valid = data.draw(data_of(kind, full=True))
    field = data.draw(st.sampled_from(sorted(valid)))
    event = cloud_event(kind.NAME, {**valid, field: data.draw(ANYTHING)}, DOSSIER)
    assert slug(event) in ("read", "invalid", "time-in-the-future")
