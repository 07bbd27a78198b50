"""What is too large, cannot be read or makes no sense is a problem of the sender's: 4xx, and nothing is written."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest
from tests.contract.client import BATCH, STREAM, STRUCTURED, Client, Poster, slug

NOT_READ: list[bytes] = [
    b"",
    b"{",
    b"nothing",
    b'{"id": "\xff"}',
    b'{"id": "\\ud800"}',
    b'{"id": "a\\u0000b"}',
    b'{"id": "a\x00b"}',
    b"[" * 5_000,
    b'{"a":' * 5_000,
    b"\xef\xbb\xbf{}",
    b'{"id": NaN}',
    gzip.compress(b"{}", mtime=0),
]
DEEP: Any = {}
for _ in range(200):
    DEEP = {"data": DEEP}


def test_the_limits_are_published(anybody: Client) -> None:
    limits = anybody.get("/v1/limits").json()
    assert (limits["event_bytes"], limits["batch_events"], limits["batch_bytes"]) == (1 << 20, 10_000, 16 << 20)
    assert limits["stream_bytes"] is None
    assert limits["header_bytes"] == 1 << 16


@pytest.mark.parametrize("name", ["authorization", "x-anything"])
def test_headers_above_the_limit_are_told_whatever_the_token(anybody: Client, name: str) -> None:
    response = anybody.get("/health/live", headers={name: "a" * (1 << 16)})
    assert (response.status_code, slug(response)) == (431, "headers-too-large")


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("headers", "size"), [(STRUCTURED, 1 << 20), (BATCH, 16 << 20)], ids=["event", "batch"])
def test_a_body_above_the_limit_is_too_large(hub: Poster, headers: dict[str, str], size: int, chunked: bool) -> None:
    body = b" " * (size + 1)
    content: Any = (body[at : at + (1 << 20)] for at in range(0, len(body), 1 << 20)) if chunked else body
    response = hub.http.post("/v1/events", content=content, headers=headers)
    assert (response.status_code, slug(response)) == (413, "too-large")


def test_an_event_of_just_the_limit_is_taken(hub: Poster) -> None:
    body = json.dumps(hub.event("contact-made", {"channel": "phone"}, hub.open())).encode()
    padded = body + b" " * ((1 << 20) - len(body))
    assert hub.http.post("/v1/events", content=padded, headers=STRUCTURED).status_code == 201


def test_a_batch_of_too_many_is_too_large(hub: Poster) -> None:
    response = hub.batch([{}] * 10_001)
    assert (response.status_code, slug(response)) == (413, "too-large")
    assert len(hub.batch([{}] * 10_000).json()) == 10_000


@pytest.mark.parametrize("body", NOT_READ, ids=lambda body: repr(body[:16]))
@pytest.mark.parametrize("headers", [STRUCTURED, BATCH], ids=["event", "batch"])
def test_what_cannot_be_read_is_malformed(hub: Poster, headers: dict[str, str], body: bytes) -> None:
    response = hub.http.post("/v1/events", content=body, headers=headers)
    assert (response.status_code, slug(response)) == (400, "malformed")


@pytest.mark.parametrize("body", NOT_READ, ids=lambda body: repr(body[:16]))
def test_a_line_that_cannot_be_read_is_malformed(hub: Poster, body: bytes) -> None:
    response = hub.http.post("/v1/events", content=b'"first"\n' + body.replace(b"\n", b"") + b"\n", headers=STREAM)
    results = [json.loads(line) for line in response.text.splitlines()]
    assert {item["status"] for item in results} == {400}
    assert len(results) == 2 if body else 1


@pytest.mark.parametrize("body", NOT_READ, ids=lambda body: repr(body[:16]))
def test_a_registration_that_cannot_be_read_is_refused(hub: Poster, body: bytes) -> None:
    response = hub.http.post("/v1/dossiers", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert slug(response) in ("malformed", "invalid")


def test_a_registration_is_json(hub: Poster) -> None:
    response = hub.http.post("/v1/dossiers", content=b"a: 1", headers={"content-type": "application/yaml"})
    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


def test_a_registration_above_the_limit_is_too_large(hub: Poster) -> None:
    body = b'{"person": {"given_name": "' + b"x" * (1 << 20) + b'"}}'
    response = hub.http.post("/v1/dossiers", content=body, headers={"content-type": "application/json"})
    assert (response.status_code, slug(response)) == (413, "too-large")


def test_deep_data_is_refused(hub: Poster) -> None:
    dossier = hub.open()
    position = hub.post("contact-made", {"channel": "phone"}, dossier)["position"]
    response = hub.send(hub.event("event-corrected", {"corrects": position, "data": DEEP}, dossier))
    assert (response.status_code, slug(response)) == (422, "invalid")


@pytest.mark.parametrize("levels", [65, 250, 500, 1_500])
def test_a_deep_ruleset_is_refused(analyst: Client, levels: int) -> None:
    value = "[" * levels + "]" * levels
    rules = f'{{"de-minimis.ceiling": {{"values": [{{"value": {value}}}]}}}}'
    content = f'{{"id": "deep", "based_on": "2026.1", "rules": {rules}}}'
    response = analyst.post("/v1/rulesets", content=content, headers={"content-type": "application/json"})
    assert (response.status_code, slug(response)) == (400, "malformed")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/dossiers/no-id",
        "/v1/dossiers?sector=steel",
        "/v1/dossiers?cursor=%00",
        "/v1/dossiers?agency=%00",
        "/v1/dossiers?phase=%00",
        "/v1/dossiers/{dossier}?effective=yesterday",
        "/v1/dossiers/{dossier}?effective=2026-02-30",
        "/v1/dossiers/{dossier}?known=2026-02-03",
        "/v1/dossiers/{dossier}?known=0001-01-01T00:00:00%2B14:00",
        "/v1/dossiers/{dossier}?at_least=some",
        "/v1/dossiers/{dossier}?at_least=999999999999",
        "/v1/dossiers?q=peeters&cursor=none",
        "/v1/dossiers/{dossier}/timeline?lang=xx",
        "/v1/feed?after=-1",
        "/v1/feed?after=x",
        "/v1/feed?agency=%00",
        "/v1/feed?type=brussels.dossier.nothing.v1",
        "/v1/indicators/ict-share?by=nothing",
        "/v1/indicators/ict-share?from=x",
    ],
)
def test_a_parameter_that_makes_no_sense_is_pointed_at(hub: Poster, auditor: Client, path: str) -> None:
    response = auditor.get(path.replace("{dossier}", str(hub.open())))
    assert (response.status_code, slug(response)) in [(422, "invalid"), (422, "unknown-type")]
    assert response.json()["errors"][0]["pointer"].startswith("/")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "9999-12-30"])
def test_the_ends_of_the_calendar_are_days_too(hub: Poster, auditor: Client, day: str) -> None:
    dossier = hub.open()
    for path in (f"/v1/dossiers/{dossier}", f"/v1/dossiers/{dossier}/timeline"):
        assert auditor.get(path, params={"effective": day}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("DELETE", "/v1/events", 405), ("GET", "/v1/none", 404), ("PUT", "/v1/feed", 405)]
)
def test_what_is_not_here_is_a_problem_too(hub: Poster, method: str, path: str, status: int) -> None:
    response = hub.http.request(method, path)
    assert response.status_code == status
    assert slug(response) in ("not-found", "method-not-allowed")


def test_half_a_character_in_a_field_name_is_the_sender_s_fault(hub: Poster) -> None:
    content = b'{"\\ud800": 1, "person": {"given_name": "\\udc00", "family_name": "x"}}'
    response = hub.http.post("/v1/dossiers", content=content, headers={"content-type": "application/json"})
    assert 400 <= response.status_code < 500


def test_a_broken_query_is_no_failure(auditor: Client) -> None:
    for query in ("q=%00", "q=%ED%A0%80", "q=%25", "q=%5C", "q=_", "q=%27", "q=" + "a" * 200, "q=++"):
        response: httpx.Response = auditor.get(f"/v1/dossiers?{query}")
        assert response.status_code == 200, query
