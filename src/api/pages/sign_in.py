"""Signing in: a token becomes a cookie that only pages read, and that no script and no other site can use."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.pages.contexts import SignIn
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import COOKIE, visitor
from api.protocol.cloudevents import whole_body
from api.service import ServiceOf
from dossier.refusals import Refused, refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HOURS = 12
FORM_BYTES = 16_384
PRINTABLE = range(0x21, 0x7F)


@router.get("/sign-in")
def form(request: Request) -> Response:
    """The form."""
    return _form(request, local(request.query_params.get("next")))


@router.post("/sign-in")
async def sign_in(request: Request, srv: ServiceOf) -> Response:
    """Check the token and remember it in this browser, then go back to where it was asked for."""
    given = await _posted(request)
    token = given.get("token", "").strip().removeprefix("Bearer ").strip()
    back = local(given.get("next"))
    try:
        await asyncio.to_thread(srv.principal, f"Bearer {token}")
    except Refused:
        return _form(request, back, failed=True)
    response = RedirectResponse(back, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, HOURS * 3600, secure=secure, httponly=True, samesite="strict")
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the token in this browser."""
    await _posted(request)
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, secure=request.url.scheme == "https", httponly=True, samesite="strict")
    return response


def local(address: str | None) -> str:
    """An address to go back to: a path of this server, never another one."""
    if not address or not address.startswith("/") or address.startswith("/sign-"):
        return "/"
    elsewhere = address.startswith("//") or "\\" in address or any(ord(c) not in PRINTABLE for c in address)
    return "/" if elsewhere else address


def same_site(request: Request) -> bool:
    """Whether a form was sent from a page of this server. Browsers say so; other clients have no cookies to misuse."""
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return urlsplit(origin).netloc == request.headers.get("host")


def _form(request: Request, back: str, *, failed: bool = False) -> Response:
    title = visitor(request).words("sign_in.title")
    return respond(request, "sign_in.html", title, SignIn(back, failed), status=401 if failed else 200, back=back)


async def _posted(request: Request) -> dict[str, str]:
    if not same_site(request):
        raise refused("forbidden", "This form is sent from another site.")
    body = await whole_body(request, FORM_BYTES)
    return dict(parse_qsl(body.decode("utf-8", "replace")))
