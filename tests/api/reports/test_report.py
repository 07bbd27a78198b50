"""The report of a year: every indicator in it, in three languages, with its method and the day it was counted."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any

import pyarrow as pa
import pytest

from api.reports.report import report
from api.words.languages import LANGUAGES, Lang
from api.words.telling import Teller
from api.words.words import words
from projections.counting.indicator import Indicator, catalogue
from projections.counting.tables import day_of
from projections.figures.drawn_facts import drawn
from projections.figures.exchange import COLUMNS
from projections.figures.facts_reader import with_rules
from projections.figures.figures import Asked, figure
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset

YEAR = 2024
EXCHANGE = pa.table(
    {name: pa.array(values, COLUMNS[name]) for name, values in {
        "dossier": [f"d{number:02d}" for number in range(9)], "from_agency": ["hub"] * 9, "to_agency": ["bee"] * 9,
        "measure": ["asked_twice"] * 9, "aggregate": ["sum"] * 9, "year": [YEAR] * 9, "amount": [1.0] * 9,
    }.items()}
).replace_schema_metadata({"readings": "9"})  # fmt: skip
FACTS = with_rules(drawn(400), ruleset()) | {"fact_exchange": EXCHANGE}
GENERATION = Generation(1, "2026.1", ruleset().digest, 9, "cm9vdA==")
DAY = day_of(FACTS)


def counted(one: Indicator, asked: Asked, *, position: int = 9) -> dict[str, Any]:
    """The figures of facts drawn by chance, nothing hidden."""
    return figure(one, asked._replace(controlled=False), GENERATION._replace(position=position), FACTS)


@cache
def made(lang: Lang) -> str:
    """The report, as text."""
    return unescape(report(counted, Teller(words(lang), {}), YEAR, published=True))


def chapter(text: str, name: str) -> str:
    """What stands of an indicator in a report."""
    found = re.search(rf'<section class="chapter" aria-labelledby="{name}">.*?</section>', text, re.DOTALL)
    assert found is not None, name
    return found[0]


UNTRENDED = {"employment-effect", "turnover-effect"}
"""Effects of which these facts show no trend before: they are no more than level 2."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_is_in_the_report_with_its_method(lang: Lang) -> None:
    for one in catalogue().values():
        told = chapter(made(lang), one.name)
        assert one.title[lang] in told
        assert one.method[lang] in told
        assert all(caveat[lang] in told for caveat in one.caveats)
        level = 2 if one.name in UNTRENDED else one.evidence_level
        assert words(lang)("figures.evidence_label", level=level) in told
        assert "<svg" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_there_are_facts_there_is_something_to_show(lang: Lang) -> None:
    """Also of an indicator without years: those of the report are not asked of it."""
    nothing = [name for name in catalogue() if words(lang)("figures.nothing") in chapter(made(lang), name)]
    assert set(nothing) <= {"employment-effect", "survival", "turnover-effect"}, "six enterprises, all aided at once"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_as_of_which_day_the_figures_are_known(lang: Lang) -> None:
    """Deaths after the year of the report are in its survival: whoever reads it is told."""
    said = words(lang)
    assert DAY is not None
    assert DAY.year > YEAR
    cover = made(lang)[: made(lang).index("</header>")]
    assert said("report.stood", year=YEAR, first="", last=said.day(DAY)) in cover
    assert said("report.until", year=YEAR, day=said.day(DAY)) in chapter(made(lang), "survival")
    assert said("report.undated", year=YEAR, day=said.day(DAY)) in chapter(made(lang), "de-minimis-headroom")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_published_figures_are_said_to_be_for_publication(lang: Lang) -> None:
    assert words(lang)("report.published") in made(lang)
    assert words(lang)("report.internal") not in made(lang)


def test_figures_counted_for_a_report_are_not_and_what_they_do_not_share_stands_in_each_chapter() -> None:
    positions = {name: 1000 + number for number, name in enumerate(catalogue())}
    said = words("en")
    text = unescape(
        report(lambda one, asked: counted(one, asked, position=positions[one.name]), Teller(said, {}), YEAR,
               published=False)
    )  # fmt: skip
    assert said("report.internal") in text
    assert said("report.published") not in text
    for name, position in positions.items():
        assert f"<dd>{position}</dd>" in chapter(text, name)


def test_no_figure_goes_beyond_the_year_of_the_report() -> None:
    rows = counted(catalogue()["high-growth"], Asked(["year"], to_year=YEAR))["rows"]
    assert {row["year"] for row in rows} <= set(range(1900, YEAR + 1))
    assert rows
