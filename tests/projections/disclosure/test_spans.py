"""A span of years tells the public no more than its years: whom two of them share does not follow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from projections.counting.counting import Bounds, Question
from projections.counting.indicator import Indicator, catalogue
from projections.disclosure.cube import cube
from projections.disclosure.layout import cases, tables
from projections.disclosure.parameters import Parameters
from projections.disclosure.publication import Publication
from projections.disclosure.spans import apart
from projections.figures.figures import Asked, asked_of
from projections.publications.published import as_published

TECHNOLOGIES, PHASES = catalogue()["technologies-by-year"], catalogue()["entrepreneurs-by-phase"]
AID, ICT, AGENCIES = (
    catalogue()[name] for name in ("aid-by-agency-instrument-sector-year", "ict-share", "agencies-per-dossier")
)
FIRST, SECOND = 2017, 2018


def published(indicator: Indicator, rows: list[dict[str, Any]]) -> Publication:
    """Rows as published with nothing hidden: what follows from a span is told apart from what hides a cell."""
    names = [*indicator.dimensions, "year", "contributor", "undertaking", "counted", "amount"]
    whole: list[dict[str, Any]] = [dict.fromkeys(names) | row | {"undertaking": row["contributor"]} for row in rows]
    given = pa.Table.from_pylist(whole)
    made = cube(indicator, tables(indicator), cases(indicator, given), Parameters())
    size = len(made.keys)
    told: dict[str, Any] = {"as_of": None, "disclosure": {}}
    worlds = np.zeros((0, size))
    return Publication(indicator.name, 1, told, given, made.keys, made.weight, np.zeros(size, bool), worlds)


def used(dossier: str, *years: int, measure: str = "active") -> list[dict[str, Any]]:
    return [
        {"technology": "web", "sector": "ict", "nace": "62", "commune": "1000", "site": "x", "programme": "p",
         "measure": measure, "year": year, "contributor": dossier, "counted": dossier, "amount": 1.0}
        for year in years
    ]  # fmt: skip


def opened(dossier: str, cohort: int, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(("phase", "agency", "commune", "sector", "nace", "size_class"), "x")
    return told | {"cohort": cohort, "year": cohort, "contributor": dossier, "counted": dossier, "amount": 1.0} | more


def granted(undertaking: str, year: int, amount: float) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(AID.dimensions, "x")
    return told | {"year": year, "contributor": undertaking, "amount": amount, "late": False}


EIGHT_AND_ONE = published(
    TECHNOLOGIES,
    [row for number in range(8) for row in used(f"d{number}", FIRST, SECOND)] + used("d8", SECOND),
)


def answer(shown: Publication, by: list[str], first: int | None = None, last: int | None = None) -> dict[str, Any]:
    return as_published(asked_of(catalogue()[shown.indicator], Asked(by, first, last)), shown)


def values(found: dict[str, Any]) -> dict[tuple[Any, ...], Any]:
    return {tuple(row[name] for name in found["by"]): (row["value"], row["n"]) for row in found["rows"]}


@pytest.mark.parametrize(("first", "last"), [(2017, 2018), (None, 2018), (2017, None)])
def test_years_that_may_share_somebody_are_told_one_by_one(first: int | None, last: int | None) -> None:
    """Nine in both years less eight in the first: the one who entered. So nobody is told how many in both."""
    rows = [row for number in range(8) for row in used(f"d{number}", FIRST)]
    rows += [row for number in range(9) for row in used(f"d{number}", SECOND)]
    rows += [row for number in range(9) for row in used(f"d{number}", 2016 if first else 2019)]
    found = answer(published(TECHNOLOGIES, rows), ["technology"], first, last)
    assert found["by"] == ["technology", "measure", "year"]
    assert values(found).items() >= {("web", "active", FIRST): (8, 8), ("web", "active", SECOND): (9, 9)}.items()


def test_one_year_and_all_that_was_published_are_told_as_one() -> None:
    assert values(answer(EIGHT_AND_ONE, ["technology"], FIRST, FIRST)) == {("web", "active"): (8, 8)}
    for first, last in ((1990, 2030), (FIRST, SECOND), (None, SECOND)):
        assert (
            answer(EIGHT_AND_ONE, ["technology"], first, last)["rows"] == answer(EIGHT_AND_ONE, ["technology"])["rows"]
        )


def test_all_that_was_published_is_hidden_where_the_whole_is_though_no_year_is() -> None:
    hidden = np.array([key == (("measure", "active"), ("technology", "web")) for key in EIGHT_AND_ONE.keys])
    assert hidden.any()
    whole = Publication(**{**vars_of(EIGHT_AND_ONE), "hidden": hidden})
    assert values(answer(whole, ["technology"], FIRST, SECOND)) == {("web", "active"): (None, None)}


def vars_of(shown: Publication) -> dict[str, Any]:
    names = ("indicator", "number", "certificate", "contributions", "keys", "weight", "hidden", "worlds")
    return {name: getattr(shown, name) for name in names}


@pytest.mark.parametrize("shown", [
    published(PHASES, [opened(f"d{n}", 2016 + n % 3, agency=agency) for n in range(12) for agency in ("a", "b")]),
    published(AGENCIES, [opened(f"d{n}", 2016 + n % 3, amount=float(n % 2)) for n in range(12)]),
    published(ICT, [opened(f"d{n}", 2016 + n % 3, amount=float(n % 2)) for n in range(12)]),
], ids=lambda shown: shown.indicator)  # fmt: skip
def test_cohorts_share_nobody_and_are_told_as_one(shown: Publication) -> None:
    found = answer(shown, ["phase"], 2016, 2017)
    assert found["by"] == ["phase"]
    assert [row["n"] for row in found["rows"]] == [8]


@pytest.mark.parametrize("shown", [
    published(AID, [granted(f"u{n % 5}", 2016 + n % 3, 100.0 * n) for n in range(12)]),
    published(AGENCIES, [opened(f"d{n % 5}", 2016 + n % 3, amount=float(n % 2)) for n in range(12)]),
], ids=lambda shown: shown.indicator)  # fmt: skip
def test_a_span_does_not_tell_how_many_stand_behind_two_years(shown: Publication) -> None:
    """A sum adds up; how many undertakings were aided in one year or the other does not follow from each."""
    found = answer(shown, [], 2016, 2017)
    assert [row[found["by"][0]] for row in found["rows"]] == [2016, 2017]


@pytest.mark.parametrize("name", ["time-to-decision", "survival", "employment-effect", "high-growth", "data-quality"])
def test_no_other_value_is_told_of_several_years_together(name: str) -> None:
    """A median, a curve, a share or an effect of two years tells what neither year does."""
    told = catalogue()[name]
    given = pa.table({"year": [2016, 2017, 2018], "contributor": ["a", "b", "c"], "amount": [1.0, 2.0, 3.0]})
    assert apart(Question(told, [], Bounds(2016, 2017)), given).by in (["year"], ["cohort"])
