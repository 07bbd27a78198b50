"""Registering an entrepreneur: a new dossier, or the one that a certain key leads to; likely ones are named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.contract.client import STRUCTURED, Client, Poster, slug
from tests.contract.running import Running

from dossier.database.connections import open_database
from dossier.settings import Settings


def somebody(**changed: Any) -> dict[str, Any]:
    unique = uuid4().hex
    person = {"given_name": f"Ada{unique[:8]}", "family_name": f"Lovel{unique[8:20]}", "language": "nl"}
    return {name: value for name, value in (person | changed).items() if value is not None}


def register(hub: Poster, body: dict[str, Any], **headers: str) -> httpx.Response:
    return hub.http.post("/v1/dossiers", json=body, headers=headers)


def test_a_newcomer_gets_a_dossier(hub: Poster, auditor: Client, number: str) -> None:
    body = {
        "person": somebody(email=f"{uuid4().hex}@example.be"),
        "enterprise": {"legal_identifier": f"BE {number[:4]}.{number[4:7]}.{number[7:]}", "legal_name": "Ada BV"},
        "project": {"title": "Engine", "nace": {"version": "2008", "code": "62.01"}},
        "phase": "creation",
        "time": "2026-02-03T10:00:00+01:00",
    }
    response = register(hub, body)
    made = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/v1/dossiers/{made['id']}"
    assert set(made) == {"id", "version", "position", "possible_duplicates"}
    assert (made["version"], response.headers["etag"], made["possible_duplicates"]) == (4, '"4"', [])
    state = auditor.get(response.headers["location"]).json()
    assert state["person"] == body["person"]
    assert (state["phase"]["value"], state["sector"]["ict"]) == ("creation", True)
    assert [e["legal_identifier"] for e in state["enterprises"]] == [number]
    assert state["opened_on"] == "2026-02-03"


@pytest.mark.parametrize("key", ["email", "birth_date"])
def test_the_same_person_has_one_dossier(hub: Poster, key: str) -> None:
    certain = {"email": f"{uuid4().hex}@example.be", "birth_date": "1990-05-06"}[key]
    person = somebody(**{key: certain})
    first, again = register(hub, {"person": person}), register(hub, {"person": person})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["id"], again.headers["location"]) == (first.json()["id"], first.headers["location"])


def test_nobody_is_born_on_a_day_to_come(hub: Poster) -> None:
    response = register(hub, {"person": somebody(birth_date="2999-05-06")})
    assert slug(response) == "invalid"
    assert [error["pointer"] for error in response.json()["errors"]] == ["/person/birth_date"]


def test_a_name_alone_is_no_certain_key(hub: Poster) -> None:
    person = somebody()
    first, second = register(hub, {"person": person}), register(hub, {"person": person})
    assert second.status_code == 201
    [likely] = second.json()["possible_duplicates"]
    assert (likely["id"], likely["because"]) == (first.json()["id"], ["name"])
    assert 0.5 < likely["score"] < 1


def test_another_birth_date_is_another_person(hub: Poster) -> None:
    email = f"{uuid4().hex}@example.be"
    person = somebody(email=email, birth_date="1990-05-06")
    first = register(hub, {"person": person})
    second = register(hub, {"person": person | {"birth_date": "1991-05-06"}})
    assert second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize(("known", "given"), [("+32 478 65 43 21", "0478654321"), ("0479654321", "+32 479 65.43.21")])
def test_a_telephone_number_is_compared_however_it_is_written(hub: Poster, known: str, given: str) -> None:
    first = register(hub, {"person": somebody(phone=known)})
    second = register(hub, {"person": somebody(phone=given)})
    [likely] = second.json()["possible_duplicates"]
    assert (likely["id"], likely["because"]) == (first.json()["id"], ["phone"])


def test_a_number_without_a_person_is_a_certain_key(hub: Poster, number: str) -> None:
    first = register(hub, {"person": somebody(), "enterprise": {"legal_identifier": number}})
    again = register(hub, {"enterprise": {"legal_identifier": number}})
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, first.json()["id"])


def test_a_number_with_another_person_is_a_second_founder(hub: Poster, number: str) -> None:
    first = register(hub, {"person": somebody(), "enterprise": {"legal_identifier": number}})
    second = register(hub, {"person": somebody(), "enterprise": {"legal_identifier": number}})
    assert second.status_code == 201
    assert second.json()["possible_duplicates"][0] | {"score": 0} == {
        "id": first.json()["id"],
        "score": 0,
        "because": ["enterprise number"],
    }


def test_a_number_of_two_dossiers_is_certain_of_neither(hub: Poster, number: str) -> None:
    """Else each repeat would open another."""
    key, enterprise = uuid4().hex, {"enterprise": {"legal_identifier": number}}
    first = register(hub, enterprise, **{"idempotency-key": key})
    second = register(hub, {"person": somebody(), **enterprise})
    assert (first.status_code, second.status_code) == (201, 201)
    for _ in range(2):
        third = register(hub, {"enterprise": {"legal_identifier": f"BE {number}"}})
        assert (third.status_code, slug(third)) == (409, "subject-ambiguous")
        assert third.json()["dossiers"] == sorted([first.json()["id"], second.json()["id"]])
        assert third.json()["errors"][0]["pointer"] == "/enterprise/legal_identifier"
    again = register(hub, enterprise, **{"idempotency-key": key})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"]), "a key says which"


def test_a_misspelled_name_is_a_possible_duplicate(hub: Poster) -> None:
    person = somebody(family_name="Vanderhaeghen-Quackelbeen")
    first = register(hub, {"person": person})
    second = register(hub, {"person": person | {"family_name": "Van der Haegen Quackelbeen"}})
    assert first.json()["id"] in [likely["id"] for likely in second.json()["possible_duplicates"]]


def test_an_idempotency_key_makes_repeating_safe(hub: Poster) -> None:
    key, body = uuid4().hex, {"person": somebody()}
    first, again = (register(hub, body, **{"idempotency-key": key}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_an_idempotency_key_holds_also_at_the_same_moment(hub: Poster) -> None:
    key, body = uuid4().hex, {"person": somebody()}
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: register(hub, body, **{"idempotency-key": key}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_one_person_registered_twice_at_the_same_moment_has_one_dossier(hub: Poster) -> None:
    body = {"person": somebody(email=f"{uuid4().hex}@example.be")}
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda _: register(hub, body), range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/person"),
        ({"person": {"given_name": "Ada"}}, "/person/family_name"),
        ({"person": somebody(nickname="Jo")}, "/person/nickname"),
        ({"person": somebody(email="nowhere")}, "/person/email"),
        ({"person": somebody(), "enterprise": {"legal_identifier": "0123456789"}}, "/enterprise/legal_identifier"),
        ({"person": somebody(), "phase": "later"}, "/phase"),
        ({"person": somebody(), "time": "yesterday"}, "/time"),
        ({"person": somebody(), "age": 30}, "/age"),
        ({"person": somebody(), "project": {"name": "x"}}, "/project/name"),
        ({"person": "Ada"}, "/person"),
        ({"person": somebody(given_name="a\u0000b")}, None),
    ],
)
def test_what_is_not_valid_is_pointed_at(hub: Poster, body: dict[str, Any], pointer: str | None) -> None:
    response = register(hub, body)
    if pointer is None:
        assert slug(response) == "malformed"
        return
    assert (response.status_code, slug(response)) == (422, "invalid")
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


def test_a_time_too_far_ahead_opens_nothing(hub: Poster) -> None:
    response = register(hub, {"person": somebody(), "time": "2999-01-01T00:00:00Z"})
    assert (response.status_code, slug(response)) == (422, "time-in-the-future")


def test_a_registration_is_events_like_any_other(hub: Poster, auditor: Client) -> None:
    made = register(hub, {"person": somebody(), "phase": "pre-creation"}).json()
    events = auditor.get(f"/v1/dossiers/{made['id']}/history").json()["events"]
    assert [event["type"].split(".")[2] for event in events] == ["dossier-opened", "phase-declared"]
    assert events[-1]["position"] == made["position"]
    assert UUID(made["id"]).version == 7
    assert all(event["source"].startswith(hub.agency.source_prefix + "/") for event in events)


@pytest.mark.parametrize("change", ["another person", "more", "less", "another time"])
def test_an_idempotency_key_is_for_one_registration(hub: Poster, auditor: Client, change: str) -> None:
    """Else somebody would be given the dossier of another."""
    key, body = uuid4().hex, {"person": somebody(), "phase": "creation", "time": "2026-02-03T10:00:00+01:00"}
    changed = {
        "another person": body | {"person": somebody()},
        "more": body | {"project": {"title": "Engine"}},
        "less": {name: body[name] for name in ("person", "time")},
        "another time": body | {"time": "2026-02-04T10:00:00+01:00"},
    }[change]
    first = register(hub, body, **{"idempotency-key": key})
    other = register(hub, changed, **{"idempotency-key": key})
    assert (first.status_code, other.status_code, slug(other)) == (201, 422, "already-recorded-differently")
    assert auditor.get(f"/v1/dossiers/{first.json()['id']}").json()["version"] == 2
    assert register(hub, body, **{"idempotency-key": key}).status_code == 200


def test_a_key_stays_its_registrations_after_the_dossier_moved_on(hub: Poster, operator: Client) -> None:
    key, body = uuid4().hex, {"person": somebody()}
    opened = register(hub, body, **{"idempotency-key": key}).json()["id"]
    hub.post("profile-updated", {"person": {"phone": "+32 2 555 01 23"}}, opened)
    assert register(hub, body, **{"idempotency-key": key}).json()["id"] == opened
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, opened, source="urn:operator")
    assert operator.post("/v1/events", json=erasure, headers=STRUCTURED).status_code == 201
    assert register(hub, body, **{"idempotency-key": key}).json()["id"] == opened


@pytest.mark.parametrize("known", ["another", "nobody"])
def test_a_key_that_found_a_dossier_is_for_that_registration(hub: Poster, known: str) -> None:
    key, body = uuid4().hex, {"person": somebody(birth_date="1990-05-06")}
    changed = {"person": somebody(birth_date="1990-05-06")}
    opened = register(hub, body).json()["id"]
    if known == "another":
        register(hub, changed)
    for sent, answer in ((body, 200), (changed, 422), (body, 200)):
        again = register(hub, sent, **{"idempotency-key": key})
        assert again.status_code == answer
        assert again.json()["id"] == opened if answer == 200 else slug(again) == "already-recorded-differently"


def test_a_key_that_found_a_dossier_leads_there_once_its_person_is_erased(
    hub: Poster, operator: Client, running: Running
) -> None:
    """Else who sends it again would open another dossier of somebody who asked to be forgotten."""
    key, body = uuid4().hex, {"person": somebody(birth_date="1990-05-06")}
    opened = register(hub, body).json()["id"]
    assert register(hub, body, **{"idempotency-key": key}).json()["id"] == opened
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, opened, source="urn:operator")
    assert operator.post("/v1/events", json=erasure, headers=STRUCTURED).status_code == 201
    assert register(hub, body, **{"idempotency-key": key}).json()["id"] == opened
    with open_database(Settings(data=running.data)) as database, psycopg.connect(database.app) as connection:
        kept = connection.execute("SELECT content FROM vault.registration WHERE dossier = %s", (opened,)).fetchall()
    assert kept == [(None,)]


def test_an_enterprise_known_from_its_creation_alone_leads_to_its_dossier(hub: Poster, number: str) -> None:
    dossier = hub.open()
    hub.post("enterprise-created", {"legal_identifier": number}, dossier)
    assert hub.post("contact-made", {"channel": "phone"}, number)["dossier"] == str(dossier)
    enterprise = {"legal_identifier": f"BE {number}"}
    second = register(hub, {"person": somebody(), "enterprise": enterprise})
    [likely] = second.json()["possible_duplicates"]
    assert (likely["id"], likely["because"]) == (str(dossier), ["enterprise number"])
