"""The OpenAPI document: FastAPI's own, with what the routes that read their bodies themselves take and give."""

from __future__ import annotations

import copy
import inspect
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.protocol import cloudevents, problems
from api.protocol.problems import PROBLEM_SCHEMA, documented
from api.reception.registration import Registration
from api.routes import events, services, targets
from api.webhooks.subscription import Wanted
from dossier.writing.envelope import Unkept


def _content(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {media_type: {"schema": schema}}


TEXT = {"type": "string", "minLength": 1, "maxLength": 512}
CLOUD_EVENT = {
    "type": "object",
    "title": "CloudEvent",
    "description": "CloudEvents 1.0 in JSON; `data` fits the schema of its type (GET /v1/event-types/{type}).",
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "additionalProperties": False,
    "properties": {
        **{name: {"description": "taken, and kept by nobody"} for name in Unkept.__annotations__},
        "specversion": {"const": "1.0"},
        "id": TEXT,
        "source": TEXT | {"format": "uri-reference"},
        "type": TEXT,
        "subject": TEXT | {"description": "a dossier id, or an enterprise number in any usual spelling"},
        "time": {"type": "string", "format": "date-time"},
        "timeprecision": {"enum": ["day", "month", "year"]},
        "correlationid": TEXT,
        "causationid": TEXT,
        "datacontenttype": {"type": "string"},
        "dataschema": TEXT | {"format": "uri-reference"},
        "data": {"type": "object"},
    },
}
RECEIPT = {
    "type": "object",
    "title": "Receipt",
    "required": ["dossier", "position", "version", "recordedtime", "digest", "duplicate"],
    "properties": {
        "dossier": {"type": "string", "format": "uuid"},
        "position": {"type": "string"},
        "version": {"type": "integer"},
        "recordedtime": {"type": "string", "format": "date-time"},
        "digest": {"type": "string"},
        "duplicate": {"type": "boolean"},
    },
}
RESULT = {
    "type": "object",
    "title": "Result",
    "required": ["index", "status"],
    "properties": {
        "index": {"type": "integer"},
        "status": {"type": "integer"},
        "position": {"type": "string"},
        "problem": problems.PROBLEM_REF,
    },
}
_EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_RECEIPT = {"$ref": "#/components/schemas/Receipt"}
_RESULT = {"$ref": "#/components/schemas/Result"}
POST_EVENTS: dict[str, Any] = {
    "tags": ["events"],
    "summary": "Post Events",
    "description": inspect.getdoc(events.PostEvents),
    "operationId": "post_events_v1_events_post",
    "requestBody": {
        "required": True,
        "content": {
            **_content(cloudevents.STRUCTURED, _EVENT),
            **_content(cloudevents.BATCH, {"type": "array", "items": _EVENT}),
            **_content(cloudevents.STREAM, {"type": "string", "description": "one CloudEvent a line"}),
            **_content("application/json", {"type": "object", "description": "binary mode: ce-* headers"}),
        },
    },
    "parameters": [
        {"name": "atomic", "in": "query", "schema": {"type": "boolean"}, "description": "a batch all or nothing"},
        {"name": "If-Match", "in": "header", "schema": {"type": "string"}, "description": "the version it must be at"},
    ],
    "security": [{"HTTPBearer": []}],
    "responses": {
        "200": {
            "description": "Recorded before (one event); one result per item (batch, stream)",
            "content": {
                "application/json": {"schema": {"oneOf": [_RECEIPT, {"type": "array", "items": _RESULT}]}},
                **_content(cloudevents.STREAM, _RESULT),
            },
        },
        "201": {"description": "Recorded", "content": _content("application/json", _RECEIPT)},
        **{str(status): answer for status, answer in events.ANSWERS.items()},
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, OpenAPI 3.1; made once for an application."""
    if not app.openapi_schema:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        _add_schemas(made.setdefault("components", {}).setdefault("schemas", {}))
        made["paths"] = {events.ROUTE.path: {"post": copy.deepcopy(POST_EVENTS)}} | made["paths"]
        for address, path in made["paths"].items():
            for operation in path.values():
                _add_problems(address, operation)
        app.openapi_schema = made
    return app.openapi_schema


def _add_schemas(components: dict[str, Any]) -> None:
    components |= {"Problem": PROBLEM_SCHEMA, "CloudEvent": CLOUD_EVENT, "Receipt": RECEIPT, "Result": RESULT}
    components |= {"Registration": Registration.model_json_schema(), "Wanted": Wanted.model_json_schema()}
    components["Offer"] = services.Offer.model_json_schema()
    components["Target"] = targets.Target.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)


def _add_problems(address: str, operation: dict[str, Any]) -> None:
    """What any operation may answer; and invalid requests as problems, where FastAPI would have its own form."""
    answers = operation["responses"]
    always = ["headers-too-large"]
    if address.startswith("/v1/"):
        always += ["unavailable", "internal"]
        if operation.get("security") or address == events.ROUTE.path:
            always.append("too-many-requests")
    for status, answer in documented(*always).items():
        # FastAPI has made texts of its statuses: a number beside one would be written as the same key twice
        own = answers.setdefault(str(status), answer)
        if answer["description"] not in own["description"]:
            own["description"] += f"; {answer['description']}"
    invalid = answers.get("422", {})
    if "application/json" in invalid.get("content", {}):
        invalid["content"] = {problems.MEDIA_TYPE: {"schema": problems.PROBLEM_REF}}
