"""`/v1/vocabularies`: the words of each agency, what they stand for, and those nobody has matched yet."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.identity.principal import Principal
from api.identity.rights import allow
from api.protocol.cloudevents import media_type_of, parsed, whole_body
from api.protocol.problems import documented
from api.service import Service, ServiceOf, Who
from dossier.refusals import refused
from dossier.vocabulary import declared
from dossier.vocabulary.declaration import Declaration, VocabularyRefused, checked, read_yaml
from dossier.vocabulary.publication import Published, publish, versions
from dossier.vocabulary.rehearsal import rehearse

router = APIRouter(prefix="/v1/vocabularies", tags=["vocabularies"])
YAML = ("application/yaml", "application/x-yaml", "text/yaml")
AgencyOf = Annotated[str, Path(pattern="^[a-z0-9-]{1,64}$", description="An organisation by its id.")]
DECLARED = {
    "type": "object",
    "description": "docs/how-to/map-your-terms.md",
    "additionalProperties": False,
    "properties": {
        "agency": {"type": "string"},
        "about": {"type": "string"},
        "terms": {"type": "object", "additionalProperties": {"type": "object"}},
        "forms": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}
TAKEN = {
    "requestBody": {"required": True, "content": {kind: {"schema": DECLARED} for kind in ("application/json", YAML[0])}}
}
NEW: dict[str, Any] = {"description": "A new version", "content": {"application/json": {"schema": {"type": "object"}}}}
PROBLEMS = ("malformed", "unauthenticated", "forbidden", "not-found", "too-slow", "too-large", "unsupported-media-type",
            "unsupported-encoding", "invalid")  # fmt: skip


@router.get("/{agency}", responses=documented("not-found"))
def read(agency: AgencyOf, srv: ServiceOf, response: Response) -> dict[str, Any]:
    """An agency's words and the common terms they stand for. Version 0 says that it has declared none."""
    _known(srv, agency)
    with srv.log.journal.reading() as connection:
        published = versions(connection, agency)
    response.headers["ETag"] = f'"{len(published)}"'
    if not published:
        return {"agency": agency, "version": 0, "about": "", "terms": {}, "forms": {}}
    return described(published[-1])


@router.put("/{agency}", responses={201: NEW, **documented(*PROBLEMS)}, openapi_extra=TAKEN)
async def write(agency: AgencyOf, request: Request, response: Response, srv: ServiceOf, who: Who) -> dict[str, Any]:
    """Publish a vocabulary (JSON or YAML): 201 with its version, or 200 when it says what the last one says.

    Events posted from now on are translated by it; what is recorded stays as it is.
    """
    _may_speak_for(srv, who, agency)
    given = await _given(request, srv, agency)
    published, new = await asyncio.to_thread(_publish, srv, given)
    response.status_code = 201 if new else 200
    response.headers["ETag"] = f'"{published.version}"'
    return described(published)


@router.post("/{agency}/rehearsal", responses=documented(*PROBLEMS), openapi_extra=TAKEN)
async def rehearsal(agency: AgencyOf, request: Request, srv: ServiceOf, who: Who) -> dict[str, Any]:
    """What a vocabulary would have made of all that the agency has recorded: which terms differ, which words are left.

    Nothing is published and nothing is written.
    """
    _may_speak_for(srv, who, agency)
    given = await _given(request, srv, agency)
    return await asyncio.to_thread(_rehearse, srv, given)


@router.get("/{agency}/unmapped", responses=documented("unauthenticated", "forbidden", "not-found"))
def unmapped(agency: AgencyOf, srv: ServiceOf, who: Who) -> dict[str, Any]:
    """Words the agency posted that have no common term yet, the most frequent first, with a vocabulary or without."""
    _may_speak_for(srv, who, agency)
    return {
        "agency": agency,
        "unmapped": [
            {
                "type": one.type,
                "field": one.field,
                "word": one.word,
                "count": one.recorded + one.refused,
                "recorded": one.recorded,
                "refused": one.refused,
                "first_seen": one.first_seen.isoformat(),
                "last_seen": one.last_seen.isoformat(),
                "positions": [str(position) for position in one.positions],
            }
            for one in srv.log.waiting(agency)
        ],
    }


def described(published: Published) -> dict[str, Any]:
    """A version as the API shows it."""
    return {
        **published.declaration.model_dump(),
        "version": published.version,
        "digest": published.digest,
        "published_at": published.published_at.isoformat(),
    }


def _known(srv: Service, agency: str) -> None:
    if agency not in srv.log.agencies:
        srv.log.refresh()
    if agency not in srv.log.agencies:
        raise refused("not-found", "No organisation has this id: GET /v1/agencies lists them.")


def _may_speak_for(srv: Service, who: Principal, agency: str) -> None:
    """Refuse anybody but the agency itself and the operator."""
    allow(who, "agency", "operator")
    if who.role == "agency" and who.agency != agency:
        raise refused("forbidden", f"The vocabulary of {agency} is its own, and the operator's.")
    _known(srv, agency)


async def _given(request: Request, srv: Service, agency: str) -> Declaration:
    media_type = media_type_of(request.headers)
    if media_type not in ("application/json", *YAML):
        raise refused("unsupported-media-type", f"Send application/json or {YAML[0]}.")
    body = await whole_body(request, srv.limits.event_bytes)
    given = parsed(body) if media_type == "application/json" else await asyncio.to_thread(_yaml, body)
    if isinstance(given, dict):
        given = {"agency": agency, **given}
    found = await asyncio.to_thread(checked, given)  # a hundred thousand words take a while, and others wait
    if found.agency != agency:
        raise refused("invalid", "The vocabulary is not valid; `errors` says where.", ("/agency", f"not {agency}"))
    return found


def _yaml(body: bytes) -> Any:
    """The plain values of a body in YAML. Raises Refused with the line, and the column, where it is none."""
    try:
        return read_yaml(body.decode())
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise refused("malformed", f"Not UTF-8 at line {line}: save the file in that encoding.") from None
    except VocabularyRefused as error:
        raise refused("malformed", f"The vocabulary is {error}.") from None


def _publish(srv: Service, given: Declaration) -> tuple[Published, bool]:
    with srv.log.journal.reading() as connection:
        published = publish(connection, given)
    srv.log.refresh()
    return published


def _rehearse(srv: Service, given: Declaration) -> dict[str, Any]:
    waiting = srv.log.unmapped.waiting(given.agency)
    with srv.log.journal.reading() as connection:
        return rehearse(connection, declared(given.model_dump())).report(waiting)
