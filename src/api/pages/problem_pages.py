"""`/problems/{slug}`: where the `type` of a problem leads: what it means, and what to do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.pages.contexts import Problem, Problems
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import visitor
from api.words.words import Words
from dossier.refusals import KINDS, refused

router = APIRouter(prefix="/problems", route_class=PageRoute, include_in_schema=False)


@router.get("")
def problems(request: Request) -> Response:
    """Every problem type."""
    words = visitor(request).words
    page = Problems([described(slug, words) for slug in KINDS])
    return respond(request, "problems.html", words("problem.title"), page)


@router.get("/{slug}")
def problem(slug: str, request: Request) -> Response:
    """One problem type."""
    if slug not in KINDS:
        raise refused("not-found", "GET /problems lists every problem type.")
    found = described(slug, visitor(request).words)
    return respond(request, "problem.html", found.title, found)


def described(slug: str, words: Words) -> Problem:
    """A problem type in words."""
    return Problem(slug, words(f"problems.{slug}.title"), KINDS[slug][0], words(f"problems.{slug}.do"))
