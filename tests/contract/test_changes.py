"""What changed since a reader's own last reading, since a time or since a position."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from tests.contract.client import Client, Poster, slug
from tests.contract.running import Running

from dossier.writing.registration import new_dossier_id

PERSON = {"given_name": "Noémie", "family_name": "Suivie"}


@pytest.fixture
def dossier(hub: Poster) -> UUID:
    return hub.open(person=PERSON)


def asked(reader: Client, dossier: UUID, **params: str) -> dict[str, Any]:
    response = reader.get(f"/v1/dossiers/{dossier}/changes", params=params)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def named(found: dict[str, Any]) -> list[str]:
    return [entry["type"].split(".")[2] for entry in found["entries"]]


def fields(found: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {one["field"]: (one["before"], one["after"]) for one in found["differences"]}


def test_who_has_never_read_a_dossier_is_told_all_of_it(adviser: Client, dossier: UUID) -> None:
    found = asked(adviser, dossier)
    assert (found["since"]["by"], found["since"]["position"]) == ("never", "0")
    assert named(found) == ["dossier-opened"]
    assert fields(found)["/person"] == (None, PERSON)


def test_what_was_recorded_after_the_last_reading_is_told_and_no_more(
    adviser: Client, innoviris: Poster, dossier: UUID
) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    innoviris.post("phase-declared", {"phase": "creation"}, dossier)
    found = asked(adviser, dossier)
    assert (found["since"]["by"], named(found)) == ("last-reading", ["phase-declared"])
    assert fields(found)["/phase/value"] == ("pre-creation", "creation")
    member = fields(found)["/team/innoviris"]
    assert (member[0], member[1]["agency"]) == (None, "innoviris")
    assert "/person" not in fields(found)


def test_asking_for_changes_does_not_count_as_reading(adviser: Client, innoviris: Poster, dossier: UUID) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    innoviris.post("contact-made", {"channel": "phone"}, dossier)
    assert asked(adviser, dossier) == asked(adviser, dossier)
    adviser.get(f"/v1/dossiers/{dossier}/timeline")
    again = asked(adviser, dossier)
    assert (again["entries"], again["differences"]) == ([], [])


def test_one_adviser_reading_leaves_anothers_changes_alone(
    running: Running, connect: Callable[..., Client], hub: Poster, dossier: UUID
) -> None:
    def coach(subject: str) -> Client:
        return connect(running.token("adviser", "hub", subject=subject))

    amelie, bart = coach("amelie"), coach("bart")
    for reader in (amelie, bart):
        reader.get(f"/v1/dossiers/{dossier}")
    hub.post("contact-made", {"channel": "phone"}, dossier)
    amelie.get(f"/v1/dossiers/{dossier}")
    assert named(asked(amelie, dossier)) == []
    assert named(asked(bart, dossier)) == ["contact-made"]


def test_an_agencys_program_does_not_read_for_its_advisers(adviser: Client, hub: Poster, dossier: UUID) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    hub.post("contact-made", {"channel": "phone"}, dossier)
    hub.http.get(f"/v1/dossiers/{dossier}")
    assert named(asked(adviser, dossier)) == ["contact-made"]
    assert named(asked(hub.http, dossier)) == []


def test_corrections_and_retractions_of_what_was_read_are_changes(
    adviser: Client, innoviris: Poster, dossier: UUID
) -> None:
    kept = innoviris.post("aid-applied", {"application_id": "a", "instrument": "grant", "amount": "10.00"}, dossier)
    gone = innoviris.post("contact-made", {"channel": "phone"}, dossier)
    adviser.get(f"/v1/dossiers/{dossier}")
    corrected = {"application_id": "a", "instrument": "loan", "amount": "10.00"}
    innoviris.post("event-corrected", {"corrects": kept["position"], "data": corrected}, dossier)
    innoviris.post("event-retracted", {"corrects": gone["position"]}, dossier)
    found = asked(adviser, dossier)
    assert {entry["position"] for entry in found["entries"]} == {kept["position"], gone["position"]}
    assert fields(found)["/open_applications/a/instrument"] == ("grant", "loan")


def test_changes_are_told_since_a_position_or_a_time(adviser: Client, innoviris: Poster, dossier: UUID) -> None:
    first = innoviris.post("contact-made", {"channel": "phone"}, dossier)
    innoviris.post("phase-declared", {"phase": "creation"}, dossier)
    for since in (first["position"], first["recordedtime"], first["recordedtime"].replace("Z", "+00:00")):
        found = asked(adviser, dossier, since=since)
        assert named(found) == ["phase-declared"]
        assert found["since"]["position"] == first["position"]
    assert named(asked(adviser, dossier, since="2020-01-01"))[-1] == "phase-declared"
    assert len(asked(adviser, dossier, since="0")["entries"]) == 3
    assert asked(adviser, dossier, since="999999999999")["entries"] == []


def test_since_a_position_inside_a_registration_the_rest_of_it_is_a_change(adviser: Client, hub: Poster) -> None:
    """Its events are recorded at one instant: only their positions tell what was known."""
    project = {"title": "Atelier"}
    opened = hub.http.post("/v1/dossiers", json={"person": PERSON, "project": project, "phase": "creation"}).json()
    first = str(int(opened["position"]) - 2)
    found = asked(adviser, UUID(opened["id"]), since=first)
    assert named(found) == ["project-described", "phase-declared"]
    assert fields(found)["/phase/value"] == ("pre-creation", "creation")
    assert "/project" in fields(found)
    assert "/person" not in fields(found)


@pytest.mark.parametrize("since", ["", "soon", "-1", "2026-02-30", "2026-03-01T10:00:00", "١٢"])
def test_a_since_that_says_nothing_is_refused(adviser: Client, dossier: UUID, since: str) -> None:
    response = adviser.get(f"/v1/dossiers/{dossier}/changes", params={"since": since})
    assert (response.status_code, slug(response)) == (422, "invalid")
    assert response.json()["errors"][0]["pointer"] == "/since"


def test_the_readings_of_one_half_hour_are_one_visit(adviser: Client, hub: Poster, dossier: UUID) -> None:
    adviser.get(f"/v1/dossiers/{dossier}")
    hub.post("contact-made", {"channel": "phone"}, dossier)
    found = asked(adviser, dossier, since="last-visit")
    assert (found["since"]["by"], len(found["entries"])) == ("never", 2)


def test_an_agency_without_a_relation_is_told_the_changes_without_the_person(
    innoviris: Poster, hub: Poster, dossier: UUID
) -> None:
    hub.post("contact-made", {"channel": "phone", "note": "Noémie called"}, dossier)
    response = innoviris.http.get(f"/v1/dossiers/{dossier}/changes")
    assert response.json()["since"]["by"] == "never"
    assert "Noémie" not in response.text


def test_an_entrepreneur_follows_their_own_dossier(
    hub: Poster, token: Callable[..., str], connect: Callable[..., Client], dossier: UUID
) -> None:
    own = connect(token("entrepreneur", dossier=dossier))
    own.get(f"/v1/dossiers/{dossier}")
    hub.post("contact-made", {"channel": "phone"}, dossier)
    assert named(asked(own, dossier)) == ["contact-made"]
    other = own.get(f"/v1/dossiers/{hub.open()}/changes")
    assert (other.status_code, slug(other)) == (403, "forbidden")


def test_of_an_unknown_dossier_there_are_no_changes(adviser: Client) -> None:
    response = adviser.get(f"/v1/dossiers/{new_dossier_id()}/changes")
    assert (response.status_code, slug(response)) == (404, "not-found")
