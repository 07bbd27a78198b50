"""Charts: every indicator has one without code of its own; it says what the data say, and nothing that is hidden."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import vl_convert
from hypothesis import HealthCheck, given, settings
from tests.api.figures import POISON, VALUES, answer, figures, hidden, in_words, invented, shown

from api.charts.drawing import drawn
from api.charts.finding import alternative, finding
from api.charts.page import PAGES, Size
from api.charts.planning import planned
from api.charts.rendering import VEGA_LITE, Renderer
from api.charts.telling import HIDDEN, Told
from api.words.languages import LANGUAGES, Lang
from api.words.words import words
from projections.counting.indicator import Indicator, catalogue

SVG = {"svg": "http://www.w3.org/2000/svg"}
DRAWING = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A chart takes a while: its specification is checked against the schema of Vega-Lite each time."""
Figure = tuple[Indicator, dict[str, Any]]


def of(indicator: Indicator) -> dict[str, Any]:
    """A figure by the dimensions of the indicator's own chart: one hidden cell, one without a value, and others."""
    by = indicator.chart_by
    keys: list[dict[str, Any]] = [{}]
    for name in by:
        values = indicator.measures if name == "measure" else VALUES.get(name, VALUES["anything_new"])
        keys = [key | {name: value} for key in keys for value in values]
    rows = [shown(round(0.1 + 0.8 * place / len(keys), 2), 3 + place, **key) for place, key in enumerate(keys)]
    if len(rows) > 3:
        rows[1] = hidden(**keys[1])
        rows[2] = shown(None, 0, **keys[2])
    return answer(indicator, by, rows)


