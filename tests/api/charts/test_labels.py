"""What is written in a chart: it stands beside what it speaks of, is not crossed by it, and fits the page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from tests.api.figures import answer, in_words, invented, shown

from api.charts.axes import legend
from api.charts.drawing import drawn
from api.charts.finding import finding
from api.charts.labels import place
from api.charts.page import EM, PAGES, SIDE, Size
from api.charts.plan import Kind
from api.charts.planning import planned
from api.charts.rendering import Renderer
from api.charts.telling import Told
from api.words.languages import LANGUAGES, Lang
from projections.counting.indicator import catalogue

SVG = "{http://www.w3.org/2000/svg}"
FALLING, RISING = (0.955, 0.831, 0.769), (0.628, 0.7, 0.74)


def curve(name: str, shares: tuple[float, ...], **keys: Any) -> Told:
    """A figure of an indicator at one, three and five years."""
    told = catalogue()[name]
    rows = [shown(share, horizon=at, **keys) for at, share in zip((1, 3, 5), shares, strict=True)]
    return in_words(told, answer(told, ["horizon", *keys], rows))


def points(told: Told) -> list[tuple[int, float]]:
    """Where the points of a chart stand."""
    rows = next(iter(drawn(told)["datasets"].values()), None) or drawn(told)["vconcat"][0]["data"]["values"]
    return [(row["at"], row["value"]) for row in rows]


@pytest.mark.parametrize(("name", "shares", "start"), [("survival", FALLING, 1.0), ("time-to-creation", RISING, 0.0)])
def test_a_curve_starts_where_nothing_has_happened_yet(name: str, shares: tuple[float, ...], start: float) -> None:
    """All are alive at the start, and nobody has created an enterprise."""
    assert points(curve(name, shares))[0] == (0, start)


def test_a_group_to_whom_it_never_happens_stays_at_nothing() -> None:
    assert {value for _, value in points(curve("time-to-creation", (0.0, 0.0, 0.0), sector=None))} == {0.0}


@pytest.mark.parametrize(
    ("kind", "values", "labels"),
    [
        ("steps", (1.0, *FALLING), ["above", "below", "below", "below"]),
        ("steps", (0.0, *RISING), ["above", "above", "above", "above"]),
        ("steps", (1.0, 0.95, 0.05, 0.0), ["above", "below", "beside", "beside"]),
        ("lines", (3.0, 1.0, 3.0), ["above", "below", "above"]),
    ],
)
def test_a_value_stands_where_its_line_does_not_cross_it(kind: Kind, values: tuple[float, ...], labels: Any) -> None:
    """A curve falls to its point from above: there nothing can be written, however far apart the points are."""
    years = range(len(values)) if kind == "lines" else (0, 1, 3, 5)
    rows: list[dict[str, Any]] = [{"at": at, "value": value} for at, value in zip(years, values, strict=True)]
    place(rows, kind)
    assert [row["label"] for row in rows] == labels


def effect(lang: Lang = "en") -> Told:
    told = catalogue()["turnover-effect"]
    values = (-299752.5, -105616.5)
    rows = [shown(value, measure=name) for name, value in zip(told.measures, values, strict=False)]
    return in_words(told, answer(told, ["measure"], rows), lang)


@pytest.mark.parametrize("size", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_value_of_a_negative_bar_has_room_beside_the_name_of_its_row(lang: Lang, size: Size) -> None:
    told = effect(lang)
    x = drawn(told, size)["vconcat"][0]["layer"][0]["encoding"]["x"]
    assert x["scale"]["range"][0] >= len(told.cells[0].short) * PAGES[size].text * EM


@pytest.mark.parametrize(
    ("lang", "title"),
    [("fr", "Milliers (EUR par entreprise)"), ("nl", "Duizenden (EUR per onderneming)"),
     ("en", "Thousands (EUR per enterprise)")],
)  # fmt: skip
def test_a_unit_keeps_its_capitals(lang: Lang, title: str) -> None:
    assert drawn(effect(lang))["vconcat"][0]["layer"][0]["encoding"]["x"]["title"] == title


LONG = ["Prime à l’investissement et à la transition numérique", 'Chèque "innovation"', "Prime web", "Prime conseil"]


def outcomes() -> Told:
    told = invented(["year", "scheme", "outcome"])
    rows = [
        shown(20 + year % 7 - place, year=year, scheme=scheme, outcome=outcome)
        for year in range(2018, 2026)
        for place, scheme in enumerate(LONG)
        for outcome in ("never_told", "told")
    ]
    return in_words(told, answer(told, ["year", "scheme", "outcome"], rows), "fr")


@pytest.mark.parametrize("size", PAGES)
def test_a_legend_is_no_wider_than_the_page(size: Size) -> None:
    """A picture is as wide as its page, with its edges: a wider legend leaves the rest of it blank."""
    viewed = ET.fromstring(Renderer().svg(outcomes(), size)).attrib["viewBox"].split()
    assert float(viewed[2]) < PAGES[size].width + SIDE


def test_the_names_of_a_legend_are_told_whole() -> None:
    root = ET.fromstring(Renderer().svg(outcomes(), "narrow"))
    text = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    assert all(word in text for name in LONG[:2] for word in name.split())


def test_short_names_stand_side_by_side() -> None:
    told = in_words(invented(["year", "instrument"]), answer(invented(["year"]), ["year", "instrument"], [
        shown(value, year=year, instrument=name) for year, value in ((2023, 2), (2024, 3)) for name in ("grant", "loan")
    ]))  # fmt: skip
    (panel,) = planned(told).panels
    assert legend(panel, PAGES["wide"]).to_dict()["columns"] == 4


def test_the_signs_of_a_legend_are_as_dark_as_its_lines() -> None:
    """A band is pale; its sign in the legend would be, too."""
    told = catalogue()["survival"]
    rows = [
        shown(0.9 - at / 50, horizon=at, measure=measure) | {"low": 0.6, "high": 0.95}
        for at in (1, 3, 5)
        for measure in told.measures
    ]
    root = ET.fromstring(Renderer().svg(in_words(told, answer(told, ["horizon", "measure"], rows), "nl")))
    signs = [
        one
        for group in root.iter(f"{SVG}g")
        if "legend-symbol" in group.get("class", "")
        for one in group.iter(f"{SVG}path")
    ]
    assert len(signs) == 2
    assert {one.get("opacity", "1") for one in signs} == {"1"}


@pytest.mark.parametrize(
    ("lang", "other"),
    [("fr", "Année d’ouverture 2020"), ("nl", "Jaar van opening 2020"), ("en", "Year of opening 2020")],
)
def test_a_year_beside_another_says_which_it_is(lang: Lang, other: str) -> None:
    """In its legend, and in what is said of it: two bare years are nobody's."""
    told = catalogue()["time-to-first-aid"]
    rows = [shown(days, year=year, cohort=2020) for year, days in ((2021, 90.0), (2022, 580.0))]
    figure = in_words(told, answer(told, ["year", "cohort"], rows), lang)
    assert planned(figure).panels[0].series == (other,)
    assert f"{other}{figure.words('figures.colon')} " in finding(figure)


FIRST_AID = {"fr": "Année de la première aide", "nl": "Jaar van de eerste steun", "en": "Year of the first aid"}
OPENING = {"fr": "Année d’ouverture", "nl": "Jaar van opening", "en": "Year of opening"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [one.name for one in catalogue().values() if "cohort" in one.dimensions])
def test_a_cohort_is_called_by_what_began_in_its_year(name: str, lang: Lang) -> None:
    """A dossier that was opened, or an enterprise that was aided for the first time."""
    aided = ("employment-after-aid", "turnover-after-aid", "employment-effect", "turnover-effect", "survival")
    told = catalogue()[name]
    rows = [shown(0.5, cohort=year) for year in (2022, 2023)]
    said = in_words(told, answer(told, ["cohort"], rows), lang)
    assert said.dimensions == ((FIRST_AID if name in aided else OPENING)[lang],)
