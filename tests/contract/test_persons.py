"""Who sees the person of a dossier, and that nobody does once it is erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.contract.client import STRUCTURED, Client, Poster

PERSON = {"given_name": "Noémie", "family_name": "Van den Heuvel", "email": "noemie@example.be", "language": "fr"}


@pytest.mark.parametrize(
    ("role", "sees"),
    [("agency", True), ("adviser", True), ("auditor", True), ("analyst", False), ("operator", False)],
)
def test_the_person_is_shown_by_right(hub: Poster, request: pytest.FixtureRequest, role: str, sees: bool) -> None:
    reader = hub.http if role == "agency" else request.getfixturevalue(role)
    dossier = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Noémie called"}, dossier)
    state = reader.get(f"/v1/dossiers/{dossier}").json()
    timeline = reader.get(f"/v1/dossiers/{dossier}/timeline").text
    assert (state.get("person") == PERSON) is sees
    assert ("Noémie" in timeline) is sees


def test_an_agency_without_a_relation_sees_no_person(hub: Poster, innoviris: Poster) -> None:
    dossier = hub.open(person=PERSON)
    read = [innoviris.http.get(f"/v1/dossiers/{dossier}{path}").text for path in ("", "/timeline")]
    assert not any("Noémie" in text or "noemie" in text for text in read)


def test_the_entrepreneur_sees_the_person_that_is_them(
    hub: Poster, token: Callable[..., str], connect: Callable[..., Client]
) -> None:
    dossier = hub.open(person=PERSON)
    own = connect(token("entrepreneur", dossier=dossier))
    assert own.get(f"/v1/dossiers/{dossier}").json()["person"] == PERSON


def test_erased_persons_are_gone_when_the_answer_comes(hub: Poster, operator: Client, auditor: Client) -> None:
    dossier = hub.open(person=PERSON)
    hub.post("contact-made", {"channel": "phone", "note": "Noémie called"}, dossier)
    hub.post("profile-updated", {"person": {"phone": "+32 470 00 00 00"}}, dossier)
    event = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, dossier, source="urn:operator")
    assert operator.post("/v1/events", json=event, headers=STRUCTURED).status_code == 201
    for path in ("", "/timeline", "/history"):
        assert "Noémie" not in auditor.get(f"/v1/dossiers/{dossier}{path}").text
    history = auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"]
    assert [event["personal"] for event in history] == ["erased", "erased", "erased", None]
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["person"] is None
    found = auditor.get("/v1/dossiers", params={"q": "Noémie Van den Heuvel"}).json()["dossiers"]
    assert str(dossier) not in [one["id"] for one in found]
