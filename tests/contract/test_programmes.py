"""Objectives that several organisations share: on one dossier, and summed over a programme's dossiers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
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


@pytest.fixture
def programme() -> str:
    """A programme that nothing names yet."""
    return f"shops-{uuid4().hex[:8]}"


def aim(by: Poster, programme: str, **data: Any) -> httpx.Response:
    target = {"target": 40, "due": "2099-12-31", "agencies": ["hub", "innoviris"], **data}
    return by.http.put(f"/v1/programmes/{programme}/targets/web-shop", json=target)


def aimed(reader: Client, programme: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reader.get(f"/v1/programmes/{programme}/objectives").json()["targets"]
    return found


def test_a_programme_has_a_target_before_any_dossier_takes_part(hub: Poster, innoviris: Poster, programme: str) -> None:
    assert aim(hub, programme, kind="digital").status_code == 200
    assert aimed(innoviris.http, programme) == [
        {"objective_id": "web-shop", "kind": "digital", "target": 40, "due": "2099-12-31",
         "agencies": ["hub", "innoviris"], "set_by": "hub", "reached": 0, "percent": 0, "overdue": False}
    ]  # fmt: skip
    known = {one.pop("programme"): one for one in hub.http.get("/v1/programmes").json()["programmes"]}
    assert known[programme] == {"dossiers": 0, "objectives": 1, "agencies": ["hub", "innoviris"]}


def test_a_target_stands_beside_what_dossiers_reached_of_it(
    hub: Poster, innoviris: Poster, analyst: Client, programme: str
) -> None:
    aim(hub, programme, due="2020-12-31")
    for target in (7, 5):
        dossier = hub.open()
        hub.post("objective-set", {"objective_id": "web-shop", "programme": programme, "target": target}, dossier)
        if target == 7:
            hub.post("objective-progressed", {"objective_id": "web-shop", "progress": "reached"}, dossier)
    eventually(lambda: aimed(analyst, programme)[0]["reached"] == 7)
    [shown] = aimed(analyst, programme)
    assert (shown["percent"], shown["overdue"]) == (17.5, True)


def test_any_of_those_it_names_changes_it_and_nobody_else(hub: Poster, innoviris: Poster, programme: str) -> None:
    address = f"/v1/programmes/{programme}/targets/web-shop"
    aim(hub, programme, agencies=["hub"])
    assert slug(aim(innoviris, programme, agencies=["innoviris"])) == "forbidden"
    assert slug(innoviris.http.delete(address)) == "forbidden"
    aim(hub, programme)
    assert aim(innoviris, programme, target="41.5").json()["target"] == 41.5
    [shown] = aimed(hub.http, programme)
    assert (shown["target"], shown["set_by"]) == (41.5, "innoviris")
    assert innoviris.http.delete(address).status_code == 204
    assert slug(hub.http.delete(address)) == "not-found"
    assert slug(hub.http.get(f"/v1/programmes/{programme}/objectives")) == "not-found"


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"target": 0}, "/target"),
        ({"target": "-3"}, "/target"),
        ({"target": None}, "/target"),
        ({"target": True}, "/target"),
        ({"due": "2026-02-30"}, "/due"),
        ({"kind": ""}, "/kind"),
        ({"agencies": []}, "/agencies"),
        ({"agencies": ["hub", "nobody"]}, "/agencies/1"),
        ({"agencies": ["innoviris"]}, "/agencies"),
        ({"note": "x"}, "/note"),
    ],
)
def test_a_target_that_says_nothing_is_refused(hub: Poster, programme: str, data: Any, pointer: str) -> None:
    answer = aim(hub, programme, **data)
    assert (slug(answer), {one["pointer"] for one in answer.json()["errors"]}) == ("invalid", {pointer})


def test_who_set_a_target_and_who_took_it_back_is_on_record(hub: Poster, auditor: Client, programme: str) -> None:
    aim(hub, programme)
    aim(hub, programme)
    hub.http.delete(f"/v1/programmes/{programme}/targets/web-shop")
    found: list[dict[str, Any]] = []
    address: str | None = "/v1/deeds?table=registry.programme_target"
    while address:
        page = auditor.get(address)
        found += page.json()["deeds"]
        address = page.links.get("next", {}).get("url")
    own = [deed["row"] for deed in found if programme in deed["about"]]
    assert [row and (row["target"], row["set_by"]) for row in own] == [(40, "hub"), None]
