"""The same post again is recorded once and answered alike; another under the same id is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.posting import NUMBERS, PERSON, accepted, cloud_event, contact, opened, post, refused, repeated, short

from dossier.log import Log


def reordered(value: Any) -> Any:
    """The same JSON with its keys the other way round."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def test_the_same_again_is_a_repeat_with_the_first_position(log: Log) -> None:
    event = contact(opened(log))
    first = accepted(post(log, event)[0])
    assert repeated(post(log, event)[0]) == first.position


def test_the_same_again_in_one_batch_is_a_repeat(log: Log) -> None:
    event = contact(opened(log))
    first, second = post(log, event, event)
    assert repeated(second) == accepted(first).position


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("profile-updated", {"person": {**PERSON, "email": "amina@example.be"}}),
        ("enterprise-created", {"legal_identifier": "0403.019.261", "nace": {"version": "2008", "code": "62.01"}}),
        ("figures-reported", {"legal_identifier": "0403019261", "period": "2025", "headcount_fte": 2.5}),
        ("enterprise-linked", {"legal_identifier": "BE 0403.019.261", "from": "2025-01-01", "legal_name": "Benali"}),
        ("aid-decided", {"application_id": "A1", "outcome": "granted", "amount": "1000.00", "reason": "fits"}),
    ],
)
def test_equal_json_in_another_order_is_a_repeat(log: Log, name: str, data: dict[str, Any]) -> None:
    dossier = opened(log, ("aid-applied", {"application_id": "A1", "instrument": "grant"}))
    event = cloud_event(name, data, dossier)
    accepted(post(log, event)[0])
    repeated(post(log, reordered(event))[0])


def test_another_spelling_of_the_subject_is_a_repeat(log: Log) -> None:
    number = next(NUMBERS)
    dossier = opened(log, ("enterprise-linked", {"legal_identifier": number}))
    event = contact(number)
    accepted(post(log, event)[0])
    for subject in (f"BE {number[:4]}.{number[4:7]}.{number[7:]}", str(dossier), str(dossier).upper()):
        repeated(post(log, {**event, "subject": subject})[0])


def test_a_repeat_by_a_number_no_longer_held_is_a_repeat(log: Log) -> None:
    number = next(NUMBERS)
    opened(log, ("enterprise-linked", {"legal_identifier": number}))
    event = cloud_event("enterprise-unlinked", {"legal_identifier": number}, number)
    accepted(post(log, event)[0])
    repeated(post(log, event)[0])


@pytest.mark.parametrize(
    "changed",
    [
        {"data": {"channel": "mail"}},
        {"data": {"channel": "phone", "note": "Amina"}},
        {"time": "2026-03-02T08:00:00Z"},
        {"timeprecision": "month"},
        {"correlationid": "c1"},
        {"causationid": "c1"},
        {"type": "brussels.dossier.consent-given.v1", "data": {"purpose": "phone"}},
    ],
)
def test_other_content_under_the_same_id_is_refused_with_the_first_position(log: Log, changed: dict[str, Any]) -> None:
    event = contact(opened(log))
    first = accepted(post(log, event)[0])
    refusal = refused(post(log, {**event, **changed})[0])
    assert (refusal.slug, refusal.more) == ("already-recorded-differently", {"position": str(first.position)})


def test_another_dossier_under_the_same_id_is_refused(log: Log) -> None:
    event = contact(opened(log))
    accepted(post(log, event)[0])
    assert short(post(log, {**event, "subject": str(opened(log))})[0]) == "already-recorded-differently"


def test_another_person_under_the_same_id_is_refused(log: Log) -> None:
    event = cloud_event("profile-updated", {"person": PERSON}, opened(log))
    accepted(post(log, event)[0])
    other = {**event, "data": {"person": {**PERSON, "given_name": "Ahmed"}}}
    assert short(post(log, other)[0]) == "already-recorded-differently"


def test_other_content_in_one_batch_is_refused(log: Log) -> None:
    event = contact(opened(log))
    outcomes = post(log, event, {**event, "data": {"channel": "mail"}})
    assert [short(o) for o in outcomes] == ["accepted", "already-recorded-differently"]


def test_a_repeat_is_a_repeat_also_when_the_state_would_refuse_it_now(log: Log) -> None:
    event = cloud_event("aid-applied", {"application_id": "A1", "instrument": "grant"}, opened(log))
    accepted(post(log, event)[0])
    repeated(post(log, event)[0])


def test_a_repeated_correction_is_a_repeat_in_any_spelling_of_its_data(log: Log) -> None:
    number = next(NUMBERS)
    dossier = opened(log)
    linked = accepted(post(log, cloud_event("enterprise-linked", {"legal_identifier": "0403019261"}, dossier))[0])
    data = {"corrects": str(linked.position), "data": {"legal_identifier": number, "legal_name": "Benali"}}
    event = cloud_event("event-corrected", data, dossier)
    accepted(post(log, event)[0])
    repeated(post(log, reordered(event))[0])


def test_the_same_id_of_another_source_is_another_event(log: Log) -> None:
    event = contact(opened(log))
    accepted(post(log, event)[0])
    accepted(post(log, {**event, "source": event["source"] + "/coaching"})[0])
