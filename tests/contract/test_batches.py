"""Batches: a result for each item in order; atomic ones all or nothing; items see those before them."""

from __future__ import annotations

import json

import pytest
from tests.contract.client import BATCH, STREAM, Client, Poster, slug


def test_an_empty_batch_is_taken(hub: Poster) -> None:
    for params in ({}, {"atomic": "true"}):
        response = hub.batch([], **params)
        assert (response.status_code, response.json()) == (200, [])


def test_each_item_has_its_result_in_order(hub: Poster) -> None:
    dossier = hub.open()
    known = hub.event("contact-made", {"channel": "phone"}, dossier)
    position = hub.send(known).json()["position"]
    items = [
        hub.event("contact-made", {"channel": "visit"}, dossier),
        known,
        hub.event("contact-made", {}, dossier),
        "no event",
        hub.event("contact-made", {"channel": "e-mail"}, dossier, source="https://innoviris.example"),
        known | {"data": {"channel": "letter"}},
        hub.event("contact-made", {"channel": "e-mail"}, dossier),
    ]
    results = hub.batch(items).json()
    assert [item["index"] for item in results] == list(range(7))
    assert [item["status"] for item in results] == [201, 200, 422, 400, 403, 422, 201]
    assert results[1]["position"] == position
    assert results[5]["problem"]["position"] == position
    assert results[2]["problem"]["errors"][0]["pointer"] == "/data/channel"
    assert ["problem" in item for item in results] == ["position" not in item for item in results]


def test_an_atomic_batch_is_written_whole(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    response = hub.batch([hub.event("contact-made", {"channel": "phone"}, dossier) for _ in range(5)], atomic="true")
    assert [item["status"] for item in response.json()] == [201] * 5
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 6


@pytest.mark.parametrize(
    ("word", "atomic"), [("true", True), ("TRUE", True), ("1", True), ("false", False), ("0", False)]
)
def test_atomic_is_said_as_true_or_false(hub: Poster, word: str, atomic: bool) -> None:
    response = hub.batch([{}, {}], atomic=word)
    assert response.status_code == (422 if atomic else 200)


@pytest.mark.parametrize("word", ["yes", "", "atomic"])
def test_another_word_does_not_make_a_batch_less_than_atomic(hub: Poster, word: str) -> None:
    response = hub.batch([hub.event("contact-made", {"channel": "phone"}, hub.open())], atomic=word)
    assert (response.status_code, slug(response)) == (422, "invalid")


def test_a_refused_atomic_batch_writes_nothing_and_says_why(hub: Poster, auditor: Client) -> None:
    dossier, other = hub.open(), hub.open()
    good = [hub.event("contact-made", {"channel": "phone"}, subject) for subject in (dossier, other, dossier)]
    bad = hub.event("contact-made", {"channel": 1}, dossier)
    head = auditor.get("/v1/projections").json()
    response = hub.batch([*good, bad], atomic="true")
    assert (response.status_code, slug(response)) == (422, "batch-refused")
    items = response.json()["items"]
    assert [item["problem"]["type"].rpartition("/")[2] for item in items] == ["batch-refused"] * 3 + ["invalid"]
    assert [auditor.get(f"/v1/dossiers/{d}").json()["version"] for d in (dossier, other)] == [1, 1]
    assert auditor.get("/v1/projections").json()["behind"] <= head["behind"]
    again = hub.batch(good, atomic="true").json()
    assert [item["status"] for item in again] == [201] * 3, "its keys were not used up"


def test_a_repeated_atomic_batch_is_repeats(hub: Poster) -> None:
    events = [hub.event("contact-made", {"channel": "phone"}, hub.open()) for _ in range(3)]
    first, again = (hub.batch(events, atomic="true").json() for _ in range(2))
    assert [item["status"] for item in again] == [200] * 3
    assert [item["position"] for item in again] == [item["position"] for item in first]


def test_items_see_those_before_them(hub: Poster, number: str) -> None:
    dossier = hub.open()
    items = [
        hub.event("aid-decided", {"application_id": "a", "outcome": "refused"}, dossier),
        hub.event("aid-applied", {"application_id": "a", "instrument": "grant"}, dossier),
        hub.event("aid-decided", {"application_id": "a", "outcome": "refused"}, dossier),
        hub.event("aid-paid", {"application_id": "a", "amount": "1"}, dossier),
        hub.event("enterprise-linked", {"legal_identifier": number}, dossier),
        hub.event("contact-made", {"channel": "phone"}, number),
    ]
    assert [item["status"] for item in hub.batch(items).json()] == [422, 201, 201, 422, 201, 201]


def test_a_batch_opens_a_dossier_and_goes_on(hub: Poster, auditor: Client) -> None:
    opened = hub.event("dossier-opened", {}, "01890000-0000-7000-8000-00000000b001")
    then = hub.event("contact-made", {"channel": "phone"}, "01890000-0000-7000-8000-00000000b001")
    assert [item["status"] for item in hub.batch([then, opened, then | {"id": "other"}]).json()] == [404, 201, 201]


def test_the_same_event_twice_in_a_batch_is_a_repeat(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    first, second, third = hub.batch([event, event, event | {"data": {"channel": "visit"}}]).json()
    assert (first["status"], second["status"], third["status"]) == (201, 200, 422)
    assert second["position"] == first["position"]


def test_an_atomic_stream_is_all_or_nothing_too(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    response = hub.http.post(
        "/v1/events?atomic=true", content=b'{"id":"x"}\n{"id":"y"}', headers={"content-type": "application/x-ndjson"}
    )
    assert (response.status_code, slug(response)) == (422, "batch-refused")
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1


def test_a_line_of_an_atomic_stream_that_cannot_be_read_is_told_by_its_index(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    good = json.dumps(hub.event("contact-made", {"channel": "phone"}, dossier)).encode()
    long = b'"' + b"x" * (1 << 20) + b'"'
    lines = b"\n".join([good, b"", b'{"id": "x', b'{"a": "\\u0000"}', b"[" * 5_000, long, good])
    response = hub.http.post("/v1/events?atomic=true", content=lines, headers=STREAM)
    assert (response.status_code, slug(response)) == (422, "batch-refused")
    told = [
        (item["index"], item["status"], item["problem"]["type"].rpartition("/")[2]) for item in response.json()["items"]
    ]
    assert told[1:5] == [(1, 400, "malformed"), (2, 400, "malformed"), (3, 400, "malformed"), (4, 413, "too-large")]
    assert {told[0], (0, *told[5][1:])} == {(0, 422, "batch-refused")}
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1


def test_a_batch_is_a_list(hub: Poster) -> None:
    response = hub.batch({"specversion": "1.0"})  # type: ignore[arg-type]  # what is wrong is the test
    assert (response.status_code, slug(response)) == (400, "malformed")


@pytest.mark.parametrize("headers", [BATCH, STREAM])
def test_a_guard_that_cannot_be_kept_is_refused(hub: Poster, auditor: Client, headers: dict[str, str]) -> None:
    dossier = hub.open()
    event = hub.event("contact-made", {"channel": "phone"}, dossier)
    body = json.dumps([event] if headers == BATCH else event)
    refused = hub.http.post("/v1/events", content=body, headers=headers | {"if-match": '"1"'})
    assert (refused.status_code, slug(refused)) == (400, "malformed")
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1


def test_atomic_said_twice_is_not_less_than_atomic(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    events = [hub.event("contact-made", {"channel": channel}, dossier) for channel in ("phone", 7)]
    refused = hub.http.post("/v1/events?atomic=true&atomic=false", json=events, headers=BATCH)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/atomic")
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1
