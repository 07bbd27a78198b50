"""Leaving: an agency takes away all that it recorded, as it posted it, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.turn import eventually

from dossier.agencies import Agency

PERSON = {"given_name": "Noémie", "family_name": "Emportée"}
LEAVING = Agency("leaving", "Leaving", "Leaving", "Leaving", "https://leaving.example")


@pytest.fixture(scope="module")
def leaving(running: Running, connect: Callable[..., Client], token: Callable[..., str]) -> Poster:
    """An organisation that nobody else's tests post for."""
    add(running, LEAVING)
    return Poster(LEAVING, connect(token("agency", agency=LEAVING.id)))


def exported(poster: Poster) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    response = poster.http.get(f"/v1/agencies/{poster.agency.id}/export")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    *lines, trailer = [json.loads(line) for line in response.text.splitlines()]
    return lines, trailer


@pytest.fixture(scope="module")
def recorded(leaving: Poster, hub: Poster) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was posted with its receipt: on one dossier of its own, and on one of another organisation."""
    own, others = leaving.open(person=PERSON), hub.open(person=PERSON)
    events = [
        leaving.event("contact-made", {"channel": "phone", "note": "Noémie called"}, own),
        leaving.event("contact-made", {"channel": "web"}, others),
    ]
    events += [leaving.event("contact-made", {"channel": "e-mail"}, own) for _ in range(600)]
    results = leaving.batch(events).json()
    return list(zip(events, results, strict=True))


def test_an_export_holds_every_event_as_it_was_posted(
    leaving: Poster, recorded: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    lines, trailer = exported(leaving)
    by_position = {line["position"]: line for line in lines}
    for event, result in recorded:
        line = by_position[result["position"]]
        assert {name: line[name] for name in event} == event
    assert trailer["trailer"] is True
    assert trailer["count"] == len(lines) == len(recorded) + 1


def test_the_trailer_has_the_root_that_later_checkpoints_are_consistent_with(leaving: Poster, hub: Poster) -> None:
    _, trailer = exported(leaving)
    hub.open()
    assert trailer["size"] == int(trailer["position"])
    params = {"position": trailer["position"], "size": str(trailer["size"])}
    proof = hub.http.get("/v1/log/proof/inclusion", params=params).json()
    assert proof["root"] == trailer["root"]


def test_a_successor_exports_what_its_predecessor_recorded(
    running: Running, connect: Callable[..., Client], token: Callable[..., str]
) -> None:
    old, new = (Agency(name, name, name, name, f"https://{name}.example") for name in ("gone", "heir"))
    for agency in (old, new):
        add(running, agency)
    before, heir = (Poster(one, connect(token("agency", agency=one.id))) for one in (old, new))
    dossier = before.open(person=PERSON)
    assert slug(heir.http.get("/v1/agencies/gone/export")) == "forbidden"
    running.run("agency", "succeed", "gone", "--successor", "heir", "--on", "2026-01-01")
    eventually(lambda: heir.http.get("/v1/agencies/gone/export").status_code == 200, seconds=60)
    *lines, trailer = [json.loads(line) for line in heir.http.get("/v1/agencies/gone/export").text.splitlines()]
    assert [(line["subject"], line["personal"]) for line in lines] == [(str(dossier), "held")]
    assert (trailer["agency"], trailer["count"]) == ("gone", 1)


def test_an_export_holds_nobody_elses_events(
    leaving: Poster, recorded: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    lines, _ = exported(leaving)
    assert {line["agency"] for line in lines} == {"leaving"}


def test_an_export_may_be_posted_again_as_it_is(
    leaving: Poster, recorded: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    lines, _ = exported(leaving)
    attributes = ("specversion", "id", "source", "type", "subject", "time", "timeprecision", "data")
    again = [{name: line[name] for name in attributes if name in line} for line in lines[:50]]
    results = leaving.batch(again).json()
    assert {result["status"] for result in results} == {200}
    assert [result["position"] for result in results] == [line["position"] for line in lines[:50]]


BESIDE = ("position", "version", "dossier", "agency", "digest", "recordedtime", "personal")
"""What the log adds to a line. Source: docs/decisions/0044-leaving-is-a-stream.md."""


def test_own_words_leave_as_they_came_and_are_repeats_when_posted_again(
    running: Running, connect: Callable[..., Client], token: Callable[..., str]
) -> None:
    agency = Agency("wordy", "Wordy", "Wordy", "Wordy", "https://wordy.example")
    add(running, agency)
    wordy = Poster(agency, connect(token("agency", agency=agency.id)))
    terms = {"channel": {"Tél.": "phone"}, "topic": {"Subsides": "finance"}}
    forms = {"aid-applied": {"PRIME": {"scheme": "web-grant", "instrument": "grant"}}}
    assert wordy.http.put("/v1/vocabularies/wordy", json={"terms": terms, "forms": forms}).status_code == 201
    dossier = wordy.open(person=PERSON)
    called, own = (
        wordy.event("contact-made", {"channel": word, "note": "Noémie"}, dossier) for word in ("Tél.", "tél.")
    )
    position = wordy.send(called).json()["position"]
    corrected = {"corrects": position, "data": {"channel": "Fax", "topic": "Subsides", "note": "No"}, "reason": "No"}
    posted = [
        called,
        own,
        wordy.event("coaching-session-held", {"topic": ["Subsides", "export", "?"]}, dossier),
        wordy.event("aid-applied", {"application_id": "a", "local_term": "prime", "currency": "EUR"}, dossier),
        wordy.event("event-corrected", corrected, dossier),
        wordy.event("event-retracted", {"corrects": position}, dossier),
    ]
    assert [one["status"] for one in wordy.batch(posted).json()] == [200] + [201] * 5
    lines, _ = exported(wordy)
    assert [line["data"] for line in lines[1:]] == [event["data"] for event in posted]
    again = [{name: value for name, value in line.items() if name not in BESIDE} for line in lines]
    assert [one["status"] for one in wordy.batch(again).json()] == [200] * len(lines)


def test_each_dossier_whose_person_leaves_is_one_reading(
    leaving: Poster, auditor: Client, recorded: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    (own, _), (others, _) = recorded[:2]

    def readings(subject: str) -> list[dict[str, Any]]:
        params = {"dossier": subject, "agency": "leaving"}
        found: list[dict[str, Any]] = auditor.get("/v1/readings", params=params).json()["readings"]
        return [one for one in found if one["kind"] == "export"]

    before = len(readings(own["subject"]))
    exported(leaving)
    after = readings(own["subject"])
    assert len(after) == before + 1
    assert after[-1]["version"] == 602
    assert readings(others["subject"]) == [], "no person of another organisation was shown"


def test_what_was_erased_is_said_to_be(leaving: Poster, hub: Poster, operator: Client) -> None:
    dossier: UUID = leaving.open(person=PERSON)
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    headers = {"content-type": "application/cloudevents+json"}
    assert operator.post("/v1/events", json=event, headers=headers).status_code == 201
    [line] = [line for line in exported(leaving)[0] if line["subject"] == str(dossier)]
    assert (line["personal"], line["data"]) == ("erased", {})


def test_an_agency_that_recorded_nothing_exports_nothing(
    running: Running, connect: Callable[..., Client], token: Callable[..., str]
) -> None:
    silent = Agency("silent", "Silent", "Silent", "Silent", "https://silent.example")
    add(running, silent)
    lines, trailer = exported(Poster(silent, connect(token("agency", agency="silent"))))
    assert (lines, trailer["count"]) == ([], 0)


def test_an_agency_exports_for_itself_alone(hub: Poster) -> None:
    response = hub.http.get("/v1/agencies/innoviris/export")
    assert (response.status_code, slug(response)) == (403, "forbidden")
