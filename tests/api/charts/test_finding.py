"""What is said of a chart in words: true of the figure, whatever is hidden in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.figures import answer, figures, hidden, in_words, invented, shown

from api.charts.finding import finding
from api.charts.planning import planned
from api.charts.telling import unit_of, valued, with_unit
from api.formats.units import EURO, SHARE
from api.words.languages import LANGUAGES, Lang
from api.words.words import words
from projections.counting.indicator import Indicator, catalogue

Figure = tuple[Indicator, dict[str, Any]]
BY_MEASURE = "by measure"
"""The unit of an indicator each of whose measures names its own."""


@given(figures())
def test_what_is_said_is_true_of_the_figure(pair: Figure) -> None:
    """The highest and the lowest value that are named are those of the rows, and stand beside their names."""
    told = in_words(*pair)
    plan, said = planned(told), finding(told)
    values = [value for _, value in told.shown]
    if not values:
        assert said.startswith("There is nothing to show.")
        return
    if plan.kind != "bars" or len(plan.panels) != 1:
        return
    if "Most:" in said:
        most, least = (re.search(rf"{word}: (.*?)\.(?= |$)", said, re.DOTALL) for word in ("Most", "Least"))
        assert most is not None
        assert least is not None
        top = max(told.shown, key=lambda one: one[1])[0]
        assert top.short in said
        tops = [cell for cell, value in told.shown if value == max(values)]
        assert len(tops) > 3 or all(label in said for cell in tops for label in cell.labels)
    else:
        assert len({cell.short for cell, _ in told.shown}) == 1


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=2, max_size=9), st.sampled_from(LANGUAGES))
def test_a_line_is_said_to_run_as_it_runs(values: list[int | None], lang: Lang) -> None:
    """From its first visible point to its last, whatever is hidden between or beyond them."""
    indicator = invented(["year"])
    rows = [hidden(year=2000 + i) if value is None else shown(value, year=2000 + i) for i, value in enumerate(values)]
    said = finding(in_words(indicator, answer(indicator, ["year"], rows), lang))
    visible = [(2000 + i, value) for i, value in enumerate(values) if value is not None]
    if len(visible) < 2:
        return
    (first, before), (last, after) = visible[0], visible[-1]
    way = "stays" if before == after else ("rises" if after > before else "falls")
    sure = {"fr": {"rises": "hausse", "falls": "baisse", "stays": "stable"},
            "nl": {"rises": "stijging", "falls": "daling", "stays": "gelijk"},
            "en": {"rises": "a rise", "falls": "a fall", "stays": "unchanged"}}  # fmt: skip
    assert [name for name, word in sure[lang].items() if word in said] == [way]
    assert f"({first})" in said
    assert f"({last})" in said
    assert words(lang).number(before) in said
    assert words(lang).number(after) in said


@pytest.mark.parametrize(
    ("lang", "empty", "unbounded"),
    [
        ("fr", "– : 2 valeurs ne peuvent être calculées : personne", "1 valeur est sans intervalle : ceux"),
        ("nl", "–: 2 waarden kunnen niet worden berekend: niemand", "1 waarde heeft geen interval: wie ze telt,"),
        ("en", "–: 2 values cannot be calculated: nobody", "1 value has no interval: those behind it are too few"),
    ],
)
def test_why_a_value_or_its_interval_is_missing_is_said(lang: Lang, empty: str, unbounded: str) -> None:
    """A dash beside a bar without a line across it reads as nil, and as certain."""
    bounds = {"low": 1, "high": 3}
    rows = [shown(2, phase="creation") | bounds, shown(4, phase="post-creation"), shown(None, 0, phase=None),
            shown(None, 0, phase="pre-creation"), hidden(phase="other")]  # fmt: skip
    bounded, plain = (invented(["phase"], value=value) for value in ("median", "count"))
    said = finding(in_words(bounded, answer(bounded, ["phase"], rows), lang))
    assert empty in said
    assert unbounded in said
    assert unbounded not in finding(in_words(plain, answer(plain, ["phase"], rows), lang))
    whole = in_words(bounded, answer(bounded, ["phase"], rows[:1]), lang)
    assert "interval" not in finding(whole)
    assert "–" not in finding(whole)


@given(figures())
def test_what_is_left_out_of_a_picture_is_said(pair: Figure) -> None:
    told = in_words(*pair)
    plan = planned(told)
    drawn_cells = sum(len(panel.marks) for panel in plan.panels)
    assert drawn_cells + plan.left_out == len(told.cells)
    assert (f"{plan.left_out} value" in finding(told)) == (plan.left_out > 0)


@pytest.mark.parametrize(
    ("lang", "each", "people"),
    [
        ("fr", "-299,8\xa0k\xa0€\xa0par entreprise", "34,1\xa0ETP"),
        ("nl", "-€\xa0299,8K\xa0per onderneming", "34,1\xa0VTE"),
        ("en", "-€299.8K\xa0per enterprise", "34.1\xa0FTE"),
    ],
)
def test_means_of_euros_and_full_time_equivalents_have_a_name_in_a_sentence(lang: Lang, each: str, people: str) -> None:
    assert with_unit(-299752.4603, "EUR per enterprise", words(lang)) == each
    assert with_unit(34.1, "fte", words(lang)) == people


def test_a_mean_of_euros_is_written_to_the_cent_in_a_table() -> None:
    assert valued(-299752.4603, "EUR per enterprise", words("en"), exact=True) == "-€299,752.46"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_unit_of_every_measure_has_its_word_in_every_language(lang: Lang) -> None:
    units = {unit_of(told, measure) for told in catalogue().values() for measure in told.measures}
    named = units - {EURO, SHARE, BY_MEASURE}
    assert [unit for unit in sorted(named) if words(lang).optional(f"figures.units.{unit}.other") is None] == []
    assert with_unit(3.5, "fte", words("fr")) == "3,5\xa0ETP"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "Qualité des données : manquant 12\xa0% ; enregistré tard non jugé"),
        ("nl", "Kwaliteit van de gegevens: ontbreekt 12\xa0%; laat geregistreerd niet beoordeeld"),
        ("en", "Quality of the data: missing 12%; recorded late not judged"),
    ],
)
def test_a_figure_says_how_good_its_data_is(lang: Lang, said: str) -> None:
    told = invented(["year"])
    assert in_words(told, answer(told, ["year"], [shown(1, year=2024)]), lang).quality == said
