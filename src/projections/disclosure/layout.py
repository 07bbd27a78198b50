"""The layout of an indicator's published tables: which dimensions are crossed, and which rows are behind their cells.

What is always told of a row (its measure, a year) is in every cell and never added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pyarrow as pa

from projections.counting.engine import fresh
from projections.counting.indicator import Indicator
from projections.counting.tables import Facts, counting

Key = tuple[tuple[str, str | None], ...]
"""A cell: its dimensions in alphabetical order, each with its value as text; None where it is not known."""
Grouping = tuple[str, ...]
WIDE = 3
"""Dimensions that a whole cross table has at least, where there are as many."""
FILLING = ("cohort", "year", "sector", "commune")
"""What a cross table is filled up with."""
WITHIN = {"nace": "sector", "scheme": "agency"}
"""Dimensions of which each value lies within one value of another, as everybody knows."""
NUMBER = ("n", "n")
"""What tells the cell of the number behind a value from that of the value."""
MEASURE = "measure"
HORIZON = "horizon"
"""The same undertakings stand behind every horizon of a curve: its cells are hidden together."""
CURVES = ("kaplan-meier", "cumulative-incidence")
YEAR = re.compile(r"([\w.()]+) AS year\b")


def fixed(indicator: Indicator) -> list[str]:
    """The dimensions that every published cell has."""
    always = [name for name in indicator.always if name != HORIZON]
    measured = [MEASURE] if MEASURE in indicator.dimensions and not indicator.reference else []
    return sorted({_known_as(indicator, name) for name in [*always, *measured]})


def added_up(indicator: Indicator) -> list[str]:
    """The dimensions over which cells add up, each year once: where the year is the cohort, as the cohort."""
    never = {*fixed(indicator), MEASURE, HORIZON}
    names = (_known_as(indicator, name) for name in indicator.dimensions)
    return list(dict.fromkeys(name for name in names if name not in never))


def year_of(indicator: Indicator) -> str | None:
    """The dimension that years are chosen by, where it is one; else there are no years to choose."""
    name = _known_as(indicator, "year")
    return name if name in indicator.dimensions else None


def tables(indicator: Indicator) -> list[Grouping]:
    """The cross tables of an indicator that the public may ask for, each with all its margins.

    The usual dimensions, with some others where they are few, are crossed; each other one is crossed with the year, and
    with what it lies within. Two such tables share no dimensions but those of a margin of both: an outsider learns
    nothing from one about the other beyond that margin.
    """
    own = added_up(indicator)
    whole = [name for name in own if name in {_known_as(indicator, one) for one in indicator.default}]
    year = year_of(indicator)
    years = {year} & set(own) if year else set()
    whole += [name for name in years if name not in whole]
    whole += [name for name in FILLING if name in own and name not in whole][: max(0, WIDE - len(whole))]
    found = [tuple(sorted(whole))]
    for name in own:
        if name not in whole:
            around = WITHIN.get(name)
            found.append(tuple(sorted({name, *years, *({around} if around in own else set())})))
    return [table for table in found if not any(set(table) < set(other) for other in found)]


def groupings(tables: Iterable[Grouping]) -> list[Grouping]:
    """Every table and each of its margins, the whole first."""
    found = {part for table in tables for size in range(len(table) + 1) for part in combinations(table, size)}
    return sorted(found, key=lambda part: (len(part), part))


def grouping(indicator: Indicator, by: Iterable[str]) -> Grouping:
    """What the rows of an answer are grouped by, as tables have it."""
    own = added_up(indicator)
    return tuple(sorted({_known_as(indicator, name) for name in by} & set(own)))


def key_of(indicator: Indicator, row: dict[str, Any]) -> Key | None:
    """The cell of a row's dimensions; None for one that is public anyway, such as a regional reference."""
    if indicator.reference and row.get(MEASURE) not in (None, indicator.measures[0]):
        return None
    wanted = {*fixed(indicator), *added_up(indicator)}
    values = {_known_as(indicator, name): value for name, value in row.items() if name in indicator.dimensions}
    return tuple((name, None if values[name] is None else str(values[name])) for name in sorted(values.keys() & wanted))


def contributions(indicator: Indicator, facts: Facts) -> pa.Table:
    """The rows an indicator is counted from, each with the undertaking it is of.

    A dossier's undertaking is that of its enterprise, where it has one: two founders are one contributor.
    """
    widened = indicator.model_copy(update={
        "sql": "SELECT c.*, CAST(coalesce(t.undertaking, d.enterprise, c.contributor) AS VARCHAR) AS undertaking "  # noqa: S608
               f"FROM ({indicator.sql}\n) c LEFT JOIN fact_dossier d ON CAST(d.dossier AS VARCHAR) = c.contributor "
               "LEFT JOIN tied t ON t.enterprise = coalesce(d.enterprise, c.contributor)"
    })  # fmt: skip
    with counting(facts, widened) as database:
        return database.sql(widened.sql).to_arrow_table()


def cases(indicator: Indicator, rows: pa.Table) -> pa.Table:
    """What cells are made of: the dimensions as text, the undertaking, the amount; one horizon, no references.

    `kind` says how a cell's value is made of amounts; `counted` is counted once where the indicator says so. Of a curve
    the amount is whether it ended: how long it has lasted is another for everybody every day.
    """
    names = [*fixed(indicator), *added_up(indicator)]
    own = "".join(f'CAST("{name}" AS VARCHAR) AS "{name}", ' for name in names)
    with_kind = {"by-measure": "aggregate", "difference-in-differences": "'difference'"}
    kind = with_kind.get(indicator.value, f"'{indicator.value}'")
    counted = "CAST(counted AS VARCHAR)" if indicator.value == "distinct" else "NULL"
    treated = "treated" if indicator.value == "difference-in-differences" else "NULL"
    amount = "CASE WHEN ended THEN 1.0 ELSE 0.0 END" if indicator.value in CURVES else "amount"
    where = ["amount IS NOT NULL"]
    where += [f"measure = '{indicator.measures[0]}'"] if indicator.reference else []
    where += ["horizon = (SELECT min(horizon) FROM given)"] if HORIZON in indicator.dimensions else []
    with fresh() as database:
        database.register("given", rows)
        return database.sql(
            f"SELECT {own} undertaking, CAST({amount} AS DOUBLE) AS amount, {kind} AS kind, {counted} AS counted, "  # noqa: S608
            f"CAST({treated} AS BOOLEAN) AS treated FROM given WHERE {' AND '.join(where)}"
        ).to_arrow_table()


def _known_as(indicator: Indicator, name: str) -> str:
    """The year's other name, where it is the cohort: an outsider knows that the two are one."""
    if name != "year" or "cohort" not in indicator.dimensions:
        return name
    same = any(told.endswith("cohort") or f"{told} AS cohort" in indicator.sql for told in YEAR.findall(indicator.sql))
    return "cohort" if same else name
