"""The auditor's history: every stored event with its bytes, digests and both clocks, as JSON and as NDJSON."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import Client, Poster, slug

from dossier.canonical import canonical
from dossier.writing.registration import new_dossier_id

NDJSON = {"accept": "application/x-ndjson"}


@pytest.fixture(scope="module")
def dossier(hub: Poster, innoviris: Poster) -> UUID:
    """Events of two organisations, one with a person, one corrected."""
    opened = hub.open(person={"given_name": "Zoé", "family_name": "Vérifiée"})
    applied = innoviris.post("aid-applied", {"application_id": "a", "instrument": "grant"}, opened)
    data = {"corrects": applied["position"], "data": {"application_id": "a", "instrument": "loan"}}
    innoviris.post("event-corrected", data, opened)
    return opened


@pytest.fixture
def events(auditor: Client, dossier: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"]
    return found


def test_events_stand_in_order(events: list[dict[str, Any]]) -> None:
    assert [event["version"] for event in events] == [1, 2, 3]
    positions = [int(event["position"]) for event in events]
    assert positions == sorted(positions)
    recorded = [event["recordedtime"] for event in events]
    assert recorded == sorted(recorded)


def test_the_digest_is_that_of_the_stored_bytes(events: list[dict[str, Any]]) -> None:
    for event in events:
        stored = base64.b64decode(event["stored"])
        assert hashlib.sha256(stored).hexdigest() == event["digest"]
        assert canonical(json.loads(stored)) == stored


def test_the_person_stands_beside_the_stored_bytes_and_not_in_them(events: list[dict[str, Any]]) -> None:
    assert events[0]["data"]["person"]["given_name"] == "Zoé"
    assert (events[0]["personal"], events[1]["personal"]) == ("held", None)
    assert "Zoé" not in base64.b64decode(events[0]["stored"]).decode()


def test_ndjson_ends_with_a_trailer_so_that_a_cut_is_seen(
    auditor: Client, dossier: UUID, events: list[dict[str, Any]]
) -> None:
    response = auditor.get(f"/v1/dossiers/{dossier}/history", headers=NDJSON)
    assert response.headers["content-type"] == "application/x-ndjson"
    *lines, trailer = [json.loads(line) for line in response.text.splitlines()]
    assert lines == events
    digest = hashlib.sha256(response.content[: response.content.rindex(b"\n", 0, -1) + 1]).hexdigest()
    said = {"trailer": True, "count": 3, "last_position": events[-1]["position"], "digest": f"sha256:{digest}"}
    assert trailer == said


def test_the_version_is_the_number_of_events(auditor: Client, dossier: UUID) -> None:
    response = auditor.get(f"/v1/dossiers/{dossier}/history")
    assert (response.headers["etag"], response.json()["version"]) == ('"3"', 3)


@pytest.mark.parametrize("headers", [{}, NDJSON], ids=["json", "ndjson"])
def test_of_an_unknown_dossier_there_is_none(auditor: Client, headers: dict[str, str]) -> None:
    response = auditor.get(f"/v1/dossiers/{new_dossier_id()}/history", headers=headers)
    assert (response.status_code, slug(response)) == (404, "not-found")
