"""The access ledger as outside software sees it: every answer that shows a person has exactly one entry before it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from httpx import URL
from tests.contract.client import Client, Poster, slug

from dossier.writing.registration import new_dossier_id

Entries = Callable[..., list[dict[str, Any]]]
PERSON = {"given_name": "Noémie", "family_name": "Inspectée", "email": "noemie@inspectee.example"}


@pytest.fixture
def dossier(hub: Poster) -> UUID:
    """A dossier with a person in it, that nobody has read yet."""
    return hub.open(person=PERSON)


@pytest.fixture
def entries(auditor: Client) -> Entries:
    """The ledger's entries, by what is asked for, over all pages."""

    def ask(**params: Any) -> list[dict[str, Any]]:
        found, path = [], str(URL("/v1/readings", params=params))
        while path:
            response = auditor.get(path)
            assert response.status_code == 200, response.text
            found += response.json()["readings"]
            path = response.links.get("next", {}).get("url", "")
        return found

    return ask


@pytest.mark.parametrize(("path", "kind"), [("", "dossier"), ("/timeline", "timeline"), ("/changes", "changes")])
def test_a_reading_that_shows_the_person_is_recorded_once(
    adviser: Client, entries: Entries, dossier: UUID, path: str, kind: str
) -> None:
    assert adviser.get(f"/v1/dossiers/{dossier}{path}").status_code == 200
    [entry] = entries(dossier=dossier)
    assert (entry["kind"], entry["role"], entry["agency"], entry["reader"]) == (kind, "adviser", "hub", None)
    assert (entry["purpose"], entry["version"]) == ("guidance", 1)


def test_the_auditors_own_reading_of_a_history_is_recorded_too(
    auditor: Client, entries: Entries, dossier: UUID
) -> None:
    events = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"]
    [entry] = entries(dossier=dossier)
    assert (entry["kind"], entry["role"], entry["purpose"]) == ("history", "auditor", "audit")
    assert entry["position"] == events[-1]["position"]


def test_a_bundle_is_a_reading(auditor: Client, entries: Entries, dossier: UUID) -> None:
    events = auditor.get(f"/v1/dossiers/{dossier}/bundle").json()["events"]
    [entry] = entries(dossier=dossier)
    assert (entry["kind"], entry["version"], entry["position"]) == ("bundle", 1, events[-1]["position"])


def test_every_dossier_that_a_search_shows_with_its_person_is_a_reading(
    hub: Poster, adviser: Client, entries: Entries
) -> None:
    word = new_dossier_id().hex
    found = [hub.open(person={"given_name": word, "family_name": word}) for _ in range(3)]
    shown = adviser.get("/v1/dossiers", params={"q": word}).json()["dossiers"]
    for _ in range(100):
        if len(shown) == len(found):
            break
        shown = adviser.get("/v1/dossiers", params={"q": word}).json()["dossiers"]
    assert {one["id"] for one in shown} == {str(one) for one in found}
    for one in found:
        last = entries(dossier=one)[-1]
        assert (last["kind"], last["version"]) == ("search", 1)


def test_an_answer_without_the_person_is_no_reading(
    hub: Poster, innoviris: Poster, analyst: Client, operator: Client, entries: Entries, dossier: UUID
) -> None:
    for reader in (innoviris.http, analyst, operator):
        assert "Noémie" not in reader.get(f"/v1/dossiers/{dossier}").text
    assert entries(dossier=dossier) == []


def test_a_refused_reading_is_none(entries: Entries, adviser: Client, dossier: UUID) -> None:
    unknown = new_dossier_id()
    assert adviser.get(f"/v1/dossiers/{unknown}").status_code == 404
    assert entries(dossier=unknown) == []
    assert adviser.get(f"/v1/dossiers/{dossier}", params={"purpose": "curiosity"}).status_code == 422
    assert entries(dossier=dossier) == []


def test_the_purpose_is_given_by_header_or_query_and_the_query_wins(
    adviser: Client, entries: Entries, dossier: UUID
) -> None:
    path = f"/v1/dossiers/{dossier}"
    adviser.get(path, headers={"Dossier-Purpose": "referral"})
    adviser.get(path, headers={"Dossier-Purpose": "referral"}, params={"purpose": "complaint"})
    assert [entry["purpose"] for entry in entries(dossier=dossier)] == ["referral", "complaint"]


