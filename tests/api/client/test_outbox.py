"""The outbox: what is in it reaches the service once, in order, whatever breaks in between."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.client import Client, Delivered, Later, Outbox, Undeliverable

PROBLEM = {"type": "/problems/invalid", "title": "Not valid", "status": 422}


def event(number: int, **changed: Any) -> dict[str, Any]:
    return {"id": str(number), "source": "https://a.example", "type": "t", "data": {"number": number}} | changed


class Service:
    """Takes events as the real one does, once it has answered what a test scripts for it first."""

    def __init__(self, *script: httpx.Response | type[Exception]) -> None:
        self.script = list(script)
        self.recorded: dict[str, dict[str, Any]] = {}
        self.order: list[int] = []
        self.requests = 0
        self.item: Callable[[dict[str, Any]], int] = lambda _: 201

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        answer = self.script.pop(0) if self.script else None
        if isinstance(answer, httpx.Response):
            return answer
        results = [self.take(index, one) for index, one in enumerate(json.loads(request.content))]
        if answer is not None:
            raise answer("the answer was lost")
        return httpx.Response(200, json=results)

    def take(self, index: int, one: dict[str, Any]) -> dict[str, Any]:
        status = self.item(one)
        if status == 201 and one["id"] in self.recorded:
            status = 200
        elif status == 201:
            self.recorded[one["id"]] = one
            self.order.append(one["data"]["number"])
        return {"index": index, "status": status} | ({"problem": PROBLEM} if status >= 400 else {})

    def client(self) -> Client:
        return Client("https://dossier.example", "token", http=httpx.Client(transport=httpx.MockTransport(self)))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", sleep=lambda _: None) as opened:
        yield opened


def test_events_leave_in_the_order_they_came(box: Outbox) -> None:
    service = Service()
    box.add(*(event(number) for number in range(1_201)))
    assert box.deliver(service.client()) == Delivered(accepted=1_201)
    assert service.order == list(range(1_201))
    assert len(box) == 0


def test_what_was_added_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with Outbox(path) as first:
        [given] = first.add(event(1, id="a"))
        [made] = first.add({"source": "https://a.example", "type": "t", "data": {"number": 2}})
    service = Service()
    with Outbox(path) as second:
        second.deliver(service.client())
    assert list(service.recorded) == [given, made], "an id that was made stays the same"


@pytest.mark.parametrize(
    "trouble",
    [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.DecodingError, httpx.Response(503), httpx.Response(429)],
)
def test_trouble_is_tried_again_and_nothing_doubles(box: Outbox, trouble: httpx.Response | type[Exception]) -> None:
    service = Service(trouble, trouble)
    box.add(event(1), event(2))
    done = box.deliver(service.client())
    assert (done.accepted + done.duplicate, service.order, len(box)) == (2, [1, 2], 0)
    assert service.requests == 3


def test_it_waits_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    waits: list[float] = []
    service = Service(httpx.Response(429, headers={"retry-after": "17"}), httpx.ConnectError, httpx.ConnectError)
    with Outbox(tmp_path / "outbox.db", sleep=waits.append) as box:
        box.add(event(1))
        box.deliver(service.client())
    assert waits[0] == 17
    assert 0.5 <= waits[1] <= 1 <= waits[2] <= 2, "then longer each time"


def test_patience_ends_and_everything_stays(tmp_path: Path) -> None:
    now = [0.0]
    with Outbox(tmp_path / "o.db", sleep=lambda s: now.append(now.pop() + s), clock=lambda: now[0]) as box:
        box.add(event(1))
        with pytest.raises(Later):
            box.deliver(Service(*[httpx.ConnectError] * 50).client(), patience=100)
        assert 30 < now[0] <= 100
        assert len(box) == 1


def test_a_refused_event_is_kept_with_its_problem_and_holds_up_nobody(box: Outbox) -> None:
    service = Service()
    service.item = lambda one: 422 if one["id"] == "2" else 201
    box.add(event(1), event(2), event(3))
    assert box.deliver(service.client()) == Delivered(accepted=2, refused=1)
    [(kept, problem)] = box.refused()
    assert (kept["id"], problem) == ("2", PROBLEM)
    assert box.deliver(service.client()) == Delivered(), "it is not sent again"
    box.discard(kept)
    assert box.refused() == []


def test_an_event_without_an_answer_is_not_overtaken(box: Outbox) -> None:
    service = Service()
    troubles = [503]
    service.item = lambda one: troubles.pop() if one["id"] == "2" and troubles else 201
    box.add(event(1), event(2), event(3))
    box.deliver(service.client())
    assert len(box) == 0
    assert sorted(service.order) == [1, 2, 3]


def test_a_batch_that_is_refused_as_a_whole_is_halved_to_the_event_at_fault(box: Outbox) -> None:
    service = Service()

    def whole(request: httpx.Request) -> httpx.Response:
        if any(one["id"] == "5" for one in json.loads(request.content)):
            return httpx.Response(413, json=PROBLEM)
        return service(request)

    box.add(*(event(number) for number in range(8)))
    client = Client("https://dossier.example", "token", http=httpx.Client(transport=httpx.MockTransport(whole)))
    assert box.deliver(client) == Delivered(accepted=7, refused=1)
    assert service.order == [0, 1, 2, 3, 4, 6, 7]


@pytest.mark.parametrize("status", [301, 401, 403, 404])
def test_where_nothing_is_taken_everything_stays(box: Outbox, status: int) -> None:
    box.add(event(1), event(2))
    with pytest.raises(Undeliverable):
        box.deliver(Service(httpx.Response(status)).client())
    assert (len(box), box.refused()) == (2, [])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<p>Sign in</p>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json=[{"index": 0}]),
    ],
)
def test_what_is_no_answer_of_the_service_counts_for_nothing(box: Outbox, answer: httpx.Response) -> None:
    service = Service(answer)
    box.add(event(1))
    assert box.deliver(service.client()).accepted == 1
    assert service.order == [1]


def test_an_id_is_for_one_event(box: Outbox) -> None:
    box.add(event(1))
    box.add(event(1))
    with pytest.raises(ValueError, match="another event waits under the id 1"):
        box.add(event(2), event(1, data={}))
    assert len(box) == 1, "all or none"


def test_persons_are_for_its_owner_alone_and_gone_once_sent(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with Outbox(path) as box:
        box.add(event(1, data={"number": 1, "note": "Zélie Quintin"}))
        box.deliver(Service().client())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Quintin" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("answer", [httpx.Response(200, text="<p>Sign in</p>"), httpx.Response(200, json=None)])
def test_no_call_takes_what_something_in_between_answers_for_the_service_s(answer: httpx.Response) -> None:
    service = Service(answer)
    with pytest.raises(Later, match="something in between answered"):
        service.client().import_status("1")


@pytest.mark.parametrize(
    "url", ["dossier.example", "localhost:8000", "ftp://dossier.example", "http://[::1", "https://"]
)
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match=r"write it like https://dossier\.example"):
        Client(url, "token")


def test_an_outbox_without_room_says_so_keeps_what_it_has_and_goes_on_once_there_is_some(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as box:
        box.add(event(1))
        [pages] = box._file.execute("PRAGMA page_count").fetchone()
        box._file.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OSError, match=r"outbox\.db: database or disk is full"):
            box.add(event(2), event(3, data={"number": 3, "note": "x" * 100_000}))
        assert len(box) == 1
        box._file.execute("PRAGMA max_page_count = 100000")
        box.add(event(2))
        assert box.deliver(Service().client()).accepted == 2
