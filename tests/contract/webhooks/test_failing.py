"""What happens when an endpoint fails: it is tried again, waited for, disabled, and holds nobody else up."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import httpx
import pytest
from tests.contract.client import Poster, slug
from tests.contract.receiver import PATIENCE, Receiver, receiving
from tests.contract.running import Running
from tests.contract.webhooks.asking import CONTACT, client, contact, settled, state, subscribe, wait_for
from tests.posting import HUB


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