@pytest.mark.parametrize("purpose", ["audit", "own-access", "Guidance", "x" * 40, "guidance "])
def test_a_purpose_that_the_role_may_not_give_is_refused(adviser: Client, dossier: UUID, purpose: str) -> None:
    response = adviser.get(f"/v1/dossiers/{dossier}", headers={"Dossier-Purpose": purpose.strip() + "!"})
    assert (response.status_code, slug(response)) == (422, "invalid")
    response = adviser.get(f"/v1/dossiers/{dossier}", params={"purpose": purpose})
    assert (response.status_code, slug(response)) == (422, "invalid")
    assert response.json()["errors"][0]["pointer"] == "/purpose"


def test_every_purpose_is_published_and_taken(
    adviser: Client, anybody: Client, entries: Entries, dossier: UUID
) -> None:
    purposes = [one["purpose"] for one in anybody.get("/v1/purposes").json() if "adviser" in one["roles"]]
    assert purposes
    for purpose in purposes:
        assert adviser.get(f"/v1/dossiers/{dossier}", params={"purpose": purpose}).status_code == 200
    assert [entry["purpose"] for entry in entries(dossier=dossier)] == purposes


def test_an_entry_is_its_stored_bytes(adviser: Client, entries: Entries, dossier: UUID) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    [entry] = entries(dossier=dossier)
    stored = base64.b64decode(entry.pop("stored"))
    assert hashlib.sha256(stored).hexdigest() == entry.pop("digest")
    body = json.loads(stored)
    assert rfc8785.dumps(body) == stored
    assert body == {name: value for name, value in entry.items() if value is not None}


def test_entries_are_numbered_without_gaps_and_their_time_never_decreases(adviser: Client, entries: Entries) -> None:
    adviser.get("/v1/dossiers")
    found = entries()
    assert [int(entry["number"]) for entry in found] == list(range(1, len(found) + 1))
    times = [datetime.fromisoformat(entry["at"]) for entry in found]
    assert times == sorted(times)


def test_colleagues_are_told_apart_by_a_pseudonym_that_names_nobody(
    running_token: Callable[..., Client], entries: Entries, dossier: UUID
) -> None:
    for subject in ("amelie@hub.example", "bart@hub.example", "amelie@hub.example"):
        running_token(subject).get(f"/v1/dossiers/{dossier}")
    first, second, third = (entry["reader"] for entry in entries(dossier=dossier))
    assert first == third != second
    assert "@" not in first
    assert len(first) == 32
    guessed = hashlib.sha256(b"amelie@hub.example").hexdigest()
    assert not guessed.startswith(first)


@pytest.fixture
def running_token(running: Any, connect: Callable[..., Client]) -> Callable[[str], Client]:
    """A client of a coach of hub.brussels whose token names them."""
    return lambda subject: connect(running.token("adviser", "hub", subject=subject))


def test_auditors_ask_by_agency_and_by_time(
    hub: Poster, innoviris: Poster, adviser: Client, entries: Entries, dossier: UUID
) -> None:
    innoviris.post("contact-made", {"channel": "phone"}, dossier)
    adviser.get(f"/v1/dossiers/{dossier}")
    innoviris.http.get(f"/v1/dossiers/{dossier}")
    hub_read, innoviris_read = entries(dossier=dossier)
    assert entries(dossier=dossier, agency="innoviris") == [innoviris_read]
    assert entries(dossier=dossier, to=innoviris_read["at"]) == [hub_read]
    assert entries(**{"dossier": dossier, "from": innoviris_read["at"]}) == [innoviris_read]
    assert entries(dossier=dossier, to="2020-01-01") == []


@pytest.mark.parametrize("when", ["yesterday", "2026-13-01", "2026-03-01T10:00:00", "9999-12-31", "'; drop table"])
def test_a_time_that_is_none_is_refused(auditor: Client, when: str) -> None:
    response = auditor.get("/v1/readings", params={"to": when})
    assert (response.status_code, slug(response)) == (422, "invalid")


