"""Webhooks that cannot be: refused, with the field and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.client import Poster, slug
from tests.contract.running import Running
from tests.contract.webhooks.asking import client

from dossier.agencies import Agency


@pytest.mark.parametrize(
    ("body", "refusal", "pointer"),
    [
        ({}, "invalid", "/url"),
        ([], "invalid", ""),
        ({"url": 7}, "invalid", "/url"),
        ({"url": "https://receiver.example/", "secret": "whsec_mine"}, "invalid", "/secret"),
        ({"url": "https://receiver.example/", "types": []}, "invalid", "/types"),
        ({"url": "https://receiver.example/", "types": ["contact-made"]}, "unknown-type", "/types"),
        ({"url": "https://receiver.example/", "agencies": ["Hub!"]}, "invalid", "/agencies/0"),
        ({"url": "https://receiver.example/", "relation": "all"}, "invalid", "/relation"),
        ({"url": "https://receiver.example/", "after": "-1"}, "invalid", "/after"),
        ({"url": "https://receiver.example/", "after": 7}, "invalid", "/after"),
        ({"url": "https://receiver.example/", "after": "9" * 18}, "invalid", "/after"),
        ({"url": "http://receiver.example/"}, "webhook-target-refused", "/url"),
        ({"url": "https://127.0.0.1/"}, "webhook-target-refused", "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "webhook-target-refused", "/url"),
        ({"url": "https://2130706433/"}, "webhook-target-refused", "/url"),
        ({"url": "https://localhost/"}, "webhook-target-refused", "/url"),
        ({"url": "not an address"}, "webhook-target-refused", "/url"),
        ({"url": "https://" + "a" * 3000}, "invalid", "/url"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_with_the_field(hub: Poster, body: Any, refusal: str, pointer: str) -> None:
    before = len(hub.http.get("/v1/webhooks").json()["webhooks"])
    response = hub.http.post("/v1/webhooks", json=body)
    assert (response.status_code, slug(response)) == (422, refusal)
    assert pointer in [error["pointer"] for error in response.json()["errors"]]
    assert len(hub.http.get("/v1/webhooks").json()["webhooks"]) == before


def test_a_body_that_is_no_json_is_refused(hub: Poster) -> None:
    assert (
        slug(hub.http.post("/v1/webhooks", content=b"{", headers={"content-type": "application/json"})) == "malformed"
    )
    assert slug(hub.http.post("/v1/webhooks", content=b"url=x")) == "unsupported-media-type"
    large = b'{"url": "%s"}' % (b"a" * (1 << 20))
    assert (
        slug(hub.http.post("/v1/webhooks", content=large, headers={"content-type": "application/json"})) == "too-large"
    )


def test_an_organisation_has_only_so_many(there: Poster) -> None:
    most = there.http.get("/v1/limits").json()["webhooks_per_agency"]
    body = {"url": "https://receiver.example/", "types": ["brussels.dossier.premises-left.v1"]}
    answers = [there.http.post("/v1/webhooks", json=body) for _ in range(most + 1)]
    assert [answer.status_code for answer in answers] == [201] * most + [409]
    assert slug(answers[-1]) == "too-many-webhooks"


def test_an_organisation_that_is_not_registered_has_none(allowing: Running) -> None:
    stranger = Agency("stranger", "s", "s", "s", "urn:s")
    with client(allowing, "agency", stranger.id) as http:
        assert slug(http.post("/v1/webhooks", json={"url": "https://receiver.example/"})) == "forbidden"
