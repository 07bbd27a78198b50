"""The analyst's cycle on a service of its own: publish, rehearse, read the difference, activate, go back."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from tests.contract.client import slug
from tests.contract.conftest import add
from tests.contract.house import PATIENCE, WIDER, House
from tests.contract.running import Running
from tests.posting import HUB, INNOVIRIS


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    service = Running(tmp_path_factory.mktemp("rules") / "data")
    service.start()
    for agency in (HUB, INNOVIRIS):
        add(service, agency)
    made = House(service)
    with made.opened:
        yield made
    service.stop()


def test_the_ruleset_of_the_program_is_known_from_the_start(house: House) -> None:
    [first, *_] = house.analyst.get("/v1/rulesets").json()["rulesets"]
    assert (first["id"], first["status"], first["published_by"]) == ("2026.1", "active", "program")
    whole = house.analyst.get("/v1/rulesets/2026.1").json()
    assert whole["digest"] == first["digest"]
    rule = whole["rules"]["sector.ict.2008"]
    assert {"label", "unit", "values"} == set(rule)
    assert rule["values"][0]["source"]


def test_the_whole_cycle(house: House) -> None:
    """Publish, rehearse, read what would move, be refused when the log moved it, approve, be served, go back."""
    published = house.publish("2026.2", "2026.1", WIDER)
    assert published.status_code == 201, published.text
    assert published.json()["status"] == "published"
    assert house.publish("2026.2", "2026.1", WIDER).status_code == 200, "the same again is no second publication"

    found = house.rehearse("2026.2")
    assert (found["ruleset"], found["against"]) == ("2026.2", "2026.1")
    difference = found["difference"]
    assert difference["counts"]["dossiers"] == 4
    assert {entry["dossier"] for entry in difference["dossiers"]} == {str(shop) for shop in house.shops}
    for entry in difference["dossiers"]:
        assert (entry["field"], entry["before"], entry["after"]) == ("sector.ict", False, True)
        assert entry["on"] is None, "it does not change with the day"
        assert entry["because"]["rules"] == ["sector.ict.2025"]
        assert len(entry["because"]["positions"]) == 1
    moved = {entry["indicator"]: entry for entry in difference["figures"]}
    assert {tuple(entry["because"]["rules"]) for entry in difference["figures"]} == {("sector.ict.2025",)}
    assert (moved["ict-share"]["before"], moved["ict-share"]["after"]) == (0.5, 1)
    assert house.statuses() == {"2026.1": "active", "2026.2": "published"}, "nothing has moved yet"

    added = house.trading()
    refused = house.activate("2026.2", found["id"])
    assert (refused.status_code, slug(refused)) == (409, "difference-moved")
    assert refused.json()["moved"]["dossiers"] == {"added": 1, "removed": 0, "changed": 0}
    assert house.state(added).json()["sector"]["ict"] is False

    before = house.figure()
    stood = house.state(house.shops[0])
    again = house.rehearse("2026.2")
    house.hub.post("contact-made", {"channel": "phone"}, house.makers[0])  # the log goes on; the difference does not
    activated = house.activate("2026.2", again["id"])
    assert activated.status_code == 200, activated.text
    assert activated.json()["status"] == "active"
    repeated = house.activate("2026.2", again["id"])
    assert (repeated.status_code, repeated.json()) == (200, activated.json()), "whoever lost the answer may ask again"
    assert house.analyst.get("/v1/projections").json()["generation"] == activated.json()["generation"]
    assert house.statuses() == {"2026.1": "retired", "2026.2": "active"}

    after = house.figure()
    assert after["certificate"]["ruleset"] == "2026.2"
    assert house.state(added).json()["sector"]["ict"] is True
    assert house.state(added).headers["dossier-ruleset"] == "2026.2"
    assert [row["value"] for row in after["rows"]] == [1], "what the rehearsal said is what is served"
    house.hub.post("contact-made", {"channel": "phone"}, added)
    assert house.state(added).json()["sector"]["ict"] is True, "the live projector goes on under the new rules"

    then = before["certificate"]
    assert house.figure(ruleset=then["ruleset"], position=then["position"]) == before
    asked = house.state(house.shops[0], ruleset="2026.1", position=then["position"])
    assert asked.content == stood.content

    back = house.rehearse("2026.1")
    assert {(entry["before"], entry["after"]) for entry in back["difference"]["dossiers"]} == {(True, False)}
    assert house.activate("2026.1", back["id"]).status_code == 200
    assert house.state(added).json()["sector"]["ict"] is False
    assert house.statuses() == {"2026.1": "active", "2026.2": "retired"}


def test_what_was_done_to_the_rules_stands_in_the_log(house: House) -> None:
    entries, link = [], "/v1/feed?after=0"
    while link:
        answer = house.auditor.get(link)
        entries += answer.json()["entries"]
        link = answer.links.get("next", {}).get("url", "")
    assert [int(entry["position"]) for entry in entries] == list(range(1, len(entries) + 1))
    acts = [entry for entry in entries if ".ruleset-" in entry["type"]]
    names = [(entry["type"].split(".")[2], entry["data"]["ruleset"]) for entry in acts]
    assert ("ruleset-published", "2026.2") in names
    assert names[-2:] == [("ruleset-retired", "2026.2"), ("ruleset-activated", "2026.1")]
    assert {entry["data"]["by"] for entry in acts} == {"analyst"}
    assert acts[-1]["data"]["reason"] == "why"
    assert acts[0]["data"]["rules"]["sector.ict.2025"]["values"][-1]["value"] == WIDER
    rulebook = acts[0]["subject"]
    assert house.auditor.get(f"/v1/dossiers/{rulebook}").status_code == 404, "it is nobody's dossier"
    assert house.auditor.get(f"/v1/dossiers/{rulebook}/history").json()["events"], "an auditor reads it all the same"
    intruder = house.hub.event("contact-made", {"channel": "phone"}, rulebook)
    assert slug(house.hub.send(intruder)) == "dossier-unknown"
    forged = house.hub.event("ruleset-activated", {"ruleset": "2026.2", "digest": "", "by": "me"}, house.shops[0])
    assert slug(house.hub.send(forged)) == "unknown-type"


def test_a_rehearsal_in_which_nothing_moves_says_so(house: House) -> None:
    same = {"sector.ict.2025": house.current_rules("2026.1")["sector.ict.2025"]}
    answer = house.analyst.post("/v1/rulesets", json={"id": "same", "based_on": "2026.1", "rules": same})
    assert answer.status_code == 201, answer.text
    found = house.rehearse("same")["difference"]
    assert found == {"counts": {"dossiers": 0, "figures": 0, "fields": {}}, "dossiers": [], "figures": []}


def test_a_rehearsal_judges_room_on_the_day_asked_for_or_on_that_of_the_change(house: House) -> None:
    house.publish("next", "2026.1", WIDER, since="2199-01-01")
    assert house.rehearse("next")["on"] == "2199-01-01"
    assert house.rehearse("next", {"on": "2026-06-30"})["on"] == "2026-06-30"
    for wrong in ("tomorrow", "20270101", "1709251200", 1_709_251_200):
        answer = house.analyst.post("/v1/rulesets/next/rehearsal", json={"on": wrong})
        assert (answer.status_code, slug(answer), answer.json()["errors"][0]["pointer"]) == (422, "invalid", "/on")


def test_a_difference_is_read_by_page_and_as_a_file(house: House) -> None:
    house.publish("2026.3", "2026.1", WIDER)
    found = house.rehearse("2026.3")
    whole = found["difference"]
    address: str | None = f"/v1/rehearsals/{found['id']}?limit=2"
    dossiers: list[Any] = []
    figures: list[Any] = []
    pages = 0
    while address:
        answer = house.analyst.get(address)
        page = answer.json()["difference"]
        dossiers, figures, pages = dossiers + page["dossiers"], figures + page["figures"], pages + 1
        assert len(page["dossiers"]) + len(page["figures"]) <= 2
        address = answer.links.get("next", {}).get("url")
    assert (dossiers, figures) == (whole["dossiers"], whole["figures"])
    assert pages > 2
    text = house.analyst.get(f"/v1/rehearsals/{found['id']}", headers={"accept": "text/csv"}).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["dossier"] for row in rows if row["kind"] == "dossier"] == [one["dossier"] for one in dossiers]
    assert len(rows) == len(dossiers) + len(figures)
    accept = {"accept": "application/vnd.apache.parquet"}
    table = pq.read_table(io.BytesIO(house.analyst.get(f"/v1/rehearsals/{found['id']}", headers=accept).content))
    assert table.column("dossier").to_pylist() == [row["dossier"] or None for row in rows]


LABEL = {"fr": "a", "nl": "b", "en": "c"}
PHASES = {"without_enterprise": "idea", "with_enterprise": "creation"}
FAULTY: list[tuple[str, Any, str]] = [
    ("sector.ict.2199", {}, ""),
    ("size.classes", {"label": {"fr": "a", "nl": "b"}, "unit": "fte and EUR", "values": []}, "/label/en"),
    ("phase.without-declaration", {"label": LABEL, "unit": "phase", "values": [
        {"from": "1990-01-01", "value": PHASES, "source": "x"}]}, "/values/0/value/without_enterprise"),
    ("sector.ict.2025", {"label": LABEL, "unit": "code prefixes", "values": [
        {"from": "2025-01-01", "value": ["62"], "source": "x"},
        {"from": "2025-01-01", "value": ["04"], "source": ""}]}, "/values/1/source"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "pointer"), FAULTY)
def test_rules_with_faults_are_refused_with_pointers(house: House, name: str, rule: Any, pointer: str) -> None:
    before = house.statuses()
    answer = house.analyst.post("/v1/rulesets", json={"id": "faulty", "based_on": "2026.1", "rules": {name: rule}})
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert f"/rules/{name}{pointer}" in [error["pointer"] for error in answer.json()["errors"]]
    assert house.statuses() == before


def test_a_name_that_is_taken_is_refused(house: House) -> None:
    house.publish("taken", "2026.1", WIDER)
    for name in ("taken", "2026.1"):
        answer = house.publish(name, "2026.1", WIDER[:3])
        assert (answer.status_code, slug(answer)) == (422, "ruleset-exists")


def test_only_an_analyst_changes_rules(house: House) -> None:
    for http in (house.hub.http, house.auditor):
        for path in ("/v1/rulesets", "/v1/rulesets/2026.1/rehearsal", "/v1/rulesets/2026.1/activation"):
            assert http.post(path, json={}).status_code == 403


def test_an_activation_needs_a_rehearsal_of_that_ruleset(house: House) -> None:
    house.publish("one", "2026.1", WIDER)
    house.publish("two", "2026.1", [*WIDER, "4741"][:-2])
    rehearsed = house.rehearse("one")
    answer = house.activate("two", rehearsed["id"])
    assert (answer.status_code, slug(answer)) == (409, "rehearsal-needed")
    assert house.activate("one", "00000000-0000-0000-0000-000000000000").status_code == 404
    assert slug(house.analyst.post("/v1/rulesets/2026.1/rehearsal")) == "ruleset-active"
    assert house.analyst.post("/v1/rulesets/never/rehearsal").status_code == 404


def test_a_ruleset_or_position_that_is_not_there_is_told(house: House) -> None:
    for params in ({"ruleset": "never"}, {"position": "99999999"}):
        for path in (f"/v1/dossiers/{house.shops[0]}", "/v1/indicators/ict-share"):
            assert slug(house.analyst.get(path, params=params)) == "invalid"


def test_a_rehearsal_survives_the_death_of_the_server(house: House) -> None:
    house.publish("2026.9", "2026.1", ["62"])
    asked = house.analyst.post("/v1/rulesets/2026.9/rehearsal").json()["id"]
    house.running.kill()
    url = house.running.start()
    deadline = time.monotonic() + PATIENCE
    token = {"authorization": house.analyst.headers["authorization"]}
    while (found := httpx.get(f"{url}/v1/rehearsals/{asked}", headers=token).json())["status"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found["status"] == "done", found.get("reason")
