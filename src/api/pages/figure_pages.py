"""`/indicators`: each figure as a page with its chart, its table, its caveats and its certificate, and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.answers.figure_formats import CSV, FORMATS, JSON, JSON_STAT, PARQUET, PNG, SVG, in_words, pictures
from api.answers.figures import Question, counting, named
from api.charts.finding import alternative
from api.charts.page import Size
from api.charts.telling import Told, dimension
from api.identity.rights import inside
from api.pages.contexts import Choice, IndicatorLine, IndicatorPage, IndicatorsPage, Table
from api.pages.refusals import PageRoute
from api.pages.rendering import respond
from api.pages.visitor import visitor
from api.words.words import Words, capital
from dossier.refusals import refused
from projections.counting.indicator import Indicator, catalogue

router = APIRouter(prefix="/indicators", route_class=PageRoute, include_in_schema=False)
DATA = {"csv": CSV, "json": JSON, "parquet": PARQUET, "json-stat.json": JSON_STAT}
PICTURES = {"svg": SVG, "png": PNG}
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie",
    "X-Content-Type-Options": "nosniff",
}


def asked(
    request: Request,
    name: str,
    by: str | None = None,
    from_: Annotated[int | None, Query(alias="from", ge=1900, le=2200)] = None,
    to: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    position: Annotated[str | None, Query(pattern=r"^\d{1,18}$")] = None,
    ruleset: Annotated[str | None, Query(max_length=64)] = None,
) -> Question:
    """The question of a page's address; always controlled for disclosure, and as published for most visitors."""
    public = not inside(visitor(request).who)
    return Question(name, by, from_, to, position, ruleset, public=public, pictured=True)


Asked = Annotated[Question, Depends(asked)]


@router.get("")
def indicators(request: Request) -> Response:
    """Every indicator with the question it answers."""
    found = visitor(request)
    lang = found.words.lang
    lines = [
        IndicatorLine(f"/indicators/{one.name}", one.title[lang], one.question[lang]) for one in catalogue().values()
    ]
    page = IndicatorsPage(lines)
    return respond(request, "indicators.html", found.words("figures.title"), page)


@router.get("/{name}")
def indicator(request: Request, question: Asked) -> Response:
    """One indicator."""
    found = visitor(request)
    told = in_words(request, counting(request).counted(question), found.words.lang)
    latest = question.public and not question.position
    press = request.app.state.press
    moved = press.moved_since(named(told.name), told.by) if latest else None
    since = press.overtaken(named(told.name)) if latest else None
    page = page_of(told, question, found.words)
    page = replace(page, moved=said_moved(moved, found.words), overtaken=said_overtaken(since, found.words))
    return respond(request, "indicator.html", told.title, page)


@router.get("/{name}/chart.{suffix}")
def chart(request: Request, question: Asked, suffix: str, size: Size = "wide") -> Response:
    """Its picture."""
    if suffix not in PICTURES:
        raise refused("not-found", "A picture is chart.svg or chart.png.")
    told = in_words(request, counting(request).counted(question), visitor(request).words.lang)
    media_type = PICTURES[suffix]
    return Response(pictures(request, told, size)[media_type](), media_type=media_type, headers=FILE_HEADERS)


@router.get("/{name}/data.{suffix}")
def data(request: Request, question: Asked, suffix: str) -> Response:
    """Its data, as a file."""
    if suffix not in DATA:
        raise refused("not-found", f"Its data is {', '.join(f'data.{known}' for known in DATA)}.")
    told = in_words(request, counting(request).counted(question), visitor(request).words.lang)
    content = FORMATS[DATA[suffix]](told.found, told.teller)
    named_as = {"Content-Disposition": f'attachment; filename="{question.name}.{suffix}"'}
    return Response(content, media_type=DATA[suffix], headers=FILE_HEADERS | named_as)


