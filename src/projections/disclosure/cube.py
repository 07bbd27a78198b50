"""The cube: every published cell of an indicator with all its margins, and what one undertaking adds to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from projections.disclosure.parameters import Parameters
from projections.indicator import Indicator

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Key = tuple[tuple[str, str | None], ...]
"""A cell: its dimensions in alphabetical order, each with its value as text; None where it is not known."""
Grouping = tuple[str, ...]
WIDE = 4
"""Dimensions up to which an indicator's whole cross table is published."""
MEASURE = "measure"


@dataclass(frozen=True)
class Cube:
    """Cells with what adds up in them, and the equations between them.

    `weight` is what adds up: the amount of sums and means, the number of rows or undertakings of the others. `room` is
    how far an outsider knows it could be higher. Each equation is (a cell, the cells it is the sum of).
    """

    keys: list[Key]
    weight: Floats
    room: Floats
    undertakings: npt.NDArray[np.int64]
    unsafe: Flags
    equations: list[tuple[int, list[int]]]
    index: dict[Key, int] = field(repr=False)

    @property
    def depth(self) -> Floats:
        """How many dimensions each cell has."""
        return np.array([len(key) for key in self.keys], dtype=float)


def key_of(values: dict[str, Any]) -> Key:
    """The cell of a row's dimensions."""
    return tuple((name, None if values[name] is None else str(values[name])) for name in sorted(values))


def cliques(indicator: Indicator) -> list[Grouping]:
    """The cross tables of an indicator that the public may ask for, each with all its margins.

    All dimensions crossed where they are few. Else the default ones, and each other one by year: two such tables share
    no dimension but the year, so an outsider learns nothing from one about the other beyond its margins.
    """
    own = [name for name in indicator.dimensions if name != MEASURE]
    if len(own) <= WIDE:
        return [tuple(sorted(own))]
    whole = [name for name in indicator.default if name != MEASURE]
    year = ["year"] if "year" in own else []
    others = [name for name in own if name not in whole]
    return [tuple(sorted(whole)), *(tuple(sorted({name, *year})) for name in others)]


def groupings(tables: Iterable[Grouping]) -> list[Grouping]:
    """Every table and each of its margins, the whole first."""
    found = {part for table in tables for size in range(len(table) + 1) for part in combinations(table, size)}
    return sorted(found, key=lambda part: (len(part), part))


def cube(indicator: Indicator, tables: Sequence[Grouping], contributions: pa.Table, rule: Parameters) -> Cube:
    """The cells of cross tables and their margins, counted from an indicator's contributions."""
    keys: list[Key] = []
    rows: list[tuple[float, float, int, bool]] = []
    with duckdb.connect() as database:
        database.register("contributions", contributions)
        for grouping in groupings(tables):
            for key, row in _cells(database, indicator, grouping, rule):
                keys.append(key)
                rows.append(row)
    index = {key: number for number, key in enumerate(keys)}
    weight, room, undertakings, unsafe = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Cube(
        keys,
        np.array(weight, dtype=float),
        np.array(room, dtype=float),
        np.array(undertakings, dtype=np.int64),
        np.array(unsafe, dtype=bool),
        [*_margins(tables, keys, index), *_identities(keys, np.array(weight, dtype=float), index)],
        index,
    )


def _cells(
    database: duckdb.DuckDBPyConnection, indicator: Indicator, grouping: Grouping, rule: Parameters
) -> list[tuple[Key, tuple[float, float, int, bool]]]:
    """The cells of one grouping: (key, (weight, room, undertakings, whether unsafe by itself))."""
    names = sorted({*grouping, MEASURE} if indicator.value == "by-measure" else grouping)
    columns = "".join(f'CAST("{name}" AS VARCHAR) AS "{name}", ' for name in names)
    own = "".join(f'"{name}", ' for name in names)
    aggregate = "any_value(aggregate)" if indicator.value == "by-measure" else f"'{indicator.value}'"
    by = f"GROUP BY {own[:-2]}" if names else ""
    statement = (
        f"SELECT {own} any_value(kind), CAST(sum(amount) AS DOUBLE), sum(cases), count(*), "  # noqa: S608  # declared names
        f"CAST(sum(abs(amount)) AS DOUBLE), CAST(max(abs(amount), {max(2, rule.largest)}) AS DOUBLE[]), "
        "bool_and(fractions) "
        f"FROM (SELECT {columns} undertaking, {aggregate} AS kind, coalesce(sum(amount), 0) AS amount, "
        "count(*) AS cases, bool_and(amount BETWEEN 0 AND 1) AS fractions "
        f"FROM contributions GROUP BY {own} undertaking) {by} HAVING count(*) > 0"
    )
    found = []
    for row in database.execute(statement).fetchall():
        *values, kind, amount, cases, undertakings, gross, largest, fractions = row
        weight = {"count": cases, "median": undertakings}.get(kind, amount)
        room = cases - amount if kind == "mean" and fractions else np.inf
        unsafe = undertakings < rule.threshold or (kind == "sum" and dominated(gross, largest, rule))
        found.append((tuple(zip(names, values, strict=True)), (float(weight), float(room), undertakings, unsafe)))
    return found


def dominated(total: float, largest: Sequence[float], rule: Parameters) -> bool:
    """Whether the second largest contributor could estimate the largest too closely, or the largest hold too much.

    Source: the p % rule, unsafe when X - x1 - x2 < (p/100) x1; the (n,k) rule, when the n largest hold more than k %.
    """
    first, second = (*largest, 0.0, 0.0)[:2]
    if total - first - second < rule.percent / 100 * first - 1e-9:
        return True
    return sum(largest[: rule.largest]) > rule.share / 100 * total + 1e-9


def _margins(tables: Sequence[Grouping], keys: Sequence[Key], index: dict[Key, int]) -> list[tuple[int, list[int]]]:
    """Each margin as the sum of the cells one dimension finer, in each table it belongs to."""
    steps = {(part, next(name for name in table if name not in part))
             for table in tables for part in groupings([table]) if part != table}  # fmt: skip
    finer: dict[Grouping, set[str]] = {}
    for part, name in steps:
        finer.setdefault(tuple(sorted((*part, name))), set()).add(name)
    sums: dict[tuple[int, str], list[int]] = {}
    for number, key in enumerate(keys):
        for name in finer.get(tuple(dimension for dimension, _ in key if dimension != MEASURE), ()):
            parent = index[tuple(part for part in key if part[0] != name)]
            sums.setdefault((parent, name), []).append(number)
    return [(parent, children) for (parent, _), children in sums.items()]


def _identities(keys: Sequence[Key], weight: Floats, index: dict[Key, int]) -> list[tuple[int, list[int]]]:
    """Measures of which one is the sum of two others in every cell, like after = before + change."""
    by_cell: dict[Key, dict[str, int]] = {}
    for number, key in enumerate(keys):
        measure = dict(key).get(MEASURE)
        if measure is not None:
            by_cell.setdefault(tuple(part for part in key if part[0] != MEASURE), {})[measure] = number
    names = sorted({name for cells in by_cell.values() for name in cells})
    found: list[tuple[int, list[int]]] = []
    for first, second in combinations(names, 2):
        for whole in set(names) - {first, second}:
            equal = [(c[whole], [c[first], c[second]]) for c in by_cell.values() if {whole, first, second} <= c.keys()]
            if len(equal) > 1 and all(np.isclose(weight[w], weight[a] + weight[b]) for w, (a, b) in equal):
                found += equal
    return found
