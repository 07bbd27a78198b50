"""A server with little patience and low rates: whoever dawdles or crowds is told so, and nobody else feels it."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from tests.contract.client import BATCH, STREAM, STRUCTURED, Poster, slug
from tests.contract.conftest import add
from tests.contract.running import Running
from tests.posting import HUB, INNOVIRIS

from dossier.agencies import Agency

PATIENCE = 1.0
REQUESTS, RATE = 5, 40  # a second: fewer than even a machine with other work to do can ask, one after the other


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {
        "DOSSIER_PATIENCE_SECONDS": str(PATIENCE),
        "DOSSIER_RATE_REQUESTS": str(REQUESTS),
        "DOSSIER_RATE_EVENTS": str(RATE),
    }
    service = Running(tmp_path_factory.mktemp("guarded") / "data", **settings)
    service.start()
    for agency in (HUB, INNOVIRIS):
        add(service, agency)
    yield service
    service.stop()


@contextmanager
def poster(guarded: Running, agency: Agency) -> Iterator[Poster]:
    token = guarded.token("agency", agency.id)
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=guarded.url, headers=headers, timeout=30) as http:
        yield Poster(agency, http)


@pytest.fixture(scope="module")
def hub(guarded: Running) -> Iterator[Poster]:
    with poster(guarded, HUB) as found:
        yield found


@pytest.fixture(scope="module")
def innoviris(guarded: Running) -> Iterator[Poster]:
    with poster(guarded, INNOVIRIS) as found:
        yield found


def rested() -> None:
    """Every bucket is full again."""
    time.sleep(2.1)


def test_the_rates_are_published(hub: Poster) -> None:
    limits = hub.http.get("/v1/limits").json()
    assert (limits["requests_per_second"], limits["events_per_second"]) == (REQUESTS, RATE)


def test_too_many_requests_are_told_to_wait_and_another_agency_is_not(hub: Poster, innoviris: Poster) -> None:
    rested()
    answers = [hub.http.get("/v1/feed?after=0") for _ in range(120)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert {(answer.status_code, slug(answer)) for answer in refused} == {(429, "too-many-requests")}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert innoviris.http.get("/v1/feed?after=0").status_code == 200
    time.sleep(1)
    assert hub.http.get("/v1/feed?after=0").status_code == 200
    metrics = hub.http.get("/metrics").text
    assert 'dossier_rate_limited_total{agency="hub",unit="requests"}' in metrics
    assert 'agency="innoviris"' not in metrics


def test_too_many_events_are_told_to_wait_and_none_of_them_is_written(hub: Poster) -> None:
    rested()
    dossier = hub.open()
    large = [hub.event("contact-made", {"channel": "phone"}, dossier) for _ in range(RATE * 3)]
    assert hub.batch(large).status_code == 200
    late = [hub.event("contact-made", {"channel": "visit"}, dossier)]
    refused = hub.batch(late)
    assert (refused.status_code, slug(refused)) == (429, "too-many-requests")
    time.sleep(int(refused.headers["retry-after"]))
    assert hub.batch(late).json()[0]["status"] == 201, "it was not written before"


def test_a_stream_is_slowed_down_and_not_refused(hub: Poster) -> None:
    rested()
    dossier = hub.open()
    for _ in range(2):  # the first takes more than there is, the second waits until that is paid for
        lines = "\n".join(json.dumps(hub.event("contact-made", {"channel": "phone"}, dossier)) for _ in range(RATE * 3))
        results = hub.http.post("/v1/events", content=lines, headers=STREAM).text.splitlines()
        assert [json.loads(line)["status"] for line in results] == [201] * (RATE * 3)


def connected(guarded: Running) -> socket.socket:
    where = urlsplit(guarded.url)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=PATIENCE * 20)


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    told = b""
    while block := connection.recv(1 << 16):
        told += block
    return told


def problem_of(told: bytes) -> tuple[int, str]:
    head, _, body = told.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)["type"].rpartition("/")[2]


@pytest.mark.parametrize("begun", [b"", b"P", b"POST /v1/events HTTP/1.1\r\nHost: x\r\n"])
def test_headers_that_do_not_come_are_not_waited_for(guarded: Running, begun: bytes) -> None:
    with connected(guarded) as connection:
        connection.sendall(begun)
        assert problem_of(received(connection)) == (408, "too-slow")


def test_headers_that_trickle_are_not_waited_for(guarded: Running) -> None:
    with connected(guarded) as connection:
        connection.sendall(b"POST /v1/events HTTP/1.1\r\n")
        deadline = time.monotonic() + PATIENCE * 20
        while not select.select([connection], [], [], PATIENCE / 10)[0]:
            assert time.monotonic() < deadline, "it waits for ever"
            connection.sendall(b"x: y\r\n")
        assert problem_of(connection.recv(1 << 16)) == (408, "too-slow")


def test_a_body_that_falls_silent_is_not_waited_for_and_writes_nothing(guarded: Running, hub: Poster) -> None:
    rested()
    dossier = hub.open()
    event = json.dumps(hub.event("contact-made", {"channel": "phone"}, dossier)).encode()
    for headers in (STRUCTURED, BATCH, STREAM):
        with connected(guarded) as connection:
            head = f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: {len(event) + 1}\r\n"
            head += (
                f"Authorization: {hub.http.headers['authorization']}\r\nContent-Type: {headers['content-type']}\r\n\r\n"
            )
            connection.sendall(head.encode() + event)
            assert problem_of(received(connection)) == (408, "too-slow")
    assert hub.http.get(f"/v1/dossiers/{dossier}").json()["version"] == 1


@pytest.mark.parametrize(
    "request_line",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_problem_too(guarded: Running, request_line: bytes) -> None:
    with connected(guarded) as connection:
        connection.sendall(request_line)
        assert problem_of(received(connection)) == (400, "malformed")


def test_the_server_goes_on(guarded: Running) -> None:
    assert httpx.get(guarded.url + "/health/ready").status_code == 200
