"""Objectives that several organisations share: on one dossier, and summed over a programme's dossiers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.contract.client import Client, Poster, slug
from tests.turn import eventually


def test_an_objective_is_shared_by_all_of_its_team(hub: Poster, innoviris: Poster) -> None:
    dossier = hub.open()
    data = {"objective_id": "web-shop", "target": 1, "due": "2020-12-31", "agencies": ["hub", "innoviris"]}
    hub.post("objective-set", data, dossier)
    report = {"objective_id": "web-shop", "progress": "percent", "percent": 40, "blockers": ["licence-pending"]}
    innoviris.post("objective-progressed", report, dossier)
    [shown] = innoviris.http.get(f"/v1/dossiers/{dossier}").json()["objectives"]
    assert (shown["set_by"], shown["agencies"], shown["status"]) == ("hub", ["hub", "innoviris"], "overdue")
    assert (shown["progress"], shown["progressed_by"], shown["blockers"]) == (40, "innoviris", ["licence-pending"])


def test_a_programme_is_summed_over_its_dossiers(hub: Poster, innoviris: Poster, analyst: Client) -> None:
    programme = f"shops-{uuid4().hex[:8]}"
    dossiers = [hub.open() for _ in range(4)]
    dues = ["2099-06-30", "2020-06-30", "2099-12-31", "2099-12-31"]
    for dossier, due in zip(dossiers, dues, strict=True):
        data = {"objective_id": "web-shop", "kind": "digital", "programme": programme, "target": 2, "due": due}
        hub.post("objective-set", data | {"agencies": ["hub", "innoviris"]}, dossier)

    def progress(dossier: UUID, **data: Any) -> None:
        innoviris.post("objective-progressed", {"objective_id": "web-shop", **data}, dossier)

    progress(dossiers[0], progress=50, blockers=["licence-pending", "no-budget"])
    progress(dossiers[1], progress=20, blockers=["no-budget"])
    progress(dossiers[2], progress="reached", blockers=["licence-pending"])
    progress(dossiers[3], progress="dropped")
    address = f"/v1/programmes/{programme}/objectives"
    eventually(lambda: analyst.get(address).status_code == 200 and analyst.get(address).json()["dossiers"] == 4)
    eventually(lambda: analyst.get(address).json()["objectives"][0]["dropped"] == 1)
    shown = analyst.get(address).json()
    assert (shown["programme"], shown["agencies"]) == (programme, ["hub", "innoviris"])
    assert shown["objectives"] == [
        {
            "objective_id": "web-shop",
            "kinds": ["digital"],
            "agencies": ["hub", "innoviris"],
            "dossiers": 4,
            "open": 1,
            "overdue": 1,
            "reached": 1,
            "dropped": 1,
            "target": 6,
            "target_reached": 2,
            "percent": 56.7,
            "first_due": "2020-06-30",
            "last_due": "2099-12-31",
            "blockers": [{"blocker": "no-budget", "dossiers": 2}, {"blocker": "licence-pending", "dossiers": 1}],
        }
    ]
    known = {one.pop("programme"): one for one in analyst.get("/v1/programmes").json()["programmes"]}
    assert known[programme] == {"dossiers": 4, "objectives": 1, "agencies": ["hub", "innoviris"]}


def test_a_programme_nobody_names_is_not_there(analyst: Client) -> None:
    assert slug(analyst.get("/v1/programmes/nobodys/objectives")) == "not-found"
    assert slug(analyst.get("/v1/programmes/No%20Slug/objectives")) == "invalid"
