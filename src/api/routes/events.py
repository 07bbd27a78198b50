"""`POST /v1/events`: one event, a batch or a stream; each answered once it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import Request
from fastapi.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.protocol.cloudevents import binary_event, mode_of, parsed, whole_body
from api.protocol.entity_tags import expected_versions
from api.protocol.items import read_line, read_one, receipt, result
from api.protocol.problems import documented, problem_response
from api.service import Service, service
from api.streaming import take_stream
from dossier.agencies import Agency
from dossier.refusals import Refusal, refused
from dossier.writing import Outcome, Submission
from dossier.writing.command import Item
from dossier.writing.writer import now

ANSWERS = documented(
    "malformed", "unauthenticated", "forbidden", "dossier-unknown", "subject-ambiguous", "version-mismatch",
    "too-slow", "too-large", "unsupported-media-type", "unsupported-encoding", "invalid", "overloaded",
)  # fmt: skip
"""The problems this operation answers with, for the OpenAPI document."""


class PostEvents:
    """Record events of an agency.

    One CloudEvent (structured or binary) answers 201, or 200 when it was recorded before. A batch or a stream answers
    200 with one result per item, in order. A 2xx means durable. A stream of which some was written before the rest
    could not be read answers 200 too: its last result, a problem, has the index of the first item not taken.
    """

    path = "/v1/events"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. It reads its own body, so nothing of FastAPI's handling is needed: a third of its time."""
        response = await post_events(Request(scope, receive, send))
        await response(scope, receive, send)


ROUTE = Route(PostEvents.path, PostEvents(), methods=["POST"], name="post_events")


async def post_events(request: Request) -> Response:
    """The answer to one request."""
    headers = request.headers
    mode = mode_of(headers)
    srv = service(request)
    agency = srv.poster(srv.principal(headers.get("authorization")))
    atomic = _atomic(request.query_params.getlist("atomic"))
    expected = expected_versions(headers.getlist("if-match"))
    if mode in ("batch", "stream") and expected is not None:
        raise refused("malformed", "If-Match is for a single event: several may be about several dossiers.")
    if mode == "stream" and not atomic:
        return await take_stream(request, srv, agency)
    if mode in ("batch", "stream"):
        return await _batch(srv, agency, await _events(request, srv, mode), atomic=atomic)
    body = await whole_body(request, srv.limits.event_bytes)
    srv.rates.check(agency.id, "events")
    event = binary_event(headers, body) if mode == "binary" else parsed(body)
    item = read_one(event, agency, now(), expected)
    [outcome] = await _written(srv, agency, [item])
    return _answer(outcome)


async def _written(srv: Service, agency: Agency, items: Sequence[Item], *, atomic: bool = False) -> list[Outcome]:
    return await srv.outcomes.of(srv.log.submit(agency, Submission(items, atomic)))


def _answer(outcome: Outcome) -> Response:
    if isinstance(outcome, Refusal):
        return problem_response(outcome)
    headers = {"ETag": f'"{outcome.recorded.version}"'}
    status = 200 if outcome.duplicate else 201
    return Response(orjson.dumps(receipt(outcome)), status, media_type="application/json", headers=headers)


async def _events(request: Request, srv: Service, mode: str) -> list[Any]:
    """The events of a batch, or the lines of a stream that is to be all or nothing and so has a batch's limits."""
    body = await whole_body(request, srv.limits.batch_bytes)
    events: list[Any] = await asyncio.to_thread(_lines if mode == "stream" else _parsed_all, body)
    if len(events) > srv.limits.batch_events:
        raise refused("too-large", f"At most {srv.limits.batch_events} events a batch: send a stream, or several.")
    return events


def _lines(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line.strip()]


def _parsed_all(body: bytes) -> list[Any]:
    events = parsed(body)
    if not isinstance(events, list):
        raise refused("malformed", "A batch is a JSON array of CloudEvents.")
    return events


async def _batch(srv: Service, agency: Agency, events: list[Any], *, atomic: bool) -> Response:
    if not events:
        return Response(b"[]", media_type="application/json")
    srv.rates.check(agency.id, "events", len(events))
    items = await asyncio.to_thread(_read_all, events, agency, srv.limits.event_bytes)
    outcomes = await _written(srv, agency, items, atomic=atomic)
    results = [result(index, outcome) for index, outcome in enumerate(outcomes)]
    if atomic and any(isinstance(outcome, Refusal) for outcome in outcomes):
        refusal = Refusal("batch-refused", "Nothing was written; `items` says what to mend.", more={"items": results})
        return problem_response(refusal)
    return Response(orjson.dumps(results), media_type="application/json")


def _read_all(events: list[Any], agency: Agency, longest: int) -> list[Item]:
    """The items of a batch. A line of a stream is read here: one that is no JSON must not hide which it is."""
    instant = now()
    return [
        read_line(event if len(event) <= longest else None, agency, instant)
        if isinstance(event, bytes)
        else _too_long(event, longest) or read_one(event, agency, instant)
        for event in events
    ]


def _too_long(event: Any, longest: int) -> Refusal | None:
    """Why one event of a batch is not taken, where it is longer than it may be alone."""
    try:
        size = len(orjson.dumps(event))
    except orjson.JSONEncodeError:  # nested more deeply than any event may be, as reading it says
        return None
    return Refusal("too-large", f"At most {longest} bytes an event: GET /v1/limits.") if size > longest else None


def _atomic(words: Sequence[str]) -> bool:
    """Whether a batch is to be all or nothing; a word not understood, or two, must not make it less than asked."""
    asked = {"true": True, "1": True, "false": False, "0": False}.get(words[0].lower() if words else "false")
    if asked is None or len(words) > 1:
        raise refused("invalid", "A parameter is not valid; `errors` says which.", ("/atomic", "true or false"))
    return asked
