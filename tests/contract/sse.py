"""A client of server-sent events, by the letter of the HTML standard: comes back with `Last-Event-ID`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx


class Message(NamedTuple):
    """One dispatched event."""

    id: str
    event: str
    data: Any


def parsed(lines: Iterable[str]) -> Iterator[Message]:
    """The events that lines amount to; comments and `retry` dispatch nothing."""
    last, fields = "", dict[str, str]()
    for line in lines:
        if not line:
            if "data" in fields:
                yield Message(last, fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id":
            last = value
        elif name == "data" and "data" in fields:
            fields["data"] += "\n" + value
        elif name:
            fields[name] = value


@contextmanager
def listening(http: httpx.Client, last: str | None = None, **asked: str) -> Iterator[Iterator[Message]]:
    """The events of a stream while the block lasts, from the last one seen on."""
    headers = {} if last is None else {"last-event-id": last}
    with http.stream("GET", "/v1/stream", params=asked, headers=headers) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield parsed(response.iter_lines())


def take(messages: Iterator[Message], count: int) -> list[Message]:
    """So many events; waits for them."""
    return [next(messages) for _ in range(count)]