@pytest.mark.parametrize("size", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", catalogue())
def test_every_indicator_is_drawn_in_every_language(name: str, lang: Lang, size: Size) -> None:
    told = in_words(catalogue()[name], of(catalogue()[name]), lang)
    specification = json.dumps(drawn(told, size))
    assert "isValid" in specification or told.by == ()
    assert len(finding(told)) > 10
    assert planned(told).panels


def test_the_media_type_names_the_schema_that_charts_are_drawn_by() -> None:
    schema = drawn(in_words(AID, AID_FIGURE, "en"))["$schema"]
    assert f"vegalite.{schema.rpartition('/')[2].partition('.')[0]}+json" in VEGA_LITE


@pytest.mark.parametrize("size", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chart_says_how_far_it_is_evidence(lang: Lang, size: Size) -> None:
    """Below its title and in the text in its place: a picture goes about without its page."""
    told = in_words(AID, AID_FIGURE, lang)
    specification = drawn(told, size)
    said = words(lang)
    label, what = said("figures.evidence_label", level=1), said("figures.evidence.1")
    for text in (" ".join(specification["title"]["subtitle"]), specification["description"]):
        assert label in text
        assert what[1:] in text


@pytest.mark.parametrize("name", catalogue())
def test_every_indicator_is_rendered(name: str) -> None:
    """To a picture that says its title and level, and to pixels that are not all of one colour."""
    told = in_words(catalogue()[name], of(catalogue()[name]), "fr")
    renderer = Renderer()
    root = ET.fromstring(renderer.svg(told))
    text = " ".join("".join(one.itertext()) for one in root.iter(f"{{{SVG['svg']}}}text"))
    assert told.title.split()[0] in text
    assert words("fr")("figures.evidence_label", level=told.evidence_level) in text
    png = renderer.png(told)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    viewed = [float(one) for one in root.attrib["viewBox"].split()]
    assert (width, height) == pytest.approx((2 * viewed[2], 2 * viewed[3]), abs=3)
    assert len(png) > 10_000


@pytest.mark.parametrize("name", catalogue())
def test_every_dimension_and_unit_has_a_name_in_every_language(name: str) -> None:
    indicator = catalogue()[name]
    for lang in LANGUAGES:
        said = words(lang)
        assert [one for one in indicator.dimensions if not said.optional(f"figures.dimensions.{one}")] == []
        units = {indicator.unit, *indicator.chart.units.values()} - {"by measure"}
        known = [said.optional(f"figures.{kind}") for unit in units for kind in (f"axis.{unit}", f"units.{unit}.other")]
        assert any(known) or not units
        for dimension in indicator.chart_by:
            assert dimension in indicator.dimensions


def test_a_chart_can_be_heard() -> None:
    told = in_words(AID, AID_FIGURE, "fr")
    root = ET.fromstring(Renderer().svg(told))
    title, described = root.find("svg:title", SVG), root.find("svg:desc", SVG)
    assert title is not None
    assert described is not None
    assert (title.text, described.text) == ("Titre", alternative(told))
    assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert (root.get("role"), root.get("lang")) == ("img", "fr")


def test_what_stands_in_a_name_is_no_markup() -> None:
    indicator = invented(["agency"])
    told = in_words(indicator, answer(indicator, ["agency"], [shown(3, agency='<script>&"')]))
    svg = Renderer().svg(told)
    ET.fromstring(svg)
    assert "<script" not in svg


def test_the_same_figure_is_the_same_picture() -> None:
    """Drawn by another renderer, in the same process."""
    told = in_words(AID, AID_FIGURE)
    first, second = Renderer(), Renderer()
    assert first.svg(told) == second.svg(told)
    assert first.png(told) == second.png(told)


def test_a_chart_asks_nothing_of_any_other_place_and_runs_nothing() -> None:
    svg = Renderer().svg(in_words(AID, AID_FIGURE))
    assert set(re.findall(r"https?://[^\"' <]+", svg)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"<script|<image|<foreignObject|@import|\son\w+=", svg)


def test_the_letters_come_with_the_renderer() -> None:
    """A font that no machine has is replaced by another; the one of charts is there, and gives other pixels."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="{}">Été</text></svg>'
    assert vl_convert.svg_to_png(svg.format("Liberation Sans")) != vl_convert.svg_to_png(svg.format("No Such Font"))
    assert 'font-family="Liberation Sans' in Renderer().svg(in_words(AID, AID_FIGURE))


@pytest.mark.parametrize(("lang", "number"), [("fr", "1,5"), ("nl", "1,5"), ("en", "1.5")])
def test_numbers_are_written_as_the_language_writes_them(lang: Lang, number: str) -> None:
    indicator = invented(["phase"], "days")
    told = in_words(indicator, answer(indicator, ["phase"], [shown(1.5, phase="creation")]), lang)
    assert f">{number}<" in Renderer().svg(told)


@DRAWING
@given(figures())
def test_a_hidden_value_is_in_no_part_of_a_chart(pair: Figure) -> None:
    told = in_words(*pair)
    poisoned = [told.cells[place] for place, row in enumerate(pair[1]["rows"]) if row["suppressed"]]
    assert all((cell.value, cell.low, cell.high, cell.n) == (None, None, None, None) for cell in poisoned)
    for text in (json.dumps(drawn(told)), finding(told)):
        assert not re.search(r"987[.,\s\u202f\xa0]?65|0[.,]9876", text)
    if poisoned:
        assert HIDDEN in finding(told)


def test_a_hidden_value_is_in_no_picture() -> None:
    told = in_words(AID, AID_FIGURE)
    svg = Renderer().svg(told)
    assert str(POISON) not in svg
    assert "987" not in svg
    assert f">{HIDDEN}<" in svg


@pytest.mark.parametrize(
    ("by", "kind"),
    [([], "number"), (["phase"], "bars"), (["year"], "lines"), (["horizon", "sector"], "steps"),
     (["cohort", "measure"], "columns"), (["agency", "outcome"], "bars"), (["year", "instrument"], "lines")],
)  # fmt: skip
def test_the_kind_of_chart_follows_from_the_dimensions(by: list[str], kind: str) -> None:
    assert planned(told_by(by)).kind == kind


def test_measures_of_several_units_have_a_picture_each() -> None:
    by = ["agency", "measure"]
    indicator = invented(by, chart={"units": {"opened": "hours", "created": "share", "active": "dossiers"}})
    plan = planned(told_by(by, indicator))
    assert [panel.unit for panel in plan.panels] == ["hours", "share", "dossiers"]


def test_a_line_of_survival_starts_with_everybody() -> None:
    told = told_by(["horizon"], invented(["horizon"], "share"))
    values = drawn(told)["vconcat"][0]["data"]
    rows = next(iter(drawn(told)["datasets"].values())) if "name" in values else values["values"]
    assert (rows[0]["at"], rows[0]["value"]) == (0, 1.0)


def test_an_interval_is_drawn() -> None:
    indicator = invented(["phase"], "share")
    row = shown(0.5, phase="creation") | {"low": 0.4, "high": 0.6}
    told = in_words(indicator, answer(indicator, ["phase"], [row]))
    assert "mark-rule" in Renderer().svg(told)
    assert "between" not in finding(told)  # an interval is said where one value is told, not of extremes
    alone = in_words(invented([], "share"), answer(invented([], "share"), [], [shown(0.5) | {"low": 0.4, "high": 0.6}]))
    assert "(between 40% and 60%)" in finding(alone)


def test_the_interval_of_a_column_is_drawn_and_its_value_stands_beyond_it() -> None:
    rows = [shown(value, measure="effect", cohort=year) | {"low": value - 1, "high": value + 1}
            for value, year in ((-0.5, 2022), (0.5, 2023))]  # fmt: skip
    indicator = invented(["measure", "cohort"])
    layers = drawn(in_words(indicator, answer(indicator, ["measure", "cohort"], rows)))["vconcat"][0]["layer"]
    rules = [one["encoding"] for one in layers if one["mark"]["type"] == "rule" and "y2" in one["encoding"]]
    assert [(one["y"]["field"], one["y2"]["field"]) for one in rules] == [("low", "high")]
    values = [one for one in layers if one["mark"]["type"] == "text" and one["encoding"]["y"].get("field") == "end"]
    assert [one["mark"]["baseline"] for one in values] == ["bottom", "top"]


@pytest.mark.parametrize(
    ("name", "lang", "axis"),
    [("survival", "en", "Duration (years)"), ("survival", "nl", "Duur (jaren)"),
     ("time-to-creation", "fr", "Durée (années)")],
)  # fmt: skip
def test_a_curve_is_straight_between_its_horizons(name: str, lang: Lang, axis: str) -> None:
    """It is known there alone: steps said that nobody left between, and had no interval at the last of them."""
    indicator = catalogue()[name]
    rows = [shown(0.5, horizon=year) | {"low": 0.4, "high": 0.6} for year in (1, 3, 5)]
    told = in_words(indicator, answer(indicator, ["horizon"], rows), lang)
    layers = drawn(told)["vconcat"][0]["layer"]
    assert [one["mark"]["type"] for one in layers[:2]] == ["area", "line"]
    assert not any("interpolate" in one["mark"] for one in layers)
    assert layers[1]["encoding"]["x"]["title"] == axis


def test_of_many_years_beside_each_other_the_latest_are_drawn_in_their_order() -> None:
    """The years of the highest values would look like all of them."""
    indicator = invented(["horizon", "cohort"], "share")
    rows = [shown(1 - (year - 2010) / 20 if year < 2020 else None, horizon=at, cohort=year)
            for year in range(2010, 2021) for at in (1, 3)]  # fmt: skip
    plan = planned(in_words(indicator, answer(indicator, ["horizon", "cohort"], rows)))
    assert [name[-4:] for name in plan.panels[0].series] == ["2014", "2015", "2016", "2017", "2018", "2019"]
    assert plan.left_out == 10


def test_a_line_is_broken_over_years_of_which_there_is_nothing() -> None:
    """Grants of 2020 and 2023 say nothing of the years between; neither is there a sign of what was not asked."""
    indicator = invented(["year", "instrument"])
    rows = [shown(4, year=year, instrument=kind) for kind, years in (("grant", (2020, 2023)), ("loan", (2020, 2021)))
            for year in years]  # fmt: skip
    specification = drawn(in_words(indicator, answer(indicator, ["year", "instrument"], rows)))
    told = next(one for one in specification["datasets"].values() if len(one) > 4)
    gaps = sorted((row["series"], row["at"], row["said"]) for row in told if row["value"] is None)
    assert gaps == [("Grant", 2021, ""), ("Grant", 2022, ""), ("Loan", 2022, ""), ("Loan", 2023, "")]


def test_a_picture_says_that_it_is_empty_and_how_sure_its_intervals_are() -> None:
    indicator = invented(["phase"], "days")
    row = shown(5, phase="creation") | {"low": 4, "high": 6}
    empty, sure = (ET.fromstring(Renderer().svg(in_words(indicator, answer(indicator, ["phase"], rows))))
                   for rows in ([], [row]))  # fmt: skip
    said = ("There is nothing to show.", "Intervals (lines across, bands, “between”) are at 95%.")
    written = [["".join(one.itertext()) for one in root.iter(f"{{{SVG['svg']}}}tspan")] for root in (empty, sure)]
    assert [[text in lines for text in said] for lines in written] == [[True, False], [False, True]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_picture_of_unprotected_figures_says_so(lang: Lang) -> None:
    indicator = invented(["phase"], "days")
    found = answer(indicator, ["phase"], [shown(5, phase="creation")])
    unprotected = found | {"certificate": found["certificate"] | {"disclosure": {"method": "none"}}}
    warning = {"fr": "Chiffres non protégés", "nl": "Niet-beschermde cijfers", "en": "Unprotected figures"}[lang]
    pictures = [json.dumps(drawn(in_words(indicator, one, lang)), ensure_ascii=False) for one in (unprotected, found)]
    assert [warning in picture for picture in pictures] == [True, False]


@pytest.mark.parametrize(("by", "said"), [("from_agency", "that send."), ("to_agency", "that receive.")])
def test_a_picture_says_which_side_its_agencies_are_on(by: str, said: str) -> None:
    assert said in json.dumps(drawn(told_by([by])))
    assert said not in json.dumps(drawn(told_by(["from_agency", "to_agency"])))


def told_by(by: list[str], indicator: Indicator | None = None) -> Told:
    """A figure with a value in every cell."""
    chosen = indicator or invented(by)
    keys: list[dict[str, Any]] = [{}]
    for name in by:
        keys = [key | {name: value} for key in keys for value in VALUES[name]]
    return in_words(chosen, answer(chosen, by, [shown(0.5 + i / 100, **key) for i, key in enumerate(keys)]))


AID = invented(["year", "instrument"], "EUR")
AID_FIGURE = answer(
    AID,
    ["year", "instrument"],
    [
        shown("1200000.00", year=2023, instrument="grant"),
        shown("900000.00", year=2024, instrument="grant"),
        hidden(year=2023, instrument="loan"),
        shown("50000.00", year=2024, instrument="loan"),
    ],
)
