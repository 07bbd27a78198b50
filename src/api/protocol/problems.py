"""Problems: refusals as RFC 9457 has them, mapped once for every route."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.protocol.allowed import allowed
from api.protocol.decoding import ACCEPTED
from dossier.journal import LogUnreachable
from dossier.refusals import KINDS, Refusal, Refused
from projections.rulesets.ruleset import RulesetChanged, RulesetUnknown

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
BY_STATUS = {404: "not-found", 405: "method-not-allowed", 406: "not-acceptable", 413: "too-large", 400: "malformed"}
log = structlog.get_logger()


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as a problem document; `type` is stable and leads to its description."""
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.slug}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in refusal.errors]
    return document | refusal.more


def problem_response(refusal: Refusal, **headers: str) -> Response:
    """A refusal as a response, with the headers its status calls for."""
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.status == 503:
        headers["Retry-After"] = RETRY_SECONDS
    if refusal.status == 412:
        headers["ETag"] = f'"{refusal.more.get("version", "")}"'
    if refusal.status == 429:
        headers["Retry-After"] = str(refusal.more["retry_after"])
    if refusal.slug == "unsupported-encoding":
        headers["Accept-Encoding"] = ACCEPTED
    body = orjson.dumps(problem(refusal))
    return Response(body, refusal.status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Answer every failure of a route with a problem."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return problem_response(error.refusal)

    @app.exception_handler(ClientDisconnect)
    async def disconnected(request: Request, error: ClientDisconnect) -> Response:
        return problem_response(Refusal("malformed", "The connection ended before the request did."))

    @app.exception_handler(LogUnreachable)
    async def unreachable(request: Request, error: LogUnreachable) -> Response:
        return problem_response(Refusal("unavailable", "The database cannot be reached: try again in a moment."))

    @app.exception_handler(RulesetUnknown)
    async def ruleset_unknown(request: Request, error: RulesetUnknown) -> Response:
        return problem_response(Refusal("unavailable", "What is served follows a ruleset newer than this server."))

    @app.exception_handler(RulesetChanged)
    async def ruleset_changed(request: Request, error: RulesetChanged) -> Response:
        said = "What is served was made under other rules than this version has: its operator has to rebuild it."
        return problem_response(Refusal("unavailable", said))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return problem_response(invalid_parameters(error))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        slug = BY_STATUS.get(error.status_code, "malformed")
        refusal = Refusal(slug, "GET /openapi.json lists what is here." if slug == "not-found" else str(error.detail))
        headers = dict(error.headers or {})
        if "Allow" in headers:
            headers["Allow"] = allowed(request)
        return problem_response(refusal, **headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("unexpected", error=type(error).__name__, route=getattr(request.scope.get("route"), "path", None))
        return problem_response(Refusal("internal", "It was logged. Sending the same again does no harm."))


def invalid_parameters(error: RequestValidationError) -> Refusal:
    """What FastAPI finds wrong with an address or a body, as the refusal it amounts to."""
    errors = tuple(
        ("/" + "/".join(str(step) for step in found["loc"][1:]), str(found["msg"])) for found in error.errors()
    )
    return Refusal("invalid", "A parameter is not valid; `errors` says which.", errors)


def documented(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for OpenAPI: which problems it answers with."""
    found: dict[int | str, dict[str, Any]] = {}
    for slug in slugs:
        status, title = KINDS[slug]
        entry = found.setdefault(status, {"description": title, "content": {MEDIA_TYPE: {"schema": PROBLEM_REF}}})
        if title not in entry["description"]:
            entry["description"] += f"; {title}"
    return found


def answers(schema: dict[str, Any], *media_types: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for OpenAPI: which other media types its 200 comes in."""
    content = {media_type: {"schema": schema} for media_type in media_types}
    return {200: {"description": "Successful Response", "content": content}}


PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
