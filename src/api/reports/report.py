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
from api.words.telling import Teller
from projections.counting.indicator import Indicator, catalogue, indicator
from projections.figures.figures import Asked

Progress = Callable[[int, int, str], None]
Figures = Callable[[Indicator, Asked], dict[str, Any]]
"""Where the figures of a report come from: as published, or counted for it."""
COMMON = ("ruleset", "ruleset_digest", "position", "root", "disclosure")
"""What the certificates of one report have in common: it is told once, on the cover.
What they do not have in common stands in each chapter."""


@dataclass(frozen=True)
class Chapter:
    """One indicator of a report."""

    name: str
    title: str
    question: str
    stood: str
    charts: list[Markup]
    finding: str
    table: Table
    numeric: int
    method: str
    caveats: tuple[str, ...]
    evidence: tuple[str, str]
    certificate: list[tuple[str, str]]


@dataclass(frozen=True)
class Report:
    """What the template shows."""

    year: int
    stood: str
    published: bool
    chapters: list[Chapter]
    certificate: list[tuple[str, str]]
    levels: list[tuple[str, str]]


def report(
    figures: Figures, teller: Teller, year: int, progress: Progress = lambda *_: None, *, published: bool
) -> str:
    """The report of a year as HTML; `published` says whether its figures are those that the public has.

    The same figures and language make the same text, byte for byte.
    """
    told = list(_told(figures, teller, year, progress))
    words = teller.words
    alike = shared([one.certificate for one in told])
    drawn = [_chapter(one, year, alike, Renderer()) for one in told]
    common = certified(alike, words)
    levels = [
        (words("figures.evidence_label", level=level), words(f"figures.evidence.{level}"))
        for level in sorted({one.evidence_level for one in told})
    ]
    style = files("api.pages").joinpath("static", "report.css").read_text(encoding="utf-8")
    page = Report(year, stood(told, year), published, drawn, common, levels)
    return (
        templates()
        .get_template("report.html")
        .render(
            page=page,
            t=words,
            style=Markup(style),  # noqa: S704 - our own file
        )
    )


def stood(told: list[Told], year: int) -> str:
    """As of which day the figures know what they count."""
    words, days = told[0].words, sorted({one.found["as_of"] for one in told if one.found["as_of"]})
    if not days:
        return ""
    key = "report.stood" if len(days) == 1 else "report.stood_between"
    return words(key, year=year, first=words.day(days[0]), last=words.day(days[-1]))


def shared(certificates: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What all certificates say alike, in the order of the first."""
    first = certificates[0]
    alike = {name for name in COMMON if all(one.get(name) == first.get(name) for one in certificates)}
    return {name: value for name, value in first.items() if name in alike}


def _told(figures: Figures, teller: Teller, year: int, progress: Progress) -> Iterator[Told]:
    indicators = list(catalogue().values())
    for done, one in enumerate(indicators):
        progress(done, len(indicators), one.name)
        yield tell(figures(one, Asked(one.chart_by, to_year=year)), one, teller)
    progress(len(indicators), len(indicators), "")


def _chapter(told: Told, year: int, alike: Mapping[str, Any], renderer: Renderer) -> Chapter:
    words, day = told.words, told.found["as_of"]
    own = {name: value for name, value in told.certificate.items() if name not in alike}
    key = "report.until" if indicator(told.name).dated else "report.undated"
    rows = table(told)
    return Chapter(
        name=told.name,
        title=told.title,
        question=told.question,
        stood=words(key, year=year, day=words.day(day)) if day else "",
        charts=[Markup(svg) for svg in renderer.sheets(told)],  # noqa: S704 - the renderer escapes what it draws
        finding=finding(told),
        table=rows,
        numeric=len(rows.head) - max(1, len(told.by)),
        method=told.method,
        caveats=(*told.caveats, told.quality),
        evidence=(words("figures.evidence_label", level=told.evidence_level), told.evidence),
        certificate=certified(own, words),
    )
