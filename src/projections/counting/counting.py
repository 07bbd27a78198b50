"""Counting: the contributions that an indicator's query gives, made into cells.

`by` holds names that an indicator declares and nothing else, so they may stand in a statement.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from projections.counting.indicator import AGGREGATES, Indicator
from projections.counting.quality import Quality, judged, shares
from projections.estimates import median
from projections.estimates.cell import Cell
from projections.estimates.difference import Change, difference
from projections.estimates.regional import YEAR
from projections.estimates.survival import Leaving, survived

ALIKE = re.compile(r"(\S+) AS contributor, \1 AS counted\b")
"""In a query, that each contributor is counted once: the two columns are one."""


class Rows(Protocol):
    """What a statement came to."""

    def fetchall(self) -> list[Any]:
        """All its rows."""


class Counts(Protocol):
    """Whatever answers the statements of this module: DuckDB in this process, or a cluster."""

    def execute(self, statement: str, /) -> Rows:
        """Run a statement in DuckDB's dialect."""


class Bounds(NamedTuple):
    """The first and the last year that are counted; None where there is no bound."""

    first: int | None = None
    last: int | None = None


class Question(NamedTuple):
    """What is counted: the contributions of an indicator within years, by dimensions."""

    indicator: Indicator
    by: Sequence[str]
    years: Bounds = Bounds()

    @property
    def contributions(self) -> str:
        """The statement whose rows are counted: of several measures the first alone, when nobody asks for them."""
        told = self.indicator
        bounds = [f"year >= {self.years.first:d}"] if self.years.first is not None else []
        bounds += [f"year <= {self.years.last:d}"] if self.years.last is not None else []
        if told.reference and "measure" not in self.by:
            bounds.append(f"measure = '{told.measures[0]}'")
        where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
        return f"{self._without}SELECT * FROM ({told.sql}\n){where}"  # noqa: S608 - the project's own text, and numbers

    @property
    def _without(self) -> str:
        """The clause by which tables that tell only dimensions nobody asks for are read as empty."""
        asked = {*self.by, "year"} if self.years != Bounds() else {*self.by}
        spared = [table for table, telling in self.indicator.joined.items() if asked.isdisjoint(telling)]
        empty = ", ".join(f"{table} AS (SELECT * FROM {table} WHERE false)" for table in spared)  # noqa: S608 - a header's
        return f"WITH {empty} " if spared else ""

    @property
    def names(self) -> str:
        """The dimensions, each followed by a comma."""
        return "".join(f"{name}, " for name in self.by)

    def grouped(self, *more: str) -> str:
        """The clauses that make one row a cell, in the order of its dimensions."""
        by = [*self.by, *more]
        return f"GROUP BY {', '.join(by)} ORDER BY {', '.join(f'{name} NULLS LAST' for name in by)}" if by else ""


def contributed(database: Counts, indicator: Indicator) -> Indicator:
    """The same indicator over its contributions, computed here: less work where it is asked for in many ways."""
    database.execute(f"CREATE TEMPORARY TABLE contributed AS {indicator.sql}")
    return indicator.model_copy(update={"sql": "SELECT * FROM contributed", "joined": {}})


class Counted(NamedTuple):
    """The cells of a figure, in the order of their dimensions, and how good the data behind them is."""

    cells: list[Cell]
    quality: Quality


def count(database: Counts, asked: Question) -> Counted:
    """What a question comes to: its cells and their quality in one reading of the contributions, where that can be."""
    told = asked.indicator
    if told.value in KINDS or not asked.by or not (told.missing or told.late):
        return Counted(cells(database, asked), quality(database, asked))
    statement = (
        f"SELECT {asked.names}amount IS NOT NULL AS known, {_aggregate(asked)}, {_contributors(asked)}, "  # noqa: S608
        f"{judged(told)} FROM ({asked.contributions}) {asked.grouped('known')}"
    )
    rows = database.execute(statement).fetchall()
    found = [Cell(tuple(dimensions), value, n) for *dimensions, known, value, n, _, _, _ in rows if known]
    return Counted(found, shares(told, [(row[len(asked.by)], *row[-3:]) for row in rows]))


def cells(database: Counts, asked: Question) -> list[Cell]:
    """The cells of a figure, in the order of their dimensions."""
    return list(KINDS.get(asked.indicator.value, _aggregated)(database, asked))


