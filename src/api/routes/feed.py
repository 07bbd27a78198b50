"""`GET /v1/feed` and `GET /v1/stream`: the log in its order, by page or as it comes."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse

from api.answers.persons import may_see_persons, shown_with_persons
from api.answers.stream import Stream, frames
from api.following.interest import Interest, interest_of
from api.following.pages import read_page
from api.following.retelling import Retold
from api.following.sight import shown
from api.identity.rights import allow
from api.protocol.paging import next_page
from api.protocol.problems import answers, documented
from api.reader import Reads
from api.service import AGENCY, Service, ServiceOf, Who
from dossier.refusals import refused

router = APIRouter(tags=["feed"])
POSITION = r"^([0-9]{1,18}|head)$"
EVENT_STREAM = {"type": "string", "description": "server-sent events: id = position, event = type, data = CloudEvent"}
After = Annotated[str, Query(pattern=POSITION, description="A position; 0 is the beginning, `head` the end as of now.")]
Persons = Annotated[bool, Query(description="With personal fields, on the dossiers whose person the token may see.")]


async def interest(
    who: Who,
    type: Annotated[list[str] | None, Query(description="Full event types.")] = None,  # noqa: A002 - the contract's name
    agency: Annotated[
        list[Annotated[str, Query(pattern=AGENCY)]] | None, Query(description="Organisations by their ids.")
    ] = None,
    relation: Annotated[
        Literal["own"] | None, Query(description="`own`: on dossiers your organisation is related to.")
    ] = None,
) -> Interest:
    """What a follower asks for, once it may follow at all."""
    allow(who, "agency", "adviser", "auditor", "analyst", "operator")
    return interest_of(who, type, agency, relation)


Asked = Annotated[Interest, Depends(interest)]


@router.get("/v1/feed", responses=documented("unauthenticated", "forbidden", "invalid"))
def feed(
    request: Request,
    srv: ServiceOf,
    who: Who,
    asked: Asked,
    reads: Reads,
    after: After = "0",
    personal: Persons = False,
) -> Response:
    """The events after a position, in order. Follow the `next` link while there is one; then ask again later.

    A page covers a stretch of the log; narrowed, it may be empty and still have a `next`.
    """
    if personal:
        may_see_persons(who)
    journal = srv.log.journal
    page = read_page(journal, asked, there(srv, after), srv.limits.page_events)
    entries = shown_with_persons(journal, page.entries, reads) if personal else [shown(one) for one in page.entries]
    headers = next_page(request, after=page.until) if page.until < page.head else {}
    told = Retold(srv.log.agencies, who.agency)
    body = {"entries": [told.entry(one) for one in entries], "last": str(page.until)}
    return Response(orjson.dumps(body), media_type="application/json", headers=headers)


@router.get("/v1/stream", response_class=EventSourceResponse, responses={
    **documented("unauthenticated", "forbidden", "invalid", "too-many-followers"),
    **answers(EVENT_STREAM, "text/event-stream"),
})  # fmt: skip
async def stream(
    srv: ServiceOf,
    who: Who,
    asked: Asked,
    reads: Reads,
    after: After = "0",
    personal: Persons = False,
    last_event_id: Annotated[
        str | None, Header(pattern=r"^[0-9]{0,18}$", description="The position to go on from; it goes before `after`.")
    ] = None,
) -> Response:
    """The same as server-sent events: what is there after a position, then each event once it is durable.

    A stream ends after an hour at the most, or when the server stops: come back with `Last-Event-ID`.
    """
    if personal:
        may_see_persons(who)
    _make_room(srv)
    start = await asyncio.to_thread(there, srv, last_event_id or after)
    return Stream(frames(srv.tail, asked, start, reads, lambda: Retold(srv.log.agencies, who.agency), persons=personal))


def position(srv: Service, after: str) -> int:
    """The position a follower starts from."""
    return srv.log.journal.head().position if after == "head" else int(after)


def there(srv: Service, after: str) -> int:
    """The same for who follows from there. Raises Refused for one that the log has not reached: it is another log's.

    After a restore from a backup, say: who went on asking would miss every event up to it, and not be told.
    """
    start, head = position(srv, after), srv.log.journal.head().position
    if start > head:
        detail = f"The log stands at {head}: begin again from a position it has, or from `head`."
        raise refused("invalid", detail, ("/after", "the log has not come so far"))
    return start


def _make_room(srv: Service) -> None:
    if srv.tail.watchers >= srv.limits.followers:
        raise refused("too-many-followers", "Follow by page, GET /v1/feed, or come back later.")
