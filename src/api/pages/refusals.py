"""Refusals as pages, for browsers; every other client gets the problem that the API would send."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.pages.contexts import Refused as RefusedPage
from api.pages.rendering import respond
from api.pages.visitor import visitor
from api.protocol.problems import RETRY_SECONDS, invalid_parameters
from dossier.journal import LogUnreachable
from dossier.refusals import Refusal, Refused

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
TOLD = ("unauthenticated", "forbidden", "not-found", "method-not-allowed", "invalid", "unavailable")
"""Refusals that pages have words of their own for; any other is told as the page that explains it does."""
DATES = {"/effective", "/known"}
NOWHERE = {404: "not-found", 405: "method-not-allowed"}
API = ("/v1/", "/health/", "/metrics", "/openapi.json")


class PageRoute(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Handler:
        """The route's handler, with refusals shown to browsers in their language."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except Refused as error:
                if not browses(request):
                    raise
                return refusal_page(request, error.refusal)
            except RequestValidationError as error:
                if not browses(request):
                    raise
                return refusal_page(request, invalid_parameters(error))
            except LogUnreachable:
                if not browses(request):
                    raise
                return refusal_page(request, Refusal("unavailable", ""))

        return answer


def install(app: FastAPI) -> None:
    """An address that leads nowhere, or not by this method, is a page too, for browsers, outside the API."""
    otherwise: Any = app.exception_handlers[HTTPException]

    @app.exception_handler(HTTPException)
    async def nowhere(request: Request, error: HTTPException) -> Response:
        answer: Response = await otherwise(request, error)
        if error.status_code not in NOWHERE or not browses(request) or request.url.path.startswith(API):
            return answer
        page = refusal_page(request, Refusal(NOWHERE[error.status_code], ""))
        if allow := answer.headers.get("Allow"):
            page.headers["Allow"] = allow
        return page


def browses(request: Request) -> bool:
    """Whether a browser asks for a page."""
    return "text/html" in request.headers.get("accept", "")


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A refusal in the page's language, saying what to do."""
    words = visitor(request).words
    title, what = (words(key) for key in _told(request, refusal))
    offers = refusal.status in (401, 403)
    page = RefusedPage(refusal.status, title, what, refusal.slug, offers)
    response = respond(request, "refused.html", title, page, status=refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _told(request: Request, refusal: Refusal) -> tuple[str, str]:
    """By which messages a refusal is told: of dates and of dossiers only where the page has some."""
    key = refusal.slug.replace("-", "_")
    if refusal.slug == "invalid" and DATES & {pointer for pointer, _ in refusal.errors}:
        key = "dates"
    if refusal.slug == "not-found" and request.url.path.startswith("/dossiers/"):
        key = "no_dossier"
    if refusal.slug in TOLD:
        return f"refusal.{key}", f"refusal.{key}_what"
    return f"problems.{refusal.slug}.title", f"problems.{refusal.slug}.do"