def test_the_entrepreneur_is_told_in_plain_words_who_looked_and_why(
    adviser: Client, token: Callable[..., str], connect: Callable[..., Client], dossier: UUID
) -> None:
    own = connect(token("entrepreneur", dossier=dossier))
    adviser.get(f"/v1/dossiers/{dossier}", params={"purpose": "referral"})
    own.get(f"/v1/dossiers/{dossier}")
    for lang, who, why in (
        ("fr", "Un conseiller de hub.brussels", "préparer ou suivre une orientation vers un autre service"),
        ("nl", "Een adviseur van hub.brussels", "een doorverwijzing naar een andere dienst voorbereiden of opvolgen"),
        ("en", "An adviser of hub.brussels", "preparing or following a referral to another service"),
    ):
        latest, first = own.get(f"/v1/dossiers/{dossier}/readings", params={"lang": lang}).json()["readings"]
        assert (first["who"], first["why"]) == (who, why)
        assert first["who"] in first["told"]
        assert first["why"] in first["told"]
        assert latest["role"] == "entrepreneur"


def test_the_entrepreneur_is_not_told_which_official_it_was(
    running_token: Callable[..., Client], token: Callable[..., str], connect: Callable[..., Client], dossier: UUID
) -> None:
    running_token("amelie@hub.example").get(f"/v1/dossiers/{dossier}")
    own = connect(token("entrepreneur", dossier=dossier))
    response = own.get(f"/v1/dossiers/{dossier}/readings")
    assert response.json()["readings"]
    assert "reader" not in response.json()["readings"][0]
    assert "amelie" not in response.text


def test_an_entrepreneur_sees_the_readings_of_their_own_dossier_alone(
    hub: Poster, token: Callable[..., str], connect: Callable[..., Client], dossier: UUID
) -> None:
    own = connect(token("entrepreneur", dossier=dossier))
    assert slug(own.get(f"/v1/dossiers/{hub.open()}/readings")) == "forbidden"


def test_readings_of_an_unknown_dossier_are_none(auditor: Client) -> None:
    response = auditor.get(f"/v1/dossiers/{new_dossier_id()}/readings")
    assert (response.status_code, slug(response)) == (404, "not-found")


def test_a_long_list_of_readings_comes_by_page(adviser: Client, auditor: Client, dossier: UUID) -> None:
    for _ in range(101):
        adviser.get(f"/v1/dossiers/{dossier}")
    first = auditor.get(f"/v1/dossiers/{dossier}/readings")
    rest = auditor.get(first.links["next"]["url"])
    numbers = [int(one["number"]) for page in (first, rest) for one in page.json()["readings"]]
    assert len(numbers) == 101
    assert numbers == sorted(numbers, reverse=True)
    assert "next" not in rest.links


def test_after_an_erasure_the_readings_remain_and_name_nobody(
    hub: Poster, operator: Client, adviser: Client, entries: Entries, dossier: UUID
) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    before = entries(dossier=dossier)
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    erased = operator.post("/v1/events", json=event, headers={"content-type": "application/cloudevents+json"})
    assert erased.status_code == 201
    assert entries(dossier=dossier) == before
    assert not any(value in json.dumps(before) for value in PERSON.values())


def test_events_followed_with_their_persons_are_one_reading_a_dossier(
    hub: Poster, adviser: Client, entries: Entries, dossier: UUID
) -> None:
    position = hub.post("contact-made", {"channel": "phone", "note": "Noémie called"}, dossier)["position"]
    hub.post("contact-made", {"channel": "web", "note": "Noémie wrote"}, dossier)
    after = {"after": str(int(position) - 1)}
    assert "Noémie" not in adviser.get("/v1/feed", params=after).text
    assert entries(dossier=dossier) == []
    assert "Noémie" in adviser.get("/v1/feed", params=after | {"personal": "true", "purpose": "referral"}).text
    [entry] = entries(dossier=dossier)
    assert (entry["kind"], entry["purpose"], entry["version"]) == ("feed", "referral", 3)


def test_a_stream_with_persons_is_recorded_before_it_is_sent(
    hub: Poster, adviser: Client, entries: Entries, dossier: UUID
) -> None:
    receipt = hub.post("contact-made", {"channel": "phone", "note": "Noémie called"}, dossier)
    params = {"after": str(int(receipt["position"]) - 1), "personal": "true"}
    with adviser.stream("GET", "/v1/stream", params=params) as response:
        for line in response.iter_lines():
            if "Noémie" in line:
                break
        [entry] = entries(dossier=dossier)
    assert (entry["kind"], entry["position"]) == ("feed", receipt["position"])
