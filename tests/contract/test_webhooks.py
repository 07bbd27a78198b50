"""Webhooks: what an agency's endpoint receives, verified by the official library; and what happens when it fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks import WebhookVerificationError
from tests.contract.client import Client, Poster, slug
from tests.contract.conftest import add
from tests.contract.receiver import PATIENCE, Receiver, receiving
from tests.contract.running import Running
from tests.contract.truth import Truth
from tests.posting import AGENCIES, HUB, INNOVIRIS

from api.principal import Principal, Role
from api.tokens import TokenKey
from dossier.agencies import Agency

CONTACT = "brussels.dossier.contact-made.v1"
PERSON = {"given_name": "Zoé", "family_name": "Suivie", "language": "fr"}


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that delivers to private addresses too."""
    service = Running(tmp_path_factory.mktemp("webhooks") / "data", DOSSIER_WEBHOOK_ALLOW_PRIVATE="true")
    service.start()
    for agency in AGENCIES.values():
        add(service, agency)
    yield service
    service.stop()


@pytest.fixture
def there(allowing: Running) -> Iterator[Poster]:
    with client(allowing, "agency", HUB.id) as http:
        yield Poster(HUB, http)
        for webhook in http.get("/v1/webhooks").json()["webhooks"]:
            http.delete(f"/v1/webhooks/{webhook['id']}")


@pytest.fixture
def other(allowing: Running) -> Iterator[Poster]:
    with client(allowing, "agency", INNOVIRIS.id) as http:
        yield Poster(INNOVIRIS, http)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def client(service: Running, role: Role, agency: str | None = None) -> Client:
    """A client whose answers are held against the OpenAPI document."""
    truth = Truth(httpx.get(service.url + "/openapi.json").json())
    headers = {"authorization": f"Bearer {TokenKey(service.data).issue(Principal(role, agency))}"}
    return Client(base_url=service.url, headers=headers, event_hooks={"response": [truth.check]}, timeout=30)


def subscribe(poster: Poster, receiver: Receiver, **asked: Any) -> dict[str, Any]:
    response = poster.http.post("/v1/webhooks", json={"url": receiver.url} | asked)
    assert response.status_code == 201, response.text
    webhook: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/v1/webhooks/{webhook['id']}"
    return webhook


def contact(poster: Poster, dossier: UUID) -> str:
    position: str = poster.post("contact-made", {"channel": "phone", "note": "Zoé called"}, dossier)["position"]
    return position


