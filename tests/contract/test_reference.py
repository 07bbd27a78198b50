"""What anyone may look up: the catalogue of events with its schemas, the organisations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from tests.contract.client import Client, Poster, slug
from tests.contract.running import Running
from tests.turn import eventually

from dossier.catalogue import TYPES


@pytest.fixture(scope="module")
def types(anybody: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = anybody.get("/v1/event-types").json()["event_types"]
    return found


def test_every_type_leads_to_its_schema(anybody: Client, types: list[dict[str, Any]]) -> None:
    assert {kind["type"] for kind in types} == set(TYPES)
    for kind in types:
        schema = anybody.get(kind["schema"]).json()
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["additionalProperties"] is False
        Draft202012Validator.check_schema(schema)
        marked = {name for name, field in schema["properties"].items() if "x-personal" in str(field)}
        assert marked == set(kind["personal"]), kind["type"]


@pytest.mark.parametrize(
    "data",
    [
        {"channel": "phone"},
        {"channel": "phone", "note": "x", "topic": "vat"},
        {},
        {"channel": ""},
        {"channel": 1},
        {"channel": "phone", "nickname": "Jo"},
        {"channel": "a\nb"},
        {"channel": "x" * 121},
    ],
    ids=str,
)
def test_the_schema_takes_what_the_service_takes(hub: Poster, anybody: Client, data: dict[str, Any]) -> None:
    schema = anybody.get("/v1/event-types/brussels.dossier.contact-made.v1").json()
    valid = Draft202012Validator(schema).is_valid(data)
    assert (hub.send(hub.event("contact-made", data, hub.open())).status_code == 201) == valid


def test_an_unknown_type_is_not_found(anybody: Client) -> None:
    response = anybody.get("/v1/event-types/brussels.dossier.nothing.v1")
    assert (response.status_code, slug(response)) == (404, "not-found")


def test_an_organisation_is_listed_once_it_is_registered(anybody: Client, running: Running) -> None:
    names = ("--name-fr", "Tard", "--name-nl", "Laat")
    assert running.command("agency", "add", "added-late", *names, "--source-prefix", "urn:late").returncode == 0
    [found] = [one for one in anybody.get("/v1/agencies").json()["agencies"] if one["id"] == "added-late"]
    assert found == {
        "id": "added-late",
        "name": {"fr": "Tard", "nl": "Laat", "en": "Tard"},
        "source_prefix": "urn:late",
        "successor": None,
        "succeeded_on": None,
        "former_names": [],
        "vocabulary": 0,
    }


@pytest.mark.parametrize("agency_id", ["Hub", "a b", "operator", "-x", ""])
def test_an_organisation_has_a_slug(running: Running, agency_id: str) -> None:
    done = running.call("agency", "add", agency_id, "--name-fr", "x", "--name-nl", "x", "--source-prefix", "urn:x")
    assert (done.returncode, len(done.stderr.splitlines())) in [(1, 1), (2, len(done.stderr.splitlines()))]


def test_every_indicator_tells_its_question_in_three_languages(anybody: Client) -> None:
    for indicator in anybody.get("/v1/indicators").json():
        named = ("name", "title", "question", "unit", "dimensions", "measures", "evidence_level")
        assert set(named) <= set(indicator)
        assert {"fr", "nl", "en"} == set(indicator["title"]) == set(indicator["question"])


def test_an_indicator_is_told_as_json_or_csv(hub: Poster, analyst: Client) -> None:
    hub.open()
    path = "/v1/indicators/entrepreneurs-by-phase"
    eventually(lambda: bool(analyst.get(path).json()["rows"]))

    for _ in range(20):  # something may be recorded between the two
        told, response = analyst.get(path).json(), analyst.get(path, headers={"accept": "text/csv"})
        if json.loads(response.headers["dossier-certificate"]) == told["certificate"]:
            break
    assert json.loads(response.headers["dossier-certificate"]) == told["certificate"]
    assert {"indicator", "unit", "by", "rows", "certificate", "caveats"} <= set(told)
    assert {"ruleset", "ruleset_digest", "position", "root", "result_digest", "disclosure"} <= set(told["certificate"])
    lines = response.text.splitlines()
    assert lines[0] == "phase,value,n,low,high,suppressed"
    assert len(lines) - 1 == len(told["rows"])


def test_figures_without_control_are_the_analyst_s(analyst: Client, auditor: Client) -> None:
    path = "/v1/indicators/entrepreneurs-by-phase?disclosure=none"
    assert analyst.get(path).json()["certificate"]["disclosure"] == {"method": "none"}
    assert auditor.get(path).status_code == 403


def test_an_unknown_indicator_is_not_found(analyst: Client) -> None:
    response = analyst.get("/v1/indicators/nothing")
    assert (response.status_code, slug(response)) == (404, "not-found")
