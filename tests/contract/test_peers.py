"""`GET /v1/dossiers/{id}/peers`: by those who may read the dossier, and nobody else is shown."""

from __future__ import annotations

from tests.contract.client import Client, Poster, slug
from tests.turn import eventually


def test_a_dossier_is_shown_beside_its_peers(hub: Poster, adviser: Client) -> None:
    dossiers = [hub.open() for _ in range(7)]
    for number, dossier in enumerate(dossiers):
        hub.post("project-described", {"nace": {"version": "2008", "code": "62.01"}}, dossier)
        hub.post("phase-declared", {"phase": "creation"}, dossier)
        hub.post("aid-applied", {"application_id": f"peer-{dossier}", "instrument": "grant"}, dossier)
        decided = {"application_id": f"peer-{dossier}", "outcome": "granted", "amount": f"{1000 + number}.00"}
        hub.post("aid-decided", decided, dossier)
    address = f"/v1/dossiers/{dossiers[0]}/peers"
    eventually(lambda: adviser.get(address).status_code == 200)
    shown = adviser.get(address).json()
    assert (shown["dossier"], shown["fewest"]) == (str(dossiers[0]), 5)
    assert shown["ruleset_digest"].startswith("sha256:")
    assert shown["ruleset"] == "2026.1"
    assert {one["measure"] for one in shown["measures"]} >= {"days_to_first_aid", "days_to_decision", "aid_granted"}
    assert not any(str(other) in adviser.get(address).text for other in dossiers[1:])


def test_an_agency_without_a_relation_is_refused(hub: Poster, innoviris: Poster, analyst: Client) -> None:
    dossier = hub.open()
    eventually(lambda: hub.http.get(f"/v1/dossiers/{dossier}/peers").status_code == 200)
    for other in (innoviris.http, analyst):
        response = other.get(f"/v1/dossiers/{dossier}/peers")
        assert (response.status_code, slug(response)) == (403, "forbidden")


def test_an_unknown_dossier_is_not_found(adviser: Client) -> None:
    response = adviser.get("/v1/dossiers/00000000-0000-4000-8000-000000000000/peers")
    assert (response.status_code, slug(response)) == (404, "not-found")