def quality(database: Counts, asked: Question) -> Quality:
    """How good the data behind a figure is.

    Of a difference-in-differences it is that of those treated: who serves as a control is chosen for what they told.
    """
    told = asked.indicator
    if not (told.missing or told.late):
        return Quality(None, None)
    where = " WHERE treated" if told.value == "difference-in-differences" else ""
    statement = f"SELECT amount IS NOT NULL, {judged(told)} FROM ({asked.contributions}){where} GROUP BY 1"  # noqa: S608
    return shares(told, database.execute(statement).fetchall())


def _aggregated(database: Counts, asked: Question) -> Iterator[Cell]:
    statement = (
        f"SELECT {asked.names}{_aggregate(asked)}, {_contributors(asked)} "  # noqa: S608
        f"FROM ({asked.contributions}) WHERE amount IS NOT NULL {asked.grouped()}"
    )
    for *dimensions, value, n in database.execute(statement).fetchall():
        yield Cell(tuple(dimensions), value, n)


def _aggregate(asked: Question) -> str:
    """What makes a cell's value; contributors, where it counts those: DuckDB sees by the name alone that they are."""
    told = asked.indicator
    alike = told.value == "distinct" and ALIKE.search(told.sql)
    return _contributors(asked) if alike else AGGREGATES[told.value]


def _contributors(asked: Question) -> str:
    """How many contribute to a cell; where each has one row in it, its rows, which takes a tenth of the time."""
    once = asked.indicator.once
    return "count(*)" if once is not None and set(once) <= set(asked.by) else "count(DISTINCT contributor)"


def _medians(database: Counts, asked: Question) -> Iterator[Cell]:
    """Medians with the bounds of a bootstrap over contributors."""
    statement = (
        f"SELECT {asked.names}median(amount), count(DISTINCT contributor), "  # noqa: S608
        "list(amount ORDER BY amount, contributor), list(contributor ORDER BY amount, contributor) "
        f"FROM ({asked.contributions}) WHERE amount IS NOT NULL {asked.grouped()}"
    )
    for *dimensions, value, n, amounts, contributors in database.execute(statement).fetchall():
        seed = f"{asked.indicator.name}/{'/'.join(str(one) for one in dimensions)}"
        yield Cell(tuple(dimensions), value, n, *median.bounds(amounts or (), contributors or (), seed))


def _survival(*, share_alive: bool) -> Callable[[Counts, Question], Iterator[Cell]]:
    def kaplan_meier(database: Counts, asked: Question) -> Iterator[Cell]:
        """The curve of each cell, read at its horizon."""
        statement = (
            f"SELECT {asked.names}amount, sum(weight) FILTER (ended), sum(weight) "  # noqa: S608
            f"FROM ({asked.contributions}) WHERE amount IS NOT NULL {asked.grouped('amount')}"
        )
        width, horizon = len(asked.by), asked.by.index("horizon")
        leaving: dict[tuple[Any, ...], list[Leaving]] = defaultdict(list)
        for row in database.execute(statement).fetchall():
            days, ended, left = row[width:]
            leaving[row[:width]].append(Leaving(float(days), float(ended or 0), float(left)))
        for dimensions, told in leaving.items():
            found = survived(told, dimensions[horizon] * YEAR)
            found = found if share_alive else found.complement
            yield Cell(dimensions, found.share, int(sum(one.left for one in told)), found.low, found.high)

    return kaplan_meier


def _differences(database: Counts, asked: Question) -> Iterator[Cell]:
    statement = (
        f"SELECT {asked.names}stratum, treated, contributor, amount "  # noqa: S608
        f"FROM ({asked.contributions}) WHERE amount IS NOT NULL "
        f"ORDER BY {''.join(f'{name} NULLS LAST, ' for name in asked.by)}stratum, treated, contributor, amount"
    )
    width = len(asked.by)
    rows = database.execute(statement).fetchall()
    for dimensions, found in groupby(rows, key=lambda row: row[:width]):
        changes = (Change(stratum, treated, who, float(amount)) for *_, stratum, treated, who, amount in found)
        told = difference(changes)
        yield Cell(dimensions, told.value, told.n, told.low, told.high)


KINDS: dict[str, Callable[[Counts, Question], Iterator[Cell]]] = {
    "median": _medians,
    "kaplan-meier": _survival(share_alive=True),
    "cumulative-incidence": _survival(share_alive=False),
    "difference-in-differences": _differences,
}
"""What is made by more than an aggregate of SQL."""


def plain(value: Any) -> int | float | str | None:
    """A value as JSON has it: amounts as decimal strings, other numbers of four decimals at the most."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded
