"""Packed bodies and answers: gzip and zstd are taken, what is no such thing is refused, and a bomb stays small."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import zstandard
from tests.contract.client import BATCH, STREAM, STRUCTURED, Client, Poster, slug

Pack = Callable[[bytes], bytes]


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(body)


PACKERS: dict[str, Pack] = {"gzip": gzip.compress, "zstd": zstd, "x-gzip": gzip.compress, "GZIP": gzip.compress}
CODINGS: dict[str, Pack] = {"gzip": gzip.compress, "zstd": zstd}


def sent(hub: Poster, body: Any, coding: str, headers: dict[str, str], path: str = "/v1/events") -> httpx.Response:
    return hub.http.post(path, content=body, headers={**headers, "content-encoding": coding})


def contact(hub: Poster, dossier: UUID | None = None) -> dict[str, Any]:
    return hub.event("contact-made", {"channel": "phone"}, dossier or hub.open())


@pytest.mark.parametrize("coding", PACKERS)
def test_an_event_packed_is_the_event(hub: Poster, coding: str) -> None:
    event = contact(hub)
    packed = sent(hub, PACKERS[coding](json.dumps(event).encode()), coding, STRUCTURED)
    assert packed.status_code == 201
    assert hub.send(event).json() == packed.json() | {"duplicate": True}


@pytest.mark.parametrize("coding", CODINGS)
def test_batches_and_registrations_may_be_packed_too(hub: Poster, coding: str) -> None:
    pack, dossier = CODINGS[coding], hub.open()
    batch = sent(hub, pack(json.dumps([contact(hub, dossier) for _ in range(500)]).encode()), coding, BATCH)
    assert {item["status"] for item in batch.json()} == {201}
    person = json.dumps({"person": {"given_name": "Packed", "family_name": f"As-{dossier}"}}).encode()
    assert sent(hub, pack(person), coding, {"content-type": "application/json"}, "/v1/dossiers").status_code == 201


@pytest.mark.parametrize("coding", CODINGS)
def test_a_stream_is_unpacked_as_it_comes(hub: Poster, coding: str) -> None:
    """In several members or frames, cut anywhere."""
    dossier = hub.open()
    lines = [json.dumps(contact(hub, dossier)).encode() + b"\n" for _ in range(1_500)]
    body = b"".join(CODINGS[coding](b"".join(lines[at : at + 700])) for at in range(0, 1_500, 700))
    cut = (body[at : at + 777] for at in range(0, len(body), 777))
    results = [json.loads(line) for line in sent(hub, cut, coding, STREAM).text.splitlines()]
    assert [item["status"] for item in results] == [201] * 1_500


def broken(pack: Pack) -> Iterator[tuple[str, bytes]]:
    body = pack(json.dumps([{"specversion": "1.0"}] * 50).encode())
    yield "cut off", body[:-5]
    yield "cut in half", body[: len(body) // 2]
    yield "altered", body[:-6] + bytes(byte ^ 0xFF for byte in body[-6:])
    yield "followed by something else", body + b"something else"
    yield "not packed", b"[]"
    yield "nothing", b""


BROKEN = [(coding, *case) for coding, pack in CODINGS.items() for case in broken(pack)]


@pytest.mark.parametrize(("coding", "how", "body"), BROKEN, ids=[f"{coding} {how}" for coding, how, _ in BROKEN])
@pytest.mark.parametrize("headers", [STRUCTURED, BATCH], ids=["event", "batch"])
def test_what_is_not_what_it_claims_to_be_is_malformed(
    hub: Poster, headers: dict[str, str], coding: str, how: str, body: bytes
) -> None:
    response = sent(hub, body, coding, headers)
    assert (response.status_code, slug(response)) == (400, "malformed")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_packed_stream_that_is_cut_off_is_no_success(hub: Poster, coding: str, auditor: Client) -> None:
    dossier = hub.open()
    lines = b"".join(json.dumps(contact(hub, dossier)).encode() + b"\n" for _ in range(10))
    response = sent(hub, CODINGS[coding](lines)[:-5], coding, STREAM)
    assert (response.status_code, slug(response)) == (400, "malformed")
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1


@pytest.mark.parametrize("coding", CODINGS)
def test_a_packed_stream_of_which_nothing_came_is_no_success(hub: Poster, coding: str) -> None:
    response = sent(hub, b"", coding, STREAM)
    assert (response.status_code, slug(response)) == (400, "malformed")
    assert sent(hub, CODINGS[coding](b""), coding, STREAM).status_code == 200


def cut_off(hub: Poster, dossier: UUID, count: int) -> tuple[list[dict[str, Any]], bytes]:
    """Events, and the stream of them without its last bytes."""
    events = [contact(hub, dossier) for _ in range(count)]
    return events, gzip.compress(b"".join(json.dumps(event).encode() + b"\n" for event in events))[:-8]


def test_a_stream_cut_off_once_some_was_written_says_what_was_and_where_to_go_on(hub: Poster, auditor: Client) -> None:
    dossier = hub.open()
    events, body = cut_off(hub, dossier, 3_000)
    response = sent(hub, body, "gzip", STREAM)
    *results, last = [json.loads(line) for line in response.text.splitlines()]
    assert response.status_code == 200
    assert [(one["index"], one["status"]) for one in results] == [(index, 201) for index in range(len(results))]
    assert 1_000 <= len(results) < 3_000
    assert (last["index"], last["status"], last["problem"]["type"]) == (len(results), 400, "/problems/malformed")
    assert auditor.get(f"/v1/dossiers/{dossier}").json()["version"] == 1 + len(results), "each is told of, and no other"
    again = hub.batch(events[last["index"] - 1 :]).json()
    assert [one["status"] for one in again] == [200] + [201] * (3_000 - len(results))


def test_two_lines_that_say_how_a_body_is_packed_are_one_list(hub: Poster) -> None:
    """Source: RFC 9110, 5.3. What the second says was done to the body too."""
    body = gzip.compress(json.dumps(contact(hub)).encode())

    def answered(*codings: str) -> httpx.Response:
        headers = [*STRUCTURED.items(), *(("content-encoding", coding) for coding in codings)]
        return hub.http.post("/v1/events", content=body, headers=headers)

    for codings in (("gzip", "br"), ("gzip", "gzip")):
        assert slug(answered(*codings)) == "unsupported-encoding"
    assert answered("gzip", "identity").status_code == 201


@pytest.mark.parametrize("coding", ["br", "deflate", "compress", "gzip, zstd", "aes128gcm", "gzip;q=1"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/dossiers"])
def test_another_coding_is_refused_and_told_which_are_taken(hub: Poster, path: str, coding: str) -> None:
    """Source: RFC 9110, 15.5.16 and 12.5.3."""
    headers = {"content-type": "application/json" if path == "/v1/dossiers" else STRUCTURED["content-type"]}
    response = sent(hub, b"{}", coding, headers, path)
    assert (response.status_code, slug(response)) == (415, "unsupported-encoding")
    assert response.headers["accept-encoding"] == "gzip, zstd"


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize(("headers", "size"), [(STRUCTURED, 1 << 20), (BATCH, 16 << 20)], ids=["event", "batch"])
def test_the_limit_is_of_what_is_unpacked(hub: Poster, headers: dict[str, str], size: int, coding: str) -> None:
    bomb = CODINGS[coding](b" " * (size + 1))
    assert len(bomb) < size // 500
    response = sent(hub, bomb, coding, headers)
    assert (response.status_code, slug(response)) == (413, "too-large")


@pytest.mark.parametrize("coding", CODINGS)
def test_what_unpacks_to_nothing_ends_somewhere_too(hub: Poster, coding: str) -> None:
    response = sent(hub, CODINGS[coding](b"") * 200_000, coding, STRUCTURED)
    assert (response.status_code, slug(response)) == (413, "too-large")


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_in_a_stream_is_a_line_too_long(hub: Poster, coding: str) -> None:
    event = json.dumps(contact(hub)).encode()
    body = CODINGS[coding](b" " * (64 << 20) + b"\n" + event)
    results = [json.loads(line)["status"] for line in sent(hub, body, coding, STREAM).text.splitlines()]
    assert results == [413, 201]


def test_a_frame_that_looks_back_too_far_is_refused(hub: Poster) -> None:
    """Source: RFC 9659, 3: at most 8 MiB over HTTP."""
    far = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    body = zstandard.ZstdCompressor(compression_params=far).compressobj()
    packed = body.compress(os.urandom(1 << 16)) + body.flush()
    assert slug(sent(hub, packed, "zstd", STRUCTURED)) == "malformed"


def test_a_long_answer_is_packed_for_who_takes_it(auditor: Client) -> None:
    plain = auditor.get("/v1/event-types/brussels.dossier.aid-decided.v1", headers={"accept-encoding": "identity"})
    packed = auditor.get("/v1/event-types/brussels.dossier.aid-decided.v1", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < len(plain.content)


def test_short_answers_and_receipts_are_not(hub: Poster, anybody: Client) -> None:
    asked = {"accept-encoding": "gzip"}
    assert "content-encoding" not in anybody.get("/health/live", headers=asked).headers
    assert "content-encoding" not in hub.send(contact(hub), **asked).headers
