"""The OpenAPI document is valid, and true: what is documented answers (every other test checks what answers)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.contract.client import STRUCTURED, Client, Poster
from tests.contract.files import MAPPING, row, send, table
from tests.contract.running import Running
from tests.contract.test_roles import tried
from tests.contract.truth import Truth
from tests.contract.witnessing import WITNESS, cosigned
from tests.turn import eventually

from dossier.refusals import KINDS
from dossier.writing.registration import new_dossier_id

PARAMETERS = {
    "/v1/log/proof/inclusion": {"position": "1"},
    "/v1/log/proof/consistency": {"from": "1"},
    "/v1/readings/log/proof/inclusion": {"position": "1"},
    "/v1/readings/log/proof/consistency": {"from": "1"},
    "/v1/deeds/log/proof/inclusion": {"position": "1"},
    "/v1/deeds/log/proof/consistency": {"from": "1"},
    "/v1/dossiers/{dossier}/known-by": {"agency": "hub"},
}
NOBODY = "01890000-0000-7000-8000-000000000000"
OTHERS = {
    "name": "x",
    "agency": "hub",
    "service": "x",
    "enterprise": "x",
    "run": "x",
    "programme": "x",
    "objective_id": "x",
    "webhook": NOBODY,
    "delivery": "1",
    "ruleset": "2026.1",
    "asked": NOBODY,
    "level": "0",
    "tile": "000",
}
FOR_AGENCIES = ("/changes", "/export")
"""How addresses end that are not the auditor's."""
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(truth: Truth) -> dict[str, Any]:
    return truth.document


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(m, path, item[m]) for path, item in document["paths"].items() for m in METHODS if m in item]


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_key_of_the_document_stands_in_it_once(running: Running) -> None:
    """As strict readers want it; the page at `/docs` is one."""
    twice: list[str] = []

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return dict(pairs)

    document = json.loads(httpx.get(running.url + "/openapi.json").text, object_pairs_hook=read)
    assert document["paths"]
    assert twice == []


def test_what_is_answered_by_every_operation_stands_beside_its_own(document: dict[str, Any]) -> None:
    told = document["paths"]["/v1/indicators/{name}"]["get"]["responses"]["503"]["description"]
    assert KINDS["being-published"][1] in told
    assert KINDS["unavailable"][1] in told


def test_every_schema_is_json_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [found for value in part.values() for found in references(value)]
        return [found for value in part for found in references(value)] if isinstance(part, list) else []

    for reference in references(document):
        _, _, kind, name = reference.split("/")
        assert name in document["components"][kind], reference


