"""One event in each of CloudEvents' modes, made by the official SDK; all are one and the same event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from tests.contract.client import BATCH, STREAM, Client, Poster, slug

WORDS = ["plain", "Café René", 'with "quotes"', '"quoted"', "100 %", "a%20b", "ταβέρνα", "back\\slash", "🙂"]


def made(subject: UUID, event_id: str, data: dict[str, Any] | None = None, **extensions: str) -> CloudEvent:
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": "https://hub.example/dossiers/sdk",
        "type": "brussels.dossier.contact-made.v1",
        "subject": str(subject),
        "time": datetime(2026, 2, 3, 10, 30, tzinfo=UTC),
        "datacontenttype": "application/json",
    }
    return CloudEvent({**attributes, **extensions}, data or {"channel": "e-mail", "note": "Écrit à Zoë"})


def sent(hub: Poster, message: Any) -> httpx.Response:
    return hub.http.post("/v1/events", content=message.body, headers=message.headers)


def test_structured_mode_is_taken(hub: Poster) -> None:
    response = sent(hub, to_structured_event(made(hub.open(), "structured")))
    assert (response.status_code, response.json()["version"]) == (201, 2)


def test_binary_mode_is_taken(hub: Poster) -> None:
    response = sent(hub, to_binary_event(made(hub.open(), "binary")))
    assert (response.status_code, response.json()["version"]) == (201, 2)


def test_binary_mode_without_a_content_type_is_json(hub: Poster) -> None:
    """As the SDK sends an event that does not say of what type its data is. Source: CloudEvents 1.0, 3.1."""
    event = made(hub.open(), "untyped")
    attributes = event.get_attributes()
    del attributes["datacontenttype"]
    message = to_binary_event(CloudEvent(attributes, event.get_data()))
    assert "content-type" not in message.headers
    first = sent(hub, message)
    assert (first.status_code, first.json()["version"]) == (201, 2)
    again = sent(hub, to_structured_event(event))
    assert (again.status_code, again.json()["position"]) == (200, first.json()["position"])


@pytest.mark.parametrize("word", WORDS)
def test_both_modes_are_the_same_event(hub: Poster, auditor: Client, word: str) -> None:
    """Source: CloudEvents 1.0, HTTP binding 3.1.3.2: header values are percent-encoded."""
    dossier = hub.open()
    event = made(dossier, f"{word} {dossier}", correlationid=word)
    first, again = sent(hub, to_structured_event(event)), sent(hub, to_binary_event(event))
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.json() == first.json() | {"duplicate": True}
    assert auditor.get(f"/v1/dossiers/{dossier}/history").json()["events"][1]["id"] == f"{word} {dossier}"


@pytest.mark.parametrize(
    "spell", [lambda text: f'"{text}"', quote, lambda text: text], ids=["quoted", "encoded", "bare"]
)
def test_a_header_may_be_spelled_in_each_way_the_binding_allows(hub: Poster, spell: Any) -> None:
    message = to_binary_event(made(hub.open(), "x"))
    message.headers["ce-id"] = spell(f"spelled-{message.headers['ce-subject']}")
    first = sent(hub, message)
    message.headers["ce-id"] = f"spelled-{message.headers['ce-subject']}"
    assert (first.status_code, sent(hub, message).status_code) == (201, 200)


def test_a_batch_of_the_sdk_is_taken(hub: Poster) -> None:
    dossier = hub.open()
    events = [json.loads(to_structured_event(made(dossier, f"batch-{n}")).body) for n in range(3)]
    response = hub.batch(events)
    assert response.status_code == 200
    assert [(item["index"], item["status"]) for item in response.json()] == [(0, 201), (1, 201), (2, 201)]


def test_a_stream_answers_a_line_for_each_line(hub: Poster) -> None:
    dossier = hub.open()
    lines = [to_structured_event(made(dossier, f"stream-{n}")).body for n in range(2_500)]
    response = hub.http.post("/v1/events", content=b"\n".join(lines), headers=STREAM)
    results = [json.loads(line) for line in response.text.splitlines()]
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [item["index"] for item in results] == list(range(2_500))
    assert {item["status"] for item in results} == {201}
    positions = [int(item["position"]) for item in results]
    assert positions == sorted(set(positions))


def test_a_stream_is_written_as_it_comes_and_goes_on_after_a_bad_line(hub: Poster) -> None:
    dossier = hub.open()
    good = [to_structured_event(made(dossier, f"mixed-{n}")).body for n in range(2)]
    lines = [good[0], b"", b"{", b'"\xff"', b"[]", b"  ", good[1], good[0]]

    def chunks() -> Any:
        for line in lines:
            for byte in range(0, len(line), 7):
                yield line[byte : byte + 7]
            yield b"\r\n"

    response = hub.http.post("/v1/events", content=chunks(), headers=STREAM)
    results = [json.loads(line) for line in response.text.splitlines()]
    assert [item["status"] for item in results] == [201, 400, 400, 400, 201, 200]
    assert results[-1]["position"] == results[0]["position"]


def test_a_line_too_long_is_refused_and_the_next_is_not(hub: Poster) -> None:
    dossier = hub.open()
    long = b'{"id": "' + b"x" * (1 << 20) + b'"}'
    content = b"\n".join([long, to_structured_event(made(dossier, "after-long")).body, long])
    response = hub.http.post("/v1/events", content=content, headers=STREAM)
    assert [json.loads(line)["status"] for line in response.text.splitlines()] == [413, 201, 413]


def test_an_empty_stream_has_no_results(hub: Poster) -> None:
    response = hub.http.post("/v1/events", content=b"\n\n", headers=STREAM)
    assert (response.status_code, response.content) == (200, b"")


def test_a_stream_sees_the_lines_before_across_its_chunks(hub: Poster) -> None:
    dossier = hub.open()
    applied = [
        hub.event("aid-applied", {"application_id": f"s{n}", "instrument": "grant"}, dossier) for n in range(1_500)
    ]
    decided = [
        hub.event("aid-decided", {"application_id": f"s{n}", "outcome": "refused"}, dossier) for n in range(1_500)
    ]
    body = "\n".join(json.dumps(event) for event in applied + decided)
    response = hub.http.post("/v1/events", content=body, headers=STREAM)
    assert {json.loads(line)["status"] for line in response.text.splitlines()} == {201}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/plain",
        "application/xml",
        "application/cloudevents",
        "application/cloudevents+xml",
        "application/cloudevents-batch+xml",
        "application/cloudevents+json; charset=latin-1",
        "application/octet-stream",
        "",
    ],
)
def test_other_media_types_are_not_taken(hub: Poster, content_type: str) -> None:
    response = hub.http.post("/v1/events", content=b"{}", headers={"content-type": content_type})
    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "content_type", [BATCH["content-type"] + "; charset=UTF-8", "Application/CloudEvents-Batch+JSON"]
)
def test_a_media_type_is_compared_as_http_says(hub: Poster, content_type: str) -> None:
    response = hub.http.post("/v1/events", content=b"[]", headers={"content-type": content_type})
    assert (response.status_code, response.json()) == (200, [])


def test_binary_mode_takes_json_alone(hub: Poster) -> None:
    message = to_binary_event(made(hub.open(), "xml"))
    message.headers["content-type"] = "application/xml"
    assert sent(hub, message).status_code == 415
