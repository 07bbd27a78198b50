"""`/v1/rulesets`: the analyst's cycle: publish, rehearse, read the difference, activate."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.answers.differences import MEDIA_TYPES, as_csv, as_parquet
from api.identity.principal import Principal, Role
from api.identity.rights import allow
from api.protocol import cloudevents
from api.protocol.accepting import preferred
from api.protocol.paging import next_page
from api.protocol.problems import answers, documented
from api.service import ServiceOf, Who
from dossier.refusals import refused
from dossier.values import Day, parse_day
from dossier.writing.field_errors import field_errors
from projections.rehearsal import rehearsal
from projections.rehearsal.activation import activate
from projections.rehearsal.drift import TOLERANCE
from projections.rulesets import publishing, rulebook
from projections.rulesets.rulebook import Entry
from projections.rulesets.ruleset import RulesetChanged, RulesetUnknown

router = APIRouter(tags=["rules"])
PAGE = 1_000
READERS: tuple[Role, ...] = ("analyst", "auditor", "operator")
Reason = Annotated[str | None, Field(default=None, max_length=2_000)]


class Publication(BaseModel):
    """A ruleset to publish: whole rules in place of some of those it is based on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    based_on: str
    rules: dict[str, Any]
    reason: Reason


class Trial(BaseModel):
    """How to rehearse: `on` which day aid room is judged; without it today and each on which a value is yet to change.

    What was rehearsed on one day while values change on others approves no activation.
    """

    model_config = ConfigDict(extra="forbid")

    on: Day | None = None


class Approval(BaseModel):
    """An activation, by the rehearsal it approves."""

    model_config = ConfigDict(extra="forbid")

    rehearsal: UUID
    reason: Reason
    tolerance: Annotated[float, Field(ge=0, le=1, description="Share of a figure's approved move.")] = TOLERANCE


class Listed(BaseModel):
    """What is told of a ruleset."""

    id: str
    digest: str
    status: str
    based_on: str | None
    published_at: str | None
    published_by: str


class Rulesets(BaseModel):
    """Every ruleset."""

    rulesets: list[Listed]


class Whole(Listed):
    """A ruleset with its rules."""

    rules: dict[str, Any]


class Requested(BaseModel):
    """A rehearsal that was asked for."""

    id: UUID


class Activated(BaseModel):
    """What is served from now on."""

    id: str
    status: str
    generation: int
    position: str


def body_of(model: type[BaseModel], *, needed: bool = True) -> Any:
    """A JSON body read as a model, once the token is known to be an analyst's; one not needed may be left out."""

    async def read(request: Request, srv: ServiceOf, who: Who) -> Any:
        allow(who, "analyst")
        if not needed and is_bare(request):
            return model()
        found = await cloudevents.json_body(request, srv.limits.event_bytes)
        try:
            return model.model_validate_json(orjson.dumps(found))
        except ValidationError as error:
            told = field_errors(error, found if isinstance(found, dict) else {}, "")
            raise refused("invalid", "The body is not valid; `errors` says where.", *told) from None

    return Depends(read)


def is_bare(request: Request) -> bool:
    """Whether a request comes without a body, whatever its headers say of its type."""
    return request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers


def documented_body(model: type[BaseModel], *, needed: bool = True) -> dict[str, Any]:
    """What OpenAPI says of such a body."""
    return {"requestBody": {"required": needed, "content": {"application/json": {"schema": model.model_json_schema()}}}}


BODY = ("malformed", "unauthenticated", "forbidden", "invalid", "too-large", "unsupported-media-type")


@router.get("/v1/rulesets", response_model=Rulesets, responses=documented("unauthenticated", "forbidden"))
def rulesets(srv: ServiceOf, who: Who) -> Any:
    """Every ruleset: those of the program first, then as they were published."""
    allow(who, *READERS)
    with srv.log.journal.reading() as connection:
        return {"rulesets": [entry.as_json() for entry in rulebook.entries(connection)]}


@router.get("/v1/rulesets/{ruleset}", response_model=Whole, responses=documented("unauthenticated", "forbidden",
                                                                                  "not-found"))  # fmt: skip
def read(ruleset: str, srv: ServiceOf, who: Who) -> Any:
    """A ruleset with its rules: label, unit, and each value with its first day and its source."""
    allow(who, *READERS)
    with srv.log.journal.reading() as connection:
        return found(rulebook.entries(connection), ruleset).as_json() | {
            "rules": rulebook.as_published(connection, ruleset).rules
        }


def found(entries: list[Entry], ruleset: str) -> Entry:
    """The entry of a ruleset. Raises Refused."""
    for entry in entries:
        if entry.id == ruleset:
            return entry
    raise refused("not-found", "GET /v1/rulesets lists what there is.")


