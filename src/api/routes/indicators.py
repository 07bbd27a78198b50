"""`/v1/indicators`: the impact statistics, each figure with its certificate, as data or as a chart."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.answers.figure_formats import (
    CSV,
    FORMATS,
    JSON,
    JSON_STAT,
    PARQUET,
    PNG,
    PROFILED,
    SVG,
    Found,
    in_words,
    pictures,
)
from api.answers.figures import Question, counting
from api.charts.page import Size
from api.charts.rendering import VEGA_LITE
from api.identity.rights import allow, inside
from api.protocol.accepting import accepted
from api.protocol.problems import documented
from api.service import Anyone, service, signed_in
from api.words.languages import Lang, language_of
from api.words.telling import Teller
from api.words.words import words
from projections.counting.indicator import catalogue

router = APIRouter(prefix="/v1/indicators", tags=["indicators"])
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
TEXT = {"type": "string"}
CERTIFICATE = "Dossier-Certificate"
"""The certificate of a figure, as JSON on one line: beside formats that have no room for it."""


FROM = "First year. The public gets several years one by one where together they would tell more than each."

By = Annotated[str | None, Query(description="Dimensions, separated by commas; empty for the whole.")]


def asked(
    name: str,
    who: Anyone,
    by: By = None,
    from_: Annotated[int | None, Query(alias="from", ge=1900, le=2200, description=FROM)] = None,
    to: Annotated[int | None, Query(ge=1900, le=2200, description="Last year.")] = None,
    position: Annotated[str | None, Query(pattern=r"^\d{1,18}$", description="As the log stood at a position.")] = None,
    ruleset: Annotated[str | None, Query(max_length=64, description="A ruleset; the active one when absent.")] = None,
    disclosure: Annotated[str, Query(pattern="^(controlled|none)$")] = "controlled",
    by_successor: Annotated[
        bool, Query(description="Count organisations that became part of another as that other: analysts and auditors.")
    ] = False,
) -> Question:
    """The question of a request, from who may ask it."""
    controlled = disclosure != "none"
    if by_successor:  # the public's figures are published in one grouping: a second would tell the two apart
        allow(signed_in(who), "analyst", "auditor")
    if not controlled:
        allow(signed_in(who), "analyst")
    return Question(name, by, from_, to, position, ruleset, controlled=controlled, public=not inside(who),
                    by_successor=by_successor)  # fmt: skip


REFUSED = (
    "unauthenticated", "forbidden", "not-published", "being-published", "not-found", "invalid", "not-acceptable",
    "unavailable",
)  # fmt: skip
OPEN: dict[str, Any] = {"security": [{}, {"HTTPBearer": []}]}
"""A token is not needed, and counts when there is one."""


class Moved(BaseModel):
    """A cell that is published otherwise since; a null value was, or is, hidden or absent."""

    cell: dict[str, str | None]
    published: float | str | None
    now: float | str | None


class Published(BaseModel):
    """One publication of an indicator: how many cells it shows and hides, and what has moved since, and why."""

    number: int
    published_at: str
    certificate: dict[str, Any]
    shown: int
    hidden: int
    moved: list[Moved]
    because: dict[str, Any]


class Publications(BaseModel):
    """The publications of an indicator, the oldest first.

    `rules_since`: the ruleset of the last one and the one served now, where this says otherwise what the figure reads.
    """

    indicator: str
    publications: list[Published]
    rules_since: list[str] | None = None


Asked = Annotated[Question, Depends(asked)]
Language = Annotated[Lang | None, Query(description="Of labels; else by Accept-Language.")]


@router.get("")
def indicators() -> list[dict[str, Any]]:
    """Every indicator: the question it answers, its unit, its dimensions."""
    return [found.described() for found in catalogue().values()]


@router.get("/{name}", openapi_extra=OPEN, responses={
    **documented(*REFUSED),
    200: {"description": "Successful Response", "content": {
        CSV: {"schema": TEXT}, PARQUET: {"schema": BINARY}, JSON_STAT: {"schema": {"type": "object"}},
    }},
})  # fmt: skip
def read(request: Request, question: Asked, lang: Language = None) -> Response:
    """An indicator's rows and their certificate, as JSON, CSV, Parquet or JSON-stat 2.0 by `Accept`.

    What would say too much of an undertaking is hidden. Anyone gets figures as published: they move on when that gives
    nothing away. Analysts and auditors get them as the log stands; `disclosure=none` shows all, to analysts alone.

    With `position` and `ruleset` of a certificate: the figure as it was then, to the byte, whatever is served now; but
    for analysts and auditors, of those that were published. CSV has its certificate in
    the header `Dossier-Certificate`. JSON-stat also answers to `application/json;profile=json-stat`.
    """
    chosen = accepted(request.headers.get("accept"), (JSON, CSV, PARQUET, JSON_STAT, PROFILED))
    found = counting(request).counted(question)
    write = FORMATS[chosen]
    media_type = {CSV: "text/csv; charset=utf-8; header=present", PROFILED: JSON_STAT}.get(chosen, chosen)
    teller = Teller(words(lang or language_of(request)), service(request).log.agencies)
    headers = certified(found) | {"Vary": "Accept, Accept-Language"}
    return Response(write(found, teller), media_type=media_type, headers=headers)


@router.get("/{name}/chart", response_class=Response, openapi_extra=OPEN, responses={
    **documented(*REFUSED),
    200: {"description": "Successful Response", "content": {
        SVG: {"schema": TEXT}, PNG: {"schema": BINARY}, VEGA_LITE: {"schema": {"type": "object"}},
    }},
})  # fmt: skip
def chart(request: Request, question: Asked, lang: Language = None, size: Size = "wide") -> Response:
    """An indicator as a picture: SVG (with what it shows as text), PNG, or its Vega-Lite specification, by `Accept`.

    Without `by`, the dimensions that make the clearest picture. Hidden values are neither drawn nor in the file.
    """
    chosen = accepted(request.headers.get("accept"), (SVG, PNG, VEGA_LITE))
    found = counting(request).counted(replace(question, pictured=True))
    told = in_words(request, found, lang or language_of(request))
    headers = certified(told.found) | {"Vary": "Accept, Accept-Language", "Content-Language": told.words.lang}
    return Response(pictures(request, told, size)[chosen](), media_type=chosen, headers=headers)


@router.get("/{name}/publications", responses=documented("not-found", "not-published", "invalid"))
def published(name: str, request: Request, by: By = None) -> Publications:
    """Every publication of an indicator, the oldest first: as published, what has moved since, and by which cause.

    What has moved is told by the usual dimensions, or by those asked for: a total that was published moves too.
    """
    return Publications.model_validate(counting(request).published(name, by))


def certified(found: Found) -> dict[str, str]:
    """The header that carries a figure's certificate."""
    return {CERTIFICATE: orjson.dumps(found["certificate"]).decode()}
