"""A parameter is said once: of two values of one nobody knows which was meant, and to take either would be a guess."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from dossier.refusals import refused


async def said_once(request: Request) -> None:
    """Refuse a query that says a documented parameter twice, unless that takes several values."""
    said = [name for name, _ in request.query_params.multi_items()]
    twice = {name for name in said if said.count(name) > 1} if len(said) != len(set(said)) else set()
    if twice and (wrong := sorted(twice & _single(request))):
        errors = [(f"/{name}", "it is given more than once") for name in wrong]
        raise refused("invalid", "A parameter is not valid; `errors` says which.", *errors)


def _single(request: Request) -> set[str]:
    """The parameters of the address that take one value, as its document has them.

    Routes that are included several times, under other prefixes, do not know their whole address: they have no parts
    that vary, and it is what was asked for.
    """
    paths = request.app.openapi()["paths"]
    path = paths.get(request.scope["route"].path) or paths.get(request.url.path) or {}
    operation = path.get(request.method.lower(), {})
    return {
        parameter["name"]
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query" and not _several(parameter["schema"])
    }


def _several(schema: dict[str, Any]) -> bool:
    return any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", [])))
