"""Wiring: what the composition root adds to the application for its pages."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from api.pages import dossier_page, figure_pages, home, problem_pages, readings_page, receipt_page, refusals, sign_in
from api.pages.indicators import PublicFigures
from api.pages.refusals import PageRoute
from dossier.refusals import refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)
STATIC = {"style.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}


def install(app: FastAPI, *, demonstration: bool) -> None:
    """Add the pages; with `demonstration` the invented dossiers are open to everyone."""
    app.state.demonstration = demonstration
    app.state.public_figures = PublicFigures(app.state.press)
    refusals.install(app)
    for module in (home, dossier_page, figure_pages, readings_page, receipt_page, sign_in, problem_pages):
        app.include_router(module.router)
    app.include_router(router)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """The stylesheet and the icon: their addresses change with their content, so browsers keep them."""
    if name not in STATIC:
        raise refused("not-found", "There is no such file.")
    content = files("api.pages").joinpath("static", name).read_bytes()
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=STATIC[name], headers=headers)
