"""A report: every indicator up to a year, in one language, as one HTML file for the screen and for A4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from api.charts.finding import finding
from api.charts.rendering import Renderer
from api.charts.telling import Told, tell
from api.pages.contexts import Table
from api.pages.figure_pages import certified, table
from api.pages.rendering import templates
from api.pages.telling import Teller
from projections.figures import Asked, figure
from projections.indicator import Indicator, catalogue
from projections.store import Generation

Progress = Callable[[int, int, str], None]
COMMON = ("ruleset", "ruleset_digest", "position", "root", "disclosure")
"""What the certificates of one report have in common: it is told once, on the cover."""


@dataclass(frozen=True)
class Chapter:
    """One indicator of a report."""

    name: str
    title: str
    question: str
    chart: Markup
    finding: str
    table: Table
    numeric: int
    caveats: tuple[str, ...]
    evidence: tuple[str, str]
    certificate: list[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """What the template shows."""

    year: int
    chapters: list[Chapter]
    certificate: list[tuple[str, str]]
    levels: list[tuple[str, str]]


def report(
    generation: Generation, facts: dict[str, Any], teller: Teller, year: int, progress: Progress = lambda *_: None
) -> str:
    """The report of a year as HTML. The same position, rules and language make the same text, byte for byte."""
    told = list(_told(generation, facts, teller, year, progress))
    words = teller.words
    drawn = [_chapter(one, Renderer()) for one in told]
    common = certified(shared([one.certificate for one in told]), words)
    levels = [
        (words("figures.evidence_label", level=level), words(f"figures.evidence.{level}"))
        for level in sorted({one.evidence_level for one in told})
    ]
    style = files("api.pages").joinpath("static", "report.css").read_text(encoding="utf-8")
    page = Report(year, drawn, common, levels)
    return (
        templates()
        .get_template("report.html")
        .render(
            page=page,
            t=words,
            style=Markup(style),  # noqa: S704 - our own file
        )
    )


def shared(certificates: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What all certificates say alike, in the order of the first."""
    first = certificates[0]
    alike = {name for name in COMMON if all(one.get(name) == first.get(name) for one in certificates)}
    return {name: value for name, value in first.items() if name in alike}


def _told(
    generation: Generation, facts: dict[str, Any], teller: Teller, year: int, progress: Progress
) -> Iterator[Told]:
    indicators = list(catalogue().values())
    for done, indicator in enumerate(indicators):
        progress(done, len(indicators), indicator.name)
        yield tell(_figure(indicator, year, generation, facts), indicator, teller)
    progress(len(indicators), len(indicators), "")


def _figure(indicator: Indicator, year: int, generation: Generation, facts: dict[str, Any]) -> dict[str, Any]:
    return figure(indicator, Asked(indicator.chart_by, to_year=year), generation, facts)


def _chapter(told: Told, renderer: Renderer) -> Chapter:
    words = told.words
    own = {name: value for name, value in told.certificate.items() if name not in COMMON}
    rows = table(told)
    return Chapter(
        name=told.name,
        title=told.title,
        question=told.question,
        chart=Markup(renderer.svg(told)),  # noqa: S704 - the renderer escapes what it draws
        finding=finding(told),
        table=rows,
        numeric=len(rows.head) - max(1, len(told.by)),
        caveats=(*told.caveats, told.quality),
        evidence=(words("figures.evidence_label", level=told.evidence_level), told.evidence),
        certificate=certified(own, words),
    )