def page_of(told: Told, question: Question, words: Words) -> IndicatorPage:
    """A figure as its page shows it."""
    asked_for = named(told.name)
    query = {"by": ",".join(told.by), **question.bounds(), "lang": words.lang}
    here = f"/indicators/{told.name}"
    return IndicatorPage(
        question=told.question,
        chart=f"{here}/chart.svg?{urlencode(query)}",
        narrow=f"{here}/chart.svg?{urlencode(query | {'size': 'narrow'})}",
        finding=alternative(told),
        choices=choices(told, asked_for, here),
        table=table(told),
        numeric=len(table(told).head) - max(1, len(told.by)),
        method=told.method,
        caveats=(*told.caveats, told.quality),
        evidence=(words("figures.evidence_label", level=told.evidence_level), told.evidence),
        certificate=certified(told.certificate, words),
        files=[(kind.upper().removesuffix(".JSON"), f"{here}/data.{kind}?{urlencode(query)}") for kind in DATA],
        pictures=[(kind.upper(), f"{here}/chart.{kind}?{urlencode(query)}") for kind in PICTURES],
    )


def said_overtaken(rulesets: Sequence[str] | None, words: Words) -> str:
    """That other rules hold since a figure was published, in a sentence; nothing where they say the same of it."""
    if rulesets is None:
        return ""
    before, after = rulesets
    return words("figures.overtaken", before=before, after=after)


def said_moved(moved: Mapping[str, Any] | None, words: Words) -> str:
    """What has moved since the publication before, in a sentence with its causes: other rules, corrections, events."""
    if moved is None:
        return ""
    because, said = moved["because"], []
    if "rulesets" in because:
        before, after = because["rulesets"]
        said.append(words("figures.moved_rules", before=before, after=after))
    if because["amendments"]:
        named_by = ", ".join(because["positions"]) + (" …" if because["amendments"] > len(because["positions"]) else "")
        said.append(words("figures.moved_amendments", number=because["amendments"], positions=named_by))
    said.append(words("figures.moved_events", number=because["events"]))
    return f"{words.count('figures.moved', moved['number'])} ({'; '.join(said)})."


def choices(told: Told, asked_for: Indicator, here: str) -> list[Choice]:
    """The ways to break a figure down: the usual one, each dimension by itself, none."""
    words = told.words
    ways = [tuple(asked_for.chart_by), *((name,) for name in asked_for.dimensions), ()]
    found = []
    for way in dict.fromkeys(ways):
        text = words.listed([dimension(words, name, asked_for) for name in way]) if way else words("figures.whole")
        found.append(Choice(f"{here}?{urlencode({'by': ','.join(way)})}", capital(text), way == told.by))
    return found


def table(told: Told) -> Table:
    """A figure's rows in words."""
    words = told.words
    ranged = any(cell.low is not None for cell in told.cells)
    first = told.dimensions or (words("figures.whole"),)
    head = (
        *first,
        words("figures.value"),
        *((words("figures.interval"),) if ranged else ()),
        words("figures.contributors"),
    )
    rows = []
    for cell in told.cells:
        interval = (told.interval(cell),) if ranged else ()
        count = words.number(cell.n) if cell.n is not None else cell.short
        rows.append((*(cell.labels or (told.title,)), cell.exact, *interval, count))
    return Table(told.title, told.question, head, tuple(rows))


def certified(certificate: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """A certificate in words."""
    found = {
        name: disclosed(value, words) if name == "disclosure" else str(value) for name, value in certificate.items()
    }
    return [(words.optional(f"figures.certified.{name}") or name, value) for name, value in found.items()]


def disclosed(disclosure: Any, words: Words) -> str:
    """How a figure was controlled for disclosure, in words; a rule without words by its parameters."""
    if isinstance(disclosure, dict):
        if disclosure.get("method") == "none":
            return words("figures.disclosure_none")
        if disclosure.get("method") == "suppression":
            return words("figures.disclosure_rule", n=disclosure["n"], p=disclosure["p"])
        return ", ".join(f"{name} {value}" for name, value in disclosure.items())
    return str(disclosure)
