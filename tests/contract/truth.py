"""The OpenAPI document as a promise: every answer any contract test sees is held against it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from referencing import Registry
from referencing.jsonschema import DRAFT202012

HERE = "urn:openapi"


class Answered(NamedTuple):
    """An operation and the status it answered with."""

    method: str
    path: str
    status: int


MANY, ENDS = 40, 10


class Truth:
    """Checks answers as they come in, and remembers which operations gave them."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.seen: set[Answered] = set()
        self._registry: Registry[Any] = Registry().with_resource(HERE, DRAFT202012.create_resource(document))
        paths = sorted(document["paths"], key=lambda path: path.count("{"))
        self._patterns = [(re.compile(_pattern(path)), path) for path in paths]

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """The documented path and operation that a request goes to."""
        for pattern, documented in self._patterns:
            if pattern.fullmatch(path) and method.lower() in self.document["paths"][documented]:
                return documented, self.document["paths"][documented][method.lower()]
        return None

    def check(self, response: httpx.Response) -> None:
        """Raise unless the document foresees this answer: its status, its media type, the form of its body."""
        request = response.request
        found = self.operation(request.method, request.url.path)
        if found is None:
            assert response.status_code in (404, 405), f"{request.method} {request.url.path} is not documented"
            return
        path, operation = found
        self.seen.add(Answered(request.method, path, response.status_code))
        told = f"{request.method} {path} -> {response.status_code}"
        assert str(response.status_code) in operation["responses"], f"{told} is not documented"
        content = operation["responses"][str(response.status_code)].get("content", {})
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if not content and not media_type:
            return  # 204
        assert media_type in content, f"{told} is {media_type}, documented: {list(content)}"
        if media_type in ("application/json", "application/problem+json"):
            self._check_body(content[media_type].get("schema", {}), response, told)

    def _check_body(self, schema: dict[str, Any], response: httpx.Response, told: str) -> None:
        response.read()
        anchored = _anchored(schema)
        for error in Draft202012Validator(anchored, registry=self._registry).iter_errors(some_of(response.json())):
            raise AssertionError(f"{told}: {error.message}")


def some_of(value: Any) -> Any:
    """An answer with long lists cut to their ends: five hundred entries of a page differ in nothing that counts."""
    if isinstance(value, dict):
        return {name: some_of(part) for name, part in value.items()}
    if isinstance(value, list):
        return [some_of(part) for part in (value if len(value) <= MANY else value[:ENDS] + value[-ENDS:])]
    return value


def _pattern(path: str) -> str:
    """What addresses a documented path stands for; a tile's name may go on over slashes."""
    return re.sub(r"\{\w+\}", "[^/]+", path.replace("{tile}", ".+"))


def _anchored(schema: Any) -> Any:
    """A part of the document with its references leading into the whole."""
    if isinstance(schema, dict):
        return {
            name: HERE + value if name == "$ref" and isinstance(value, str) else _anchored(value)
            for name, value in schema.items()
        }
    return [_anchored(part) for part in schema] if isinstance(schema, list) else schema
