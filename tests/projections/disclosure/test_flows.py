"""A stock and its flows tell of each other from year to year: what is hidden of one does not follow from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog
from tests.projections.disclosure.test_attack import SLACK, TEXT, TOLD

from projections.counting.indicator import Indicator
from projections.disclosure.candidate import candidate
from projections.disclosure.cube import cube
from projections.disclosure.flows import balances
from projections.disclosure.layout import Key, cases, tables
from projections.disclosure.parameters import Parameters
from projections.disclosure.publication import Publication

RULE = Parameters()
YEARS = range(2016, 2020)
Cell = tuple[str, int | None, str | None]
Spell = tuple[str, str, int, int]
"""(the dossier, its technology, the first year, the last): it left in the last, if another year follows."""


def indicator(*, tied: bool = True) -> Indicator:
    flows = {"of": "technology", "stock": "active", "entries": ["entries"], "exits": ["exits"]}
    return Indicator.model_validate({
        "name": "made-up", "title": TEXT, "question": TEXT, "unit": "dossiers", "value": "distinct", "method": TEXT,
        "dimensions": ["technology", "year", "measure"], "default": ["technology", "year", "measure"],
        "always": ["measure"], "measures": ["active", "entries", "exits"], "evidence_level": 0, "caveats": [],
        "rules": [], "sql": "", "flows": flows if tied else None,
    })  # fmt: skip


def told(spells: list[Spell]) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for dossier, technology, first, last in spells:
        events = [("active", year) for year in range(first, last + 1)] + [("entries", first)]
        events += [("exits", last)] if last < YEARS[-1] else []
        rows += [
            {"technology": technology, "year": year, "measure": measure, "contributor": dossier,
             "undertaking": dossier, "counted": dossier, "amount": 1.0}
            for measure, year in events
        ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def population(seed: int, *, several: bool = False) -> list[Spell]:
    """Dossiers of one technology each, or of several, which most of them keep: hardly anybody leaves."""
    random = Random(seed)
    found: list[Spell] = []
    for number in range(40):
        for technology in random.choice(["a", "b", "ab"]) if several else random.choice("aaab"):
            first = random.choice([2016, 2016, 2016, 2017, 2017, 2018, 2019])
            last = first if random.random() < 0.1 else random.choice([2019, 2019, 2019, 2019, 2018, 2017])
            found.append((f"d{number}", technology, first, max(first, last)))
    return found


class Outsider:
    """Whoever knows that nobody comes back, and has every cell that is shown: an unknown each, none below nothing.

    With `several`: who knows that a dossier may have several technologies, and leave one of them.
    """

    def __init__(self, shown: Publication, *, several: bool = False) -> None:
        self.several = several
        self.index, self.rows, self.right = shown.index, list[dict[int, float]](), list[float]()
        self.less: list[dict[int, float]] = []
        for number, hides in enumerate(shown.hidden):
            if not hides:
                self._equal({number: 1.0}, float(shown.weight[number]))
        whose = sorted({dict(key).get("technology") for key in shown.keys}, key=str)
        for one in whose:
            for year in (*YEARS, None):
                self._year(one, year)
            self._of(one)
        for measure in ("active", "entries", "exits"):
            for year in (*YEARS, None):
                parts: list[Cell] = [(measure, year, one) for one in whose if one is not None]
                self._sum((measure, year, None), parts, shared=several)

    def _year(self, one: str | None, year: int | None) -> None:
        """Who enters or leaves is there; who is there, and those who come less those who left, are there after."""
        for flow in ("entries", "exits"):
            self.less.append(self._row((flow, year, one, 1.0), ("active", year, one, -1.0)))
        if year is not None and year < YEARS[-1]:
            grows = [("active", year + 1, one, 1.0), ("active", year, one, -1.0)]
            came, left = ("entries", year + 1, one, -1.0), ("exits", year, one, 1.0)
            if one is None and self.several:
                self.less.append(self._row(*grows, came))
                self.less.append({cell: -sign for cell, sign in self._row(*grows, left).items()})
            else:
                self._equal(self._row(*grows, came, left))

    def _of(self, one: str | None) -> None:
        """All who were ever there came, and those who were there at first came then."""
        for measure in ("active", "entries", "exits"):
            shared = measure == "active" or (one is None and self.several)
            self._sum((measure, None, one), [(measure, year, one) for year in YEARS], shared=shared)
        self._equal(self._row(("active", None, one, 1.0), ("entries", None, one, -1.0)))
        self._equal(self._row(("active", YEARS[0], one, 1.0), ("entries", YEARS[0], one, -1.0)))

    def _sum(self, whole: Cell, parts: Sequence[Cell], *, shared: bool) -> None:
        """A whole is the sum of its parts; where they share somebody, no more than that and no less than each."""
        row = self._row((*whole, 1.0), *((*part, -1.0) for part in parts))
        if not shared:
            self._equal(row)
            return
        self.less += [row, *(self._row((*part, 1.0), (*whole, -1.0)) for part in parts)]

    def _equal(self, row: dict[int, float], right: float = 0.0) -> None:
        self.rows.append(row)
        self.right.append(right)

    def _row(self, *cells: tuple[str, int | None, str | None, float]) -> dict[int, float]:
        named = ((self.index.get(key_of(*cell[:3])), cell[3]) for cell in cells)
        return {number: sign for number, sign in named if number is not None}

    def bounds(self, cell: int) -> tuple[float, float]:
        wanted = np.zeros(len(self.index))
        wanted[cell] = 1.0
        equal, less = self._matrix(self.rows), self._matrix(self.less)
        ends = []
        for sign in (1, -1):
            given = {"A_eq": equal, "b_eq": self.right, "A_ub": less, "b_ub": np.zeros(len(self.less))}
            found = linprog(sign * wanted, bounds=(0, None), method="highs", **given)
            assert found.status in (0, 3), found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]

    def _matrix(self, rows: list[dict[int, float]]) -> Any:
        made = np.zeros((len(rows), len(self.index)))
        for number, row in enumerate(rows):
            made[number, list(row)] = list(row.values())
        return made


def key_of(measure: str, year: int | None, technology: str | None) -> Key:
    told = {"measure": measure, "technology": technology, "year": None if year is None else str(year)}
    return tuple((name, value) for name, value in told.items() if value is not None)


def given_away(shown: Publication, *, several: bool = False) -> Iterator[tuple[Key, float, float, float]]:
    """The hidden cells that an outsider knows too closely, with what they are and their bounds."""
    asked, outsider = indicator(), Outsider(shown, several=several)
    unsafe = cube(asked, tables(asked), cases(asked, shown.contributions), RULE).unsafe
    for cell in np.flatnonzero(shown.hidden):
        true, (low, high) = float(shown.weight[cell]), outsider.bounds(int(cell))
        need = max(1.0, RULE.percent / 100 * true)
        assert low - SLACK <= true <= high + SLACK, "the outsider's own equations hold"
        close = low > true - need + SLACK or high < true + need - SLACK
        if close if unsafe[cell] else high - low < 2 * need - SLACK:
            yield shown.keys[cell], true, low, high


def published(seed: int, *, several: bool, tied: bool = True) -> Publication:
    found = candidate(indicator(tied=tied), TOLD, told(population(seed, several=several)), [], RULE)
    assert found is not None
    return found


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_nothing_hidden_follows_from_the_years_before_and_after(seed: int, *, several: bool) -> None:
    shown = published(seed, several=several)
    assert not shown.hidden.all()
    assert not list(given_away(shown, several=several))


@pytest.mark.parametrize("several", [False, True])
def test_without_what_ties_the_years_who_left_would_follow(*, several: bool) -> None:
    """Eight in 2016, two came in 2017, nine were there: one left in 2016."""
    shown = [published(seed, several=several, tied=False) for seed in range(6)]
    assert any(list(given_away(one, several=several)) for one in shown)


@pytest.mark.parametrize(("seed", "several"), [(0, False), (4, True)])
def test_what_a_publication_gave_away_before_years_were_tied_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch, seed: int, *, several: bool
) -> None:
    monkeypatch.setattr("projections.disclosure.cube.ADDING", ("distinct",))
    before = published(seed, several=several, tied=False)
    monkeypatch.undo()
    assert list(given_away(before, several=several))
    rows = told(population(seed, several=several))
    after = candidate(indicator(), TOLD, rows, [before], RULE)
    assert after is not None
    assert before.covered <= after.covered


def test_the_last_year_does_not_follow_from_the_whole_and_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fourteen left in all, four in 2017 and eight in 2018: two in 2016, though who leaves two things counts once."""
    monkeypatch.setattr("projections.disclosure.cube.ADDING", ("distinct",))
    assert list(given_away(published(4, several=True), several=True))


def test_nothing_is_tied_where_a_stock_does_not_come_out() -> None:
    """Five were there, one came, and eight are there: two moved from elsewhere, of which no measure tells."""
    keys = [key_of("active", 2016, "a"), key_of("active", 2017, "a"), key_of("entries", 2017, "a")]
    index = {key: number for number, key in enumerate(keys)}
    found = [(one.row, one.room) for one in balances(indicator(), index, np.array([5.0, 8.0, 1.0]))]
    assert ({0: 1, 1: -1, 2: 1}, None) not in found
    assert found == [({1: 1, 2: -1}, 7.0), ({0: -1, 1: 1}, 3.0)]
    tied = [(one.row, one.room) for one in balances(indicator(), index, np.array([5.0, 6.0, 1.0]))]
    assert ({0: 1, 1: -1, 2: 1}, None) in tied