@router.post("/v1/rulesets", status_code=201, response_model=Listed, openapi_extra=documented_body(Publication),
             responses={200: {"model": Listed, "description": "Published before, with the same rules"},
                        **documented(*BODY, "ruleset-exists")})  # fmt: skip
def publish(body: Annotated[Publication, body_of(Publication)], response: Response, srv: ServiceOf, who: Who) -> Any:
    """Publish a ruleset: each rule given replaces the whole rule of that name. Nothing is served by it yet."""
    app = srv.log.database.app
    entry, new = publishing.publish(app, body.id, body.based_on, body.rules, by=named(who), reason=body.reason)
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/rulesets/{entry.id}"
    return entry.as_json()


@router.post("/v1/rulesets/{ruleset}/rehearsal", status_code=202, response_model=Requested,
             openapi_extra=documented_body(Trial, needed=False),
             responses=documented(*BODY, "not-found", "ruleset-active"))  # fmt: skip
def rehearse(
    ruleset: str, body: Annotated[Trial, body_of(Trial, needed=False)], response: Response, srv: ServiceOf
) -> Any:
    """Try a ruleset against the one served: its generation is built beside it, and the two are compared."""
    with srv.log.journal.reading() as connection:
        found(rulebook.entries(connection), ruleset)
        on = parse_day(body.on) if body.on else None
        asked = rehearsal.request(connection, rulebook.lookup(connection, ruleset), on)
    response.headers["Location"] = f"/v1/rehearsals/{asked}"
    return {"id": asked}


@router.get("/v1/rehearsals/{asked}", responses={
    **documented("unauthenticated", "forbidden", "not-found", "invalid"), **answers({"type": "string"}, *MEDIA_TYPES),
})  # fmt: skip
def rehearsed(
    asked: UUID,
    request: Request,
    srv: ServiceOf,
    who: Who,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Entries a page.")] = PAGE,
) -> Response:
    """How far a rehearsal is, and what it found, by page: dossiers first, then figures. Whole, as CSV or Parquet."""
    allow(who, "analyst", "auditor", "operator")
    journal = srv.log.journal
    with journal.reading() as connection:
        known = rehearsal.read(connection, asked)
        wanted = preferred(request.headers.get("accept"), ("application/json", *MEDIA_TYPES))
        if wanted == MEDIA_TYPES[0]:
            return StreamingResponse(as_csv(journal, asked), media_type=f"{MEDIA_TYPES[0]}; charset=utf-8")
        if wanted == MEDIA_TYPES[1]:
            return Response(as_parquet(journal, asked), media_type=MEDIA_TYPES[1])
        counts = rehearsal.counts(connection, asked)
        page = rehearsal.page(connection, asked, cursor, limit)
    headers = next_page(request, cursor=page.cursor) if page.cursor else {}
    body = told(known) | {"difference": {"counts": counts, "dossiers": page.dossiers, "figures": page.figures}}
    return Response(orjson.dumps(body), media_type="application/json", headers=headers)


def told(known: rehearsal.Rehearsal) -> dict[str, Any]:
    """A rehearsal as the API shows it, without its difference."""
    document: dict[str, Any] = {
        "id": str(known.id),
        "ruleset": known.ruleset,
        "against": known.against,
        "on": known.on.isoformat(),
        "days": [day.isoformat() for day in known.days],
        "position": str(known.position),
        "status": known.status,
        "generation": known.generation,
        "progress": {
            "done": known.done,
            "of": known.volume,
            "per_second": round(known.per_second, 1),
            "seconds_left": known.seconds_left,
        },
    }
    return document | ({"reason": known.reason} if known.reason else {})


@router.post("/v1/rulesets/{ruleset}/activation", response_model=Activated, openapi_extra=documented_body(Approval),
             responses=documented(*BODY, "not-found", "rehearsal-needed", "difference-moved", "rebuild-running"),
             )  # fmt: skip
def approve(ruleset: str, body: Annotated[Approval, body_of(Approval)], srv: ServiceOf, who: Who) -> Any:
    """Serve a rehearsed ruleset. Refused with 409 when the log has moved the difference since, saying by how much."""
    try:
        app, why = srv.log.database.app, body.reason
        done = activate(app, ruleset, body.rehearsal, by=named(who), reason=why, tolerance=body.tolerance)
    except RulesetChanged:
        raise  # of what is served, not of what was asked for
    except RulesetUnknown:
        raise refused("not-found", "GET /v1/rulesets lists what there is.") from None
    return {"id": done.ruleset, "status": "active", "generation": done.generation, "position": str(done.position)}


def named(who: Principal) -> str:
    """Who publishes or activates, as the log keeps it: a role, and the organisation it is of; never a person."""
    return f"{who.role} of {who.agency}" if who.agency else who.role
