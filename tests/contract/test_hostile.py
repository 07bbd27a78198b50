"""Senders that are broken or mean: each is told what is wrong, nothing of theirs is written, all goes on."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tests.contract.client import BATCH, STREAM, STRUCTURED, Client, Poster, slug
from tests.contract.running import Running

OPENED = '"subject": "{dossier}"'
EVENT = (
    '{"specversion": "1.0", "id": "{id}", "source": "https://hub.example/dossiers", "time": "2026-03-02T09:00:00Z", '
    '"type": "brussels.dossier.figures-reported.v1", "subject": "{dossier}", '
    '"data": {"legal_identifier": "0403019261", "period": "2025", "headcount_fte": 3}}'
)
CHANGED: dict[str, tuple[str, str]] = {
    "a name twice in the event": ('"id": "{id}"', '"id": "{id}", "id": "{id}-2"'),
    "a name twice with the same value": ('"id": "{id}"', '"id": "{id}", "id": "{id}"'),
    "a name twice with a space before its colon": ('"id": "{id}"', '"id" : "{id}", "id"\t: "{id}"'),
    "a name twice in the data": ('"period": "2025"', '"period": "2024", "period": "2025"'),
    "a name twice, once escaped": ('"period": "2025"', '"period": "2024", "\\u0070eriod": "2025"'),
    "NaN": (": 3}", ": NaN}"),
    "infinity": (": 3}", ": -Infinity}"),
    "a number beyond all numbers": (": 3}", ": 1e999}"),
    "a number of ten thousand digits": (": 3}", ": " + "9" * 10_000 + "}"),
    "a number of ten thousand decimals": (": 3}", ": 0." + "1" * 10_000 + "}"),
    "hexadecimal": (": 3}", ": 0x3}"),
    "a leading zero": (": 3}", ": 03}"),
    "half a character": ('"2025"', '"\\ud83d"'),
    "the other half": ('"2025"', '"\\ude00"'),
    "two halves the wrong way round": ('"2025"', '"\\ude00\\ud83d"'),
    "an escaped null character": ('"2025"', '"20\\u000025"'),
    "a raw null character": ('"2025"', '"20\x0025"'),
    "a raw line end in a text": ('"2025"', '"20\n25"'),
    "a null character in a name": ('"period"', '"peri\\u0000od"'),
    "a comment": ('{"specversion"', '/* hello */ {"specversion"'),
    "a comma too many": (": 3}", ": 3,}"),
    "single quotes": ('"2025"', "'2025'"),
    "a byte order mark": ('{"specversion"', '\ufeff{"specversion"'),
    "something after it": (": 3}}", ": 3}} {}"),
    "a nest of lists": (": 3}", ": " + "[" * 900 + "]" * 900 + "}"),
    "a nest of objects": (": 3}", ": " + '{"a":' * 900 + "1" + "}" * 900 + "}"),
    "a nest with a name twice at its end": (": 3}", ": " + "[" * 900 + '{"a":1,"a":2}' + "]" * 900 + "}"),
    "a nest too deep to read": (": 3}", ": " + "[" * 5_000 + "]" * 5_000 + "}"),
    "a million names": (": 3}", ": {" + ",".join(f'"{n}":0' for n in range(60_000)) + "}}"),
    "a list for a text": ('"2025"', '["2025"]'),
    "true for a number": (": 3}", ": true}"),
    "a negative zero exponent": (": 3}", ": 1e-400}"),
}


@pytest.fixture(scope="module")
def opened(hub: Poster) -> str:
    return str(hub.open())


def text(dossier: str, old: str = "", new: str = "", **values: str) -> bytes:
    assert old in EVENT
    changed = EVENT.replace(old, new, 1) if old else EVENT
    for name, value in {"dossier": dossier, "id": f"hostile-{time.monotonic_ns()}", **values}.items():
        changed = changed.replace("{" + name + "}", value)
    return changed.encode("utf-8", "surrogatepass")


HARMLESS = {"a negative zero exponent"}
"""Reads as 0, which is a number of people like any other."""


@pytest.mark.parametrize("case", [case for case in CHANGED if case not in HARMLESS])
def test_it_is_refused_and_nothing_is_written(hub: Poster, auditor: Client, opened: str, case: str) -> None:
    before = auditor.get(f"/v1/dossiers/{opened}").json()["version"]
    body = text(opened, *CHANGED[case])
    single = hub.http.post("/v1/events", content=body, headers=STRUCTURED)
    assert single.status_code in (400, 422), single.text
    assert slug(single) in ("malformed", "invalid")
    batch = hub.http.post("/v1/events", content=b"[" + body + b"]", headers=BATCH)
    assert batch.status_code == 400 or [item["status"] for item in batch.json()] == [422]
    line = hub.http.post("/v1/events", content=body.replace(b"\n", b"\r"), headers=STREAM)
    assert json.loads(line.text.splitlines()[0])["status"] in (400, 422)
    assert auditor.get(f"/v1/dossiers/{opened}").json()["version"] == before


def test_the_event_they_are_made_of_is_taken(hub: Poster, opened: str) -> None:
    assert hub.http.post("/v1/events", content=text(opened), headers=STRUCTURED).status_code == 201


@pytest.mark.parametrize("escaped", ['\\"topic\\":', 'a \\" : b', '{\\"id\\": 1, \\"id\\": 2}'])
def test_what_only_looks_like_a_name_in_a_text_is_none(hub: Poster, escaped: str) -> None:
    event = hub.event("contact-made", {"channel": "phone", "note": "NOTE"}, hub.open())
    body = json.dumps(event).replace("NOTE", escaped)
    assert hub.http.post("/v1/events", content=body, headers=STRUCTURED).status_code == 201


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ce-id", ["a", "b"]),
        ("ce-id", ["caf\xe9".encode("latin-1")]),
        ("ce-id", ["café".encode()]),
        ("ce-id", ["%FF"]),
        ("ce-id", ["%ED%A0%80"]),
        ("ce-id", [""]),
        ("ce-id", ["a%00b"]),
        ("ce-id", ["a%0Ab"]),
        ("ce-specversion", ["0.3"]),
        ("ce-specversion", []),
        ("ce-type", []),
        ("ce-nickname", ["Jo"]),
        ("ce-data", ["{}"]),
        ("ce-", ["x"]),
        ("ce-time", ["2026-03-02"]),
    ],
)
def test_a_broken_header_is_refused(hub: Poster, auditor: Client, opened: str, name: str, values: list[Any]) -> None:
    """Source: CloudEvents 1.0, HTTP binding 3.1.3.2: what is not printable ASCII is percent-encoded."""
    event = hub.event("contact-made", {"channel": "phone"}, opened)
    sent = [(f"ce-{key}", value) for key, value in event.items() if key != "data" and f"ce-{key}" != name]
    headers: list[Any] = [*sent, *((name, value) for value in values), ("content-type", "application/json")]
    before = auditor.get(f"/v1/dossiers/{opened}").json()["version"]
    response = hub.http.post("/v1/events", content=b'{"channel": "phone"}', headers=headers)
    assert response.status_code in (400, 415, 422), response.text
    assert slug(response) in ("malformed", "invalid", "unsupported-media-type")
    assert auditor.get(f"/v1/dossiers/{opened}").json()["version"] == before


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf-8x", "iso-8859-1; charset=utf-8", '"windows-1252"', ""])
def test_another_charset_is_not_taken(hub: Poster, opened: str, charset: str) -> None:
    headers = {"content-type": f"application/cloudevents+json; charset={charset}"}
    response = hub.http.post("/v1/events", content=text(opened), headers=headers)
    assert (response.status_code, slug(response)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8", "us-ascii", "utf-8; profile=x"])
def test_utf_8_has_several_names(hub: Poster, opened: str, charset: str) -> None:
    headers = {"content-type": f"application/cloudevents+json; charset={charset}"}
    assert hub.http.post("/v1/events", content=text(opened), headers=headers).status_code == 201


def raw(running: Running, hub: Poster, content_type: str, length: int | None, body: bytes) -> socket.socket:
    """A request whose Content-Length says what it likes; without one the body is sent as given."""
    where = urlsplit(running.url)
    connection = socket.create_connection((where.hostname or "", where.port or 0), timeout=20)
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    head = (
        f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n"
        f"Authorization: {hub.http.headers['authorization']}\r\n{framing}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def test_a_length_that_promises_too_much_is_refused_before_it_comes(running: Running, hub: Poster) -> None:
    with raw(running, hub, STRUCTURED["content-type"], 1 << 40, b"{") as connection:
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413")


def test_a_length_that_promises_too_little_cuts_the_event_short(running: Running, hub: Poster, opened: str) -> None:
    body = text(opened)
    with raw(running, hub, STRUCTURED["content-type"], len(body) - 10, body) as connection:
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("chunk", [b"zz\r\nhello\r\n", b"-5\r\nhello\r\n", b"ffffffffffffffffff\r\nhello\r\n"])
def test_chunks_that_are_none_are_refused(running: Running, hub: Poster, chunk: bytes) -> None:
    with raw(running, hub, STRUCTURED["content-type"], None, chunk) as connection:
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("kind", [STRUCTURED, BATCH, STREAM], ids=["event", "batch", "stream"])
def test_who_hangs_up_in_the_middle_has_written_nothing_of_it(
    running: Running, hub: Poster, auditor: Client, kind: dict[str, str]
) -> None:
    dossier, before = str(hub.open()), failures(running)
    body = text(dossier)
    raw(running, hub, kind["content-type"], len(body) + 100, body).close()
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1
        time.sleep(0.1)
    assert failures(running) == before


def failures(running: Running) -> list[str]:
    """The answers of 500 and above, as the server counts them: by others, whose server this is too."""
    told = httpx.get(running.url + "/metrics").text.splitlines()
    return [line for line in told if line.startswith("dossier_http_failures_total{")]


def test_what_a_stream_wrote_before_it_broke_is_found_as_repeats(running: Running, hub: Poster) -> None:
    """Its last line was cut, so it is new; those before the break that were written are repeats with their position."""
    dossier = str(hub.open())
    events = [json.dumps(hub.event("contact-made", {"channel": "phone"}, dossier)) for _ in range(3_000)]
    body = "\n".join(events).encode()
    raw(running, hub, STREAM["content-type"], len(body) + 1, body[:-20]).close()
    written: list[int] = []
    deadline = time.monotonic() + 20
    while not written or (len(written) < 2_000 and time.monotonic() < deadline):
        results = hub.http.post("/v1/events", content=body, headers=STREAM).text.splitlines()
        written = [json.loads(line)["status"] for line in results]
    assert set(written) <= {200, 201}
    assert len({json.loads(line)["position"] for line in results}) == 3_000, "each of them once"


def test_lines_end_as_they_like(hub: Poster) -> None:
    """CRLF, LF, blank lines, lines of spaces, a last line without end: the index counts events alone."""
    dossier = str(hub.open())
    one, two, three = (text(dossier, id=f"line-{n}-{dossier}") for n in range(3))
    body = b"\r\n\r\n" + one + b"\r\n   \r\n\t\n" + two + b"\n\n\r\n" + three
    results = [json.loads(line) for line in hub.http.post("/v1/events", content=body, headers=STREAM).text.splitlines()]
    assert [(item["index"], item["status"]) for item in results] == [(0, 201), (1, 201), (2, 201)]


def test_an_event_over_several_lines_is_several_bad_lines(hub: Poster) -> None:
    event = hub.event("contact-made", {"channel": "phone"}, hub.open())
    body = json.dumps(event, indent=1).encode() + b"\n" + json.dumps(event).encode()
    results = [json.loads(line) for line in hub.http.post("/v1/events", content=body, headers=STREAM).text.splitlines()]
    assert {item["status"] for item in results[:-1]} <= {400, 422}
    assert results[-1]["status"] == 201


def test_a_line_far_too_long_is_one_line_and_what_follows_is_read(hub: Poster) -> None:
    """It is passed over as it comes; nothing of its middle is taken for a line."""
    dossier = str(hub.open())

    def body() -> Iterator[bytes]:
        yield text(dossier) + b"\n"
        for _ in range(40):
            yield b'{"id": "' + b"x" * (1 << 17)
        yield b"\n" + text(dossier) + b"\n"
        yield b"y" * ((1 << 20) + 1)

    results = hub.http.post("/v1/events", content=body(), headers=STREAM).text.splitlines()
    assert [json.loads(line)["status"] for line in results] == [201, 413, 201, 413]


def test_a_million_names_are_read_in_no_time(hub: Poster, opened: str) -> None:
    body = text(opened, *CHANGED["a million names"])
    assert slug(hub.http.post("/v1/events", content=body, headers=STRUCTURED)) == "invalid"
