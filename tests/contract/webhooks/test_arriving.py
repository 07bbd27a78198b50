"""What arrives at an endpoint: events in order, signed, verified by the official libraries."""

from __future__ import annotations

from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from tests.contract.client import Poster
from tests.contract.receiver import Receiver, receiving
from tests.contract.webhooks.asking import CONTACT, contact, subscribe

PERSON = {"given_name": "Zoé", "family_name": "Suivie", "language": "fr"}


def test_events_arrive_in_order_signed_and_without_their_person(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    dossier = there.open(person=PERSON)
    positions = [contact(there, dossier) for _ in range(5)]
    received = receiver.wait(6)
    events = [request.verified(webhook["secret"]) for request in received]
    assert [event["position"] for event in events[1:]] == positions
    assert {event["subject"] for event in events} == {str(dossier)}
    assert not any("Zoé" in request.body.decode() or "personal" in request.body.decode() for request in received)
    assert len({request.headers["webhook-id"] for request in received}) == 6
    page = there.http.get("/v1/feed", params={"after": str(int(positions[0]) - 1)}).json()["entries"]
    assert events[1:] == page, "the same entries as the feed's"


def test_what_arrives_is_a_cloudevent_to_the_official_sdk(there: Poster, receiver: Receiver) -> None:
    subscribe(there, receiver)
    dossier = there.open()
    [request] = receiver.wait(1)
    assert request.headers["content-type"] == "application/cloudevents+json"
    event = from_http_event(HTTPMessage(request.headers, request.body))
    assert (event.get_type(), event.get_subject()) == ("brussels.dossier.dossier-opened.v1", str(dossier))


def test_a_webhook_begins_at_the_end_of_the_log_or_where_it_is_told(there: Poster, receiver: Receiver) -> None:
    dossier = there.open()
    first = contact(there, dossier)
    subscribe(there, receiver)
    second = contact(there, dossier)
    assert positions_of(receiver.wait(1)) == [second]
    with receiving() as earlier:
        subscribe(there, earlier, after=str(int(first) - 1))
        assert positions_of(earlier.wait(2)) == [first, second]


def positions_of(requests: list[Any]) -> list[str]:
    return [request.headers["webhook-id"].rpartition("_")[2] for request in requests]


def test_a_webhook_is_narrowed_by_type_agency_and_relation(there: Poster, other: Poster, receiver: Receiver) -> None:
    wanted = {"types": [CONTACT], "agencies": ["innoviris"], "relation": "own"}
    subscribe(there, receiver, **wanted)
    mine, theirs = there.open(), other.open()
    contact(there, mine)
    other.post("phase-declared", {"phase": "creation"}, mine)
    contact(other, theirs)
    expected = [contact(other, mine)]
    receiver.wait(1)  # what was before it is passed: a relation counts from when it is there
    there.post("referral-made", {"referral_id": "r", "to_agency": "finance"}, theirs)
    expected += [contact(other, theirs)]
    assert positions_of(receiver.wait(2)) == expected
    assert receiver.quiet()