def test_every_operation_answers(
    truth: Truth, running: Running, hub: Poster, auditor: Client, operator: Client, analyst: Client
) -> None:
    dossier: UUID = hub.open()
    hub.post("objective-set", {"objective_id": "o", "programme": "openapi"}, dossier)
    eventually(lambda: auditor.get("/v1/programmes/openapi/objectives").status_code == 200)
    erased = hub.open()
    erasure = hub.event("personal-data-erased", {"scope": "all", "ground": "request"}, erased, source="urn:operator")
    assert operator.post("/v1/events", json=erasure, headers=STRUCTURED).is_success
    published = {"id": dossier.hex, "based_on": "2026.1", "rules": {}}
    assert analyst.post("/v1/rulesets", json=published).status_code == 201
    rehearsal = analyst.post(f"/v1/rulesets/{dossier.hex}/rehearsal").json()["id"]
    values = {"dossier": str(dossier), "name": "brussels.dossier.aid-paid.v1", "indicator": "ict-share", "run": "",
              "agency": "hub", "service": "coaching", "programme": "openapi", "objective_id": "o", "level": "0",
              "tile": "000.p/1", "enterprise": "0472909840", "ruleset": "2026.1", "asked": rehearsal,
              **tried(hub)}  # fmt: skip
    for method, path, _ in operations(truth.document):
        of = values | ({"dossier": str(erased)} if path.endswith("/receipt") else {})
        address = path.replace("/v1/indicators/{name}", "/v1/indicators/{indicator}").format(**of)
        if path.startswith("/v1/imports"):
            assert import_(hub, method, path).status_code < 300, path
        elif method == "get":
            http = operator if "webhooks" in address or address.endswith("/unmapped") else auditor
            http = hub.http if address.endswith(FOR_AGENCIES) else http
            with http.stream("GET", address, params=PARAMETERS.get(path)) as response:  # one of them never ends
                assert response.status_code == 200, path
    running.run("witness", "add", "hub", WITNESS.vkey)
    assert auditor.post("/v1/log/witness", content=cosigned(auditor)).status_code == 200
    assert hub.http.put("/v1/agencies/hub/services/coaching", json={"capacity": "open"}).status_code == 200
    assert hub.http.delete("/v1/agencies/hub/services/coaching").status_code == 200
    target = "/v1/programmes/openapi/targets/o"
    assert hub.http.put(target, json={"target": 1, "agencies": ["hub"]}).status_code == 200
    assert hub.http.delete(target).status_code == 204
    assert hub.send(hub.event("contact-made", {"channel": "phone"}, dossier)).status_code == 201
    assert hub.http.post("/v1/dossiers", json={"person": {"given_name": "O", "family_name": "A"}}).status_code == 201
    assert operator.put("/v1/vocabularies/hub", json={}).status_code in (200, 201)
    assert operator.post("/v1/vocabularies/hub/rehearsal", json={}).status_code == 200
    for method, address in (
        ("POST", "/v1/webhooks/{webhook}/deliveries/{delivery}/redelivery"),
        ("POST", "/v1/webhooks/{webhook}/rotation"),
        ("POST", "/v1/webhooks/{webhook}/activation"),
        ("DELETE", "/v1/webhooks/{webhook}"),
    ):
        assert hub.http.request(method, address.format(**values)).is_success, address
    answered = {(seen.method.lower(), seen.path) for seen in truth.seen if seen.status < 300}
    elsewhere = {("post", "/v1/rulesets/{ruleset}/activation")}  # on the service that test_rulesets has for itself
    assert answered | elsewhere == {(method, path) for method, path, _ in operations(truth.document)}


def import_(hub: Poster, method: str, path: str) -> httpx.Response:
    """An operation on imports, by the organisation whose import it is."""
    stored = MAPPING.replace("name: contacts", "name: openapi")
    sent = send(hub.http, table([row(new_dossier_id())]), dry_run="true")
    if method == "post":
        return sent
    headers = {"content-type": "application/yaml"}
    if method == "put" or "{name}" in path:
        put = hub.http.put("/v1/imports/mappings/openapi", content=stored, headers=headers)
        return put if method == "put" else hub.http.get(path.format(name="openapi"))
    return hub.http.get(path.format(run=sent.json()["id"]))


def test_every_operation_that_needs_a_token_says_so(document: dict[str, Any], anybody: Client) -> None:
    """And only those: where one may stand, it says so too (an empty requirement beside it)."""
    for method, path, operation in operations(document):
        address = path.format(dossier=NOBODY, **OTHERS)
        headers = STRUCTURED if path == "/v1/events" else {}
        needs = anybody.request(method, address, headers=headers).status_code == 401
        wanted = operation.get("security", [])
        assert needs == bool(wanted and {} not in wanted), (method, path)
        assert bool(wanted) == ("401" in operation["responses"]), (method, path)


def test_every_problem_is_a_problem_document(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)


def test_every_parameter_of_a_path_is_declared(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert declared == {part.partition("}")[0] for part in path.split("{")[1:]}, (method, path)


def test_the_api_documentation_is_served(running: Running) -> None:
    assert "/openapi.json" in httpx.get(running.url + "/docs").text
