"""`GET /v1/agencies/{id}/export`: all that an agency recorded, with its own personal fields, to take away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from api.following.sight import shown
from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.problems import answers, documented
from api.reader import Reader, Reads
from api.service import ServiceOf, Who
from dossier.catalogue import TYPES, Fact
from dossier.commitment import join
from dossier.journal import Journal
from dossier.journal.own import Own, last_own, own_events
from dossier.ledger import Seen
from dossier.refusals import refused
from dossier.sealing.reading import root_at
from dossier.vocabulary import words_as_posted

router = APIRouter(tags=["feed"])
WRITTEN_BY_THE_LOG = "corrected_type"
"""What a correction says beside what was posted."""
SCHEMA = {"type": "object", "description": "a CloudEvent a line, as posted; then a trailer"}


@router.get("/v1/agencies/{agency}/export", response_class=Response, responses={
    **documented("unauthenticated", "forbidden", "invalid"), **answers(SCHEMA, cloudevents.STREAM),
})  # fmt: skip
def export(agency: str, srv: ServiceOf, who: Who, reads: Reads) -> Response:
    """Every event the agency recorded, as it posted them, dossier by dossier: NDJSON of any size, with a trailer.

    A line is a CloudEvent with the agency's own words in `data`. The log's `position`, `version`, `dossier`, `agency`,
    `digest` and `recordedtime` stand beside it; `personal` says whether its personal fields are `held` (then they are
    in `data`) or `erased`. Without these it can be posted again, and is a repeat unless erased.

    Without the trailer, the stream was cut. The trailer's `root` (base64) is that of the log's tree over its first
    `size` entries, all that the export could hold: `/v1/log/proof/consistency` proves that later checkpoints hold the
    same. A successor exports each predecessor by its id.
    """
    allow(who, "agency")
    own = srv.log.agencies.get(who.agency or "")
    if agency != who.agency and (own is None or agency not in own.speaks_for):
        raise refused("forbidden", "An agency exports what it recorded itself, or an agency it is the successor of.")
    journal = srv.log.journal
    until = journal.head().position
    pages = _recorded(own_events(journal, agency, until), journal, agency, until, reads)
    first = next(pages, [])  # what refuses does so before the answer has begun
    with journal.reading() as connection:
        root = root_at(connection, until)
    return StreamingResponse(_lines(chain([first], pages), agency, until, root), media_type=cloudevents.STREAM)


def _recorded(
    pages: Iterator[list[Own]], journal: Journal, agency: str, until: int, reads: Reader
) -> Iterator[list[Own]]:
    """The same pages, each dossier whose persons they show recorded once before it is sent."""
    last: UUID | None = None
    for page in pages:
        shown = dict.fromkeys(own.entry.dossier for own in page if own.personal is not None)
        new = [dossier for dossier in shown if dossier != last]
        ends = last_own(journal, agency, new, until) if new else {}
        reads.records("export", *(Seen(dossier, *ends[dossier]) for dossier in new))
        last = new[-1] if new else last
        yield page


def _lines(pages: Iterator[list[Own]], agency: str, until: int, root: bytes) -> Iterator[bytes]:
    count = 0
    for page in pages:
        count += len(page)
        yield b"".join(orjson.dumps(line(own)) + b"\n" for own in page)
    sealed = {"size": until, "root": b64encode(root).decode()}
    trailer = {"trailer": True, "agency": agency, "count": count, "position": str(until), **sealed}
    yield orjson.dumps(trailer) + b"\n"


def line(own: Own) -> dict[str, Any]:
    """An event as its agency posted it, in its own words, with what the log added beside the data."""
    found = shown(own.entry)
    committed = "personal" in orjson.loads(own.entry.stored)
    personal = orjson.loads(own.personal) if own.personal is not None else None
    whole = join(TYPES.get(found["type"], Fact), found["data"], personal)
    held = "held" if personal is not None else "erased" if committed else None
    posted = {name: value for name, value in words_as_posted(whole).items() if name != WRITTEN_BY_THE_LOG}
    return found | {"data": posted, "version": own.entry.version, "personal": held}
