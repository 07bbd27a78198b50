"""`GET /v1/feed`: the log in its order, by page, without personal fields."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.problems import documented
from api.service import AgencyFilter, ServiceOf, Who, allow
from dossier.catalogue import HOUSE_TYPES, TYPES
from dossier.journal import Recorded
from dossier.refusals import refused

router = APIRouter(tags=["feed"])


@router.get("/v1/feed", responses=documented("unauthenticated", "forbidden", "invalid"))
def feed(
    request: Request,
    srv: ServiceOf,
    who: Who,
    after: Annotated[str, Query(pattern=r"^\d{1,18}$", description="A position; 0 is the beginning.")] = "0",
    type: Annotated[str | None, Query(description="A full event type.")] = None,  # noqa: A002 - the contract's name
    agency: AgencyFilter = None,
) -> Response:
    """The events after a position, in order. Follow the `next` link while there is one; then ask again later.

    A page covers a stretch of the log; with a filter it may be empty and still have a `next`.
    """
    allow(who, "agency", "adviser", "auditor", "analyst", "operator")
    if type is not None and type not in TYPES and type not in HOUSE_TYPES:
        raise refused("unknown-type", "GET /v1/event-types lists the catalogue.", ("/type", "not in the catalogue"))
    journal = srv.log.journal
    start, limit = int(after), srv.limits.page_events
    head = journal.head().position
    until = min(head, start + (limit if type is None and agency is None else limit * 20))
    found = journal.feed(start, until, limit, type_=type, agency=agency)
    reached = found[-1].position if len(found) == limit else max(until, start)
    headers = {}
    if reached < head:
        url = request.url.include_query_params(after=reached)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    body = {"entries": [entry(recorded) for recorded in found], "last": str(reached)}
    return Response(orjson.dumps(body), media_type="application/json", headers=headers)


def entry(recorded: Recorded) -> dict[str, Any]:
    """An event as followers see it: the CloudEvent as stored, with its position. Personal fields never stood there."""
    stored = orjson.loads(recorded.stored)
    stored.pop("personal", None)
    dossier = stored.pop("dossier")
    return {
        "specversion": "1.0",
        "position": str(recorded.position),
        "subject": dossier,
        "dossier": dossier,
        "digest": recorded.digest,
        "datacontenttype": "application/json",
        **stored,
    }
