"""Panels: what one picture would mix has a picture each, and a printed page cuts none of them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.api.figures import VALUES, answer, figures, in_words, invented, shown

from api.charts.drawing import drawn
from api.charts.fitting import MOST_PANELS
from api.charts.page import PAGES
from api.charts.palette import COLOURS
from api.charts.plan import Plan
from api.charts.planning import planned
from api.charts.rendering import Renderer
from api.charts.sheets import SHEET, sheets
from api.charts.telling import Told
from projections.counting.indicator import Picture, catalogue

BY = ["scheme", "year", "outcome"]
PRINTED = 1015
"""Pixels of a page of A4 within the report's margins, where a picture is as wide as it."""


def by_scheme(schemes: list[str], by: list[str] = BY) -> Told:
    """A figure by schemes: the later, the more each has."""
    indicator = invented(by, chart=Picture(panels="scheme"))
    values = {**VALUES, "scheme": schemes}
    keys: list[dict[str, Any]] = [dict(zip(by, key, strict=True)) for key in product(*(values[name] for name in by))]
    return in_words(indicator, answer(indicator, by, [shown(5 + place, **key) for place, key in enumerate(keys)]))


def test_each_scheme_has_a_picture_of_its_own_the_largest_first() -> None:
    """Lines of all of them in one say of no scheme who takes it up."""
    plan = planned(by_scheme(["web-grant", "starter-loan"]))
    assert [panel.title for panel in plan.panels] == ["Starter’s loan", "Web grant"]
    for panel in plan.panels:
        assert {mark.series for mark in panel.marks} == {"Completed", "Declined", "No answer yet"}
        assert {mark.cell.labels[0] for mark in panel.marks} == {panel.title}
    assert plan.left_out == 0


def test_a_colour_means_the_same_in_every_picture() -> None:
    told = by_scheme(["web-grant", "starter-loan"])
    turned = replace(told, cells=tuple(replace(cell, value=100 - (cell.value or 0)) if cell.keys[0] == "web-grant"
                                       else cell for cell in told.cells))  # fmt: skip
    specification = drawn(turned)
    scales = {str(layer["encoding"]["color"]["scale"]) for panel in specification["vconcat"][:2]
              for layer in panel["layer"] if "scale" in layer["encoding"].get("color", {})}  # fmt: skip
    assert len(scales) == 1
    assert COLOURS[0] in scales.pop()


def test_of_many_schemes_the_largest_are_drawn_and_the_rest_is_counted() -> None:
    schemes = [f"scheme-{number}" for number in range(MOST_PANELS + 2)]
    plan = planned(by_scheme(schemes))
    assert [panel.title for panel in plan.panels] == [f"Scheme {number}" for number in range(MOST_PANELS + 1, 1, -1)]
    assert plan.left_out == 2 * len(VALUES["year"]) * len(VALUES["outcome"])


@pytest.mark.parametrize("by", [["scheme", "year"], ["scheme", "outcome"], ["scheme"], ["year", "outcome"]])
def test_where_one_picture_is_enough_there_is_one(by: list[str]) -> None:
    assert len(planned(by_scheme(VALUES["scheme"], by)).panels) == 1


def test_non_take_up_is_drawn_scheme_by_scheme() -> None:
    indicator = catalogue()["non-take-up"]
    by = indicator.by(indicator.chart_by)
    keys = [dict(zip(by, key, strict=True)) for key in product(*(VALUES[name] for name in by))]
    told = in_words(indicator, answer(indicator, by, [shown(place, **key) for place, key in enumerate(keys)]))
    titles = [panel.title for panel in planned(told).panels]
    assert len(titles) == len(VALUES["scheme"])
    assert set(titles) == {cell.labels[by.index("scheme")] for cell in told.cells}


def parts(plan: Plan) -> list[Plan]:
    return [sheet.plan for sheet in sheets(plan, PAGES["wide"])]


@given(figures(), st.lists(st.integers(1, 12), max_size=4))
@settings(deadline=None)
def test_every_panel_is_printed_once_and_in_order(pair: Any, again: list[int]) -> None:
    plan = planned(in_words(*pair))
    many = replace(plan, panels=plan.panels * (1 + len(again)))
    assert [panel for part in parts(many) for panel in part.panels] == list(many.panels)
    assert all(part.panels for part in parts(many)) or not many.panels
    found = sheets(many, PAGES["wide"])
    assert [(one.number, one.of) for one in found] == [(place, len(found)) for place in range(1, len(found) + 1)]


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (4, 2), (MOST_PANELS, 3)])
def test_a_printed_part_of_a_picture_is_no_higher_than_its_page(number: int, pages: int) -> None:
    told = by_scheme([f"scheme-{place}" for place in range(number)])
    pictures = Renderer().sheets(told)
    heights = [int(re.search(r'height="(\d+)"', svg)[1]) for svg in pictures]  # type: ignore[index]
    assert max(heights) < PRINTED
    assert len(pictures) == pages
    assert SHEET < PRINTED


def test_each_part_says_which_it_is_and_the_last_where_the_figure_comes_from() -> None:
    pictures = Renderer().sheets(by_scheme([f"scheme-{place}" for place in range(MOST_PANELS)]))
    assert len(pictures) > 1
    for place, svg in enumerate(pictures, start=1):
        assert f"Title ({place}/{len(pictures)})" in svg
        assert ("Source: the dossier" in svg) == (place == len(pictures))
        assert svg.count("<desc") == 1
