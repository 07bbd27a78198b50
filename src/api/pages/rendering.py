"""Rendering: a page's context and template made into a response, with the headers that keep a browser safe."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.pages.contexts import Page
from api.pages.visitor import Visitor, visitor
from api.service import service
from api.words.languages import COOKIE, LANGUAGES, known

TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Embeddings, overrides and isolates (Unicode, UAX 9); marks and joiners, which names are written with, stay."""
YEAR_SECONDS = 365 * 86_400
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
}


class Switch(NamedTuple):
    """A link to the same page in another language."""

    lang: str
    href: str
    current: bool


class Frame(NamedTuple):
    """What surrounds every page."""

    lang: str
    title: str
    languages: list[Switch]
    signed_in: str | None
    demonstration: bool
    here: str
    style: str
    icon: str


def respond(
    request: Request, template: str, title: str, page: Page, *, status: int = 200, back: str | None = None
) -> HTMLResponse:
    """A page as a response; a language asked for by `?lang=` is remembered.

    A form that leads `back` to another page goes on leading there in other languages, also once it was sent.
    """
    found = visitor(request)
    framed = frame(request, found, title, back)
    text = templates().get_template(template).render(page=page, t=found.words, frame=framed)
    response = HTMLResponse(text, status, headers=HEADERS | {"Content-Language": found.words.lang})
    if known(request.query_params.get("lang", "")):
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, found.words.lang, YEAR_SECONDS, secure=secure, httponly=True, samesite="lax")
    return response


def frame(request: Request, visitor: Visitor, title: str, back: str | None = None) -> Frame:
    """The frame of a page for a visitor."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    if back is not None:
        query = [("next", back)]
    path = request.url.path
    links = [
        Switch(lang, f"{path}?{urlencode([*query, ('lang', lang)])}", lang == visitor.words.lang) for lang in LANGUAGES
    ]
    here = back or (f"{path}?{urlencode(query)}" if query else path)
    signed_in = _signed_in(request, visitor)
    return Frame(
        visitor.words.lang, title, links, signed_in, visitor.demonstration, here, asset("style.css"), asset("icon.svg")
    )


def _signed_in(request: Request, visitor: Visitor) -> str | None:
    if visitor.who is None:
        return None
    role = visitor.words(f"roles.{visitor.who.role}")
    agency = service(request).log.agencies.get(visitor.who.agency or "")
    if agency is None:
        return visitor.words("site.signed_in", role=role)
    return visitor.words("site.signed_in_for", role=role, agency=agency.name(visitor.words.lang))


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates: everything is escaped, and a name a page does not have is an error."""
    return Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=straight,
    )


def straight(value: Any) -> Any:
    """What is shown, without characters that turn the direction of writing: a name of them reads as another name.

    Letters have their own direction, and each text is a paragraph or a cell of its own.
    """
    return value.translate(TURNING) if isinstance(value, str) else value


@lru_cache
def asset(name: str) -> str:
    """The address of a file browsers may keep: it changes with the file's content."""
    content = files("api.pages").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
