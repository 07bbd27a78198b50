"""What an organisation can do about its webhooks: deliver again, rotate secrets, look, remove."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import WebhookVerificationError
from tests.contract.client import Poster, slug
from tests.contract.receiver import PATIENCE, Receiver
from tests.contract.running import Running
from tests.contract.webhooks.asking import CONTACT, client, contact, deliveries, settled, state, subscribe, wait_for
from tests.posting import HUB, INNOVIRIS


def test_an_event_is_delivered_again_on_demand(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    there.open()
    receiver.wait(1)
    [done] = settled(there, webhook, 1)
    path = f"/v1/webhooks/{webhook['id']}/deliveries/{done['id']}/redelivery"
    assert there.http.post(path).status_code == 202
    first, again = receiver.wait(2)
    assert (first.headers["webhook-id"], first.body) == (again.headers["webhook-id"], again.body)
    wait_for(lambda: [len(one["attempts"]) for one in deliveries(there, webhook)] == [2])
    for unknown in ("999999999", "x", "-1", "1" * 30):
        other = f"/v1/webhooks/{webhook['id']}/deliveries/{unknown}/redelivery"
        assert slug(there.http.post(other)) == "not-found"


def test_after_a_rotation_both_secrets_sign_for_a_while(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    rotated = there.http.post(f"/v1/webhooks/{webhook['id']}/rotation").json()
    assert rotated["secret"] != webhook["secret"]
    assert rotated["previous_secret_until"] is not None
    time.sleep(0.5)  # the dispatcher has heard of it
    there.open()
    [request] = receiver.wait(1)
    for secret in (webhook["secret"], rotated["secret"]):
        request.verified(secret)
    again = there.http.post(f"/v1/webhooks/{webhook['id']}/rotation").json()
    time.sleep(0.5)
    there.open()
    request = receiver.wait(2)[1]
    request.verified(again["secret"])
    with pytest.raises(WebhookVerificationError):
        request.verified(webhook["secret"])


def test_the_secret_is_shown_once(there: Poster, receiver: Receiver, allowing: Running) -> None:
    webhook = subscribe(there, receiver)
    assert webhook["secret"].startswith("whsec_")
    shown = there.http.get("/v1/webhooks").text + there.http.get(f"/v1/webhooks/{webhook['id']}").text
    assert webhook["secret"] not in shown
    assert "secret" not in state(there, webhook)
    assert webhook["secret"] not in allowing.err.read_text()


def test_a_removed_webhook_is_silent_and_gone(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    assert there.http.delete(f"/v1/webhooks/{webhook['id']}").status_code == 204
    there.open()
    assert receiver.quiet()
    assert slug(there.http.get(f"/v1/webhooks/{webhook['id']}")) == "not-found"
    assert slug(there.http.delete(f"/v1/webhooks/{webhook['id']}")) == "not-found"


def test_the_delivery_log_comes_by_page_the_newest_first(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    dossier = there.open()
    there.batch([there.event("contact-made", {"channel": "phone"}, dossier) for _ in range(130)])
    receiver.wait(131)
    wait_for(lambda: there.http.get(f"/v1/webhooks/{webhook['id']}/deliveries").links)
    settled(there, webhook, 100)
    response = there.http.get(f"/v1/webhooks/{webhook['id']}/deliveries")
    found = response.json()["deliveries"]
    while "next" in response.links:
        response = there.http.get(response.links["next"]["url"])
        found += response.json()["deliveries"]
    positions = [int(one["position"]) for one in found]
    assert positions == sorted(positions, reverse=True)
    assert len(set(positions)) == len(positions) == 131


def test_a_webhook_is_its_organisations_own(there: Poster, other: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    path = f"/v1/webhooks/{webhook['id']}"
    for method, address in (
        ("GET", path),
        ("GET", path + "/deliveries"),
        ("POST", path + "/rotation"),
        ("POST", path + "/activation"),
        ("POST", path + "/deliveries/1/redelivery"),
        ("DELETE", path),
    ):
        assert slug(other.http.request(method, address)) == "not-found"
    assert other.http.get("/v1/webhooks").json() == {"webhooks": []}


def test_the_operator_sees_every_organisations_webhooks(there: Poster, receiver: Receiver, allowing: Running) -> None:
    webhook = subscribe(there, receiver)
    with client(allowing, "operator") as http:
        assert [one["id"] for one in http.get("/v1/webhooks").json()["webhooks"]] == [webhook["id"]]
        assert http.get(f"/v1/webhooks/{webhook['id']}").json()["agency"] == "hub"


def test_the_schedule_of_retries_is_published(there: Poster) -> None:
    limits = there.http.get("/v1/limits").json()
    assert limits["webhook_retry_seconds"] == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


def test_what_was_delivered_is_known_to_the_organisation(there: Poster, allowing: Running, receiver: Receiver) -> None:
    subscribe(there, receiver, types=[CONTACT])
    dossier = there.open()
    with client(allowing, "auditor") as auditor, client(allowing, "agency", INNOVIRIS.id) as innoviris:
        position = contact(Poster(INNOVIRIS, innoviris), dossier)
        asked, address = {"agency": HUB.id}, f"/v1/dossiers/{dossier}/known-by"
        deadline = time.monotonic() + PATIENCE
        while not (because := auditor.get(address, params=asked).json()["events"][-1]["because"]):
            assert time.monotonic() < deadline, "no delivery is on record"
            time.sleep(0.05)
        assert [one["how"] for one in because] == ["delivered"]
        assert auditor.get(address, params=asked).json()["events"][-1]["position"] == position
        before = auditor.get(address, params=asked | {"on": "2026-01-01"})
        assert slug(before) == "not-found", "the log had nothing then"