def deliveries(poster: Poster, webhook: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    page = poster.http.get(f"/v1/webhooks/{webhook['id']}/deliveries", params=asked).json()
    found: list[dict[str, Any]] = page["deliveries"]
    return found


def settled(poster: Poster, webhook: dict[str, Any], count: int, status: str = "delivered") -> list[dict[str, Any]]:
    """The delivery log once it has so many of a status."""
    deadline = time.monotonic() + PATIENCE
    while len(found := deliveries(poster, webhook, status=status)) < count:
        assert time.monotonic() < deadline, deliveries(poster, webhook)
        time.sleep(0.05)
    return found


def state(poster: Poster, webhook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = poster.http.get(f"/v1/webhooks/{webhook['id']}").json()
    return found


# what arrives


def test_events_arrive_in_order_signed_and_without_their_person(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    dossier = there.open(person=PERSON)
    positions = [contact(there, dossier) for _ in range(5)]
    received = receiver.wait(6)
    events = [request.verified(webhook["secret"]) for request in received]
    assert [event["position"] for event in events[1:]] == positions
    assert {event["subject"] for event in events} == {str(dossier)}
    assert not any("Zoé" in request.body.decode() or "personal" in request.body.decode() for request in received)
    assert len({request.headers["webhook-id"] for request in received}) == 6
    page = there.http.get("/v1/feed", params={"after": str(int(positions[0]) - 1)}).json()["entries"]
    assert events[1:] == page, "the same entries as the feed's"


def test_what_arrives_is_a_cloudevent_to_the_official_sdk(there: Poster, receiver: Receiver) -> None:
    subscribe(there, receiver)
    dossier = there.open()
    [request] = receiver.wait(1)
    assert request.headers["content-type"] == "application/cloudevents+json"
    event = from_http_event(HTTPMessage(request.headers, request.body))
    assert (event.get_type(), event.get_subject()) == ("brussels.dossier.dossier-opened.v1", str(dossier))


def test_a_webhook_begins_at_the_end_of_the_log_or_where_it_is_told(there: Poster, receiver: Receiver) -> None:
    dossier = there.open()
    first = contact(there, dossier)
    subscribe(there, receiver)
    second = contact(there, dossier)
    assert positions_of(receiver.wait(1)) == [second]
    with receiving() as earlier:
        subscribe(there, earlier, after=str(int(first) - 1))
        assert positions_of(earlier.wait(2)) == [first, second]


def positions_of(requests: list[Any]) -> list[str]:
    return [request.headers["webhook-id"].rpartition("_")[2] for request in requests]


def test_a_webhook_is_narrowed_by_type_agency_and_relation(there: Poster, other: Poster, receiver: Receiver) -> None:
    wanted = {"types": [CONTACT], "agencies": ["innoviris"], "relation": "own"}
    subscribe(there, receiver, **wanted)
    mine, theirs = there.open(), other.open()
    contact(there, mine)
    other.post("phase-declared", {"phase": "creation"}, mine)
    contact(other, theirs)
    expected = [contact(other, mine)]
    receiver.wait(1)  # what was before it is passed: a relation counts from when it is there
    there.post("referral-made", {"referral_id": "r", "to_agency": "finance"}, theirs)
    expected += [contact(other, theirs)]
    assert positions_of(receiver.wait(2)) == expected
    assert receiver.quiet()


# when it fails


def test_a_failure_is_tried_again_under_the_same_id_and_holds_nothing_up(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    receiver.answers += [500]
    dossier = there.open()
    contact(there, dossier)
    first, second, again = receiver.wait(3)
    assert first.headers["webhook-id"] == again.headers["webhook-id"] != second.headers["webhook-id"]
    assert first.body == again.body
    assert int(again.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"]), "a fresh timestamp"
    assert again.at - first.at >= 5, "the first wait of the published schedule"
    again.verified(webhook["secret"])
    later, failed = settled(there, webhook, 2)
    assert [attempt["status"] for attempt in failed["attempts"]] == [500, 204]
    assert [attempt["status"] for attempt in later["attempts"]] == [204]


def test_a_receiver_that_asks_to_wait_is_left_alone_for_so_long(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    receiver.answers += [(429, {"Retry-After": "7200"})]
    there.open()
    receiver.wait(1)
    [waiting] = settled(there, webhook, 1, "waiting")
    due = time.time() + 7_200
    assert abs(parsed(waiting["next_attempt"]) - due) < 120


def parsed(text: str) -> float:

    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    "answer", [(302, {"Location": "http://127.0.0.1:1/"}), (400, {}), (404, {}), (500, {}), (304, {})]
)
def test_only_a_2xx_is_success_and_no_redirect_is_followed(
    there: Poster, receiver: Receiver, answer: tuple[int, dict[str, str]]
) -> None:
    webhook = subscribe(there, receiver)
    receiver.answers += [answer]
    there.open()
    [waiting] = settled(there, webhook, 1, "waiting")
    assert [attempt["status"] for attempt in waiting["attempts"]] == [answer[0]]
    assert state(there, webhook)["status"] == "active"


def test_gone_disables_at_once_and_activation_goes_on_where_it_stopped(there: Poster, receiver: Receiver) -> None:
    webhook = subscribe(there, receiver)
    receiver.answers += [410]
    dossier = there.open()
    receiver.wait(1)
    wait_for(lambda: state(there, webhook)["status"] == "disabled")
    assert state(there, webhook)["reason"] == "gone"
    contact(there, dossier)
    assert receiver.quiet()
    redelivery = f"/v1/webhooks/{webhook['id']}/deliveries/1/redelivery"
    assert slug(there.http.post(redelivery)) == "webhook-disabled"
    activated = there.http.post(f"/v1/webhooks/{webhook['id']}/activation").json()
    assert (activated["status"], activated["reason"]) == ("active", None)
    received = receiver.wait(3)
    assert sorted(request.verified(webhook["secret"])["type"] for request in received[1:]) == [
        CONTACT,
        "brussels.dossier.dossier-opened.v1",
    ]


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def test_a_slow_endpoint_holds_up_no_other(there: Poster, receiver: Receiver) -> None:
    held = threading.Event()

    def late() -> int:
        held.wait(PATIENCE)
        return 204

    with receiving() as slow:
        slow.answers += [late]
        subscribe(there, slow)
        subscribe(there, receiver)
        dossier = there.open()
        for _ in range(4):
            contact(there, dossier)
        slow.wait(1)
        assert len(receiver.wait(5)) == 5
        assert len(slow.received) == 1, "one request at a time"
        held.set()
        slow.wait(5)


def test_an_endpoint_that_is_not_there_is_tried_until_it_is(there: Poster, receiver: Receiver) -> None:
    with receiving() as gone:
        url = gone.url
    response = there.http.post("/v1/webhooks", json={"url": url})
    there.open()
    [waiting] = settled(there, response.json(), 1, "waiting")
    assert (waiting["attempts"][0]["status"], waiting["attempts"][0]["error"]) == (None, "it cannot be reached")
    with receiving(int(url.rpartition(":")[2].partition("/")[0])) as back:
        back.wait(1)[0].verified(response.json()["secret"])


def test_what_waits_is_delivered_after_the_server_was_killed(
    allowing: Running, there: Poster, receiver: Receiver
) -> None:
    """And what was posted meanwhile is not missed."""
    webhook = subscribe(there, receiver)
    receiver.answers += [503]
    dossier = there.open()
    settled(there, webhook, 1, "waiting")
    allowing.kill()
    allowing.start()
    with client(allowing, "agency", HUB.id) as http:
        again = Poster(HUB, http)
        contact(again, dossier)
        received = receiver.wait(3)
        events = [request.verified(webhook["secret"])["type"] for request in received]
        assert sorted(events[1:]) == [CONTACT, events[0]]
        assert len({request.headers["webhook-id"] for request in received}) == 2
        settled(again, webhook, 2)
        http.delete(f"/v1/webhooks/{webhook['id']}")
    there.http.base_url = httpx.URL(allowing.url)


# what an agency can do about it


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


# what is refused


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
