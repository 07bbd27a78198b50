"""Cells: what is in each cell of an indicator, by every grouping that is asked for, and which cells are unsafe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from projections.counting.engine import fresh
from projections.counting.indicator import Indicator
from projections.disclosure.layout import Grouping, Key, fixed
from projections.disclosure.parameters import Parameters


class Counted(NamedTuple):
    """A cell, with what adds up in it and how far an outsider knows it could be higher."""

    key: Key
    weight: float
    room: float
    undertakings: int
    unsafe: bool


class Cells:
    """The cells of an indicator's cases, counted once by each grouping however often they are asked for."""

    def __init__(self, indicator: Indicator, cases: pa.Table, rule: Parameters) -> None:
        self.indicator, self._cases, self._rule = indicator, cases, rule
        self._known: dict[Grouping, list[Counted]] = {}

    def of(self, groupings: Iterable[Grouping]) -> list[Counted]:
        """The cells of several groupings, one after the other, each in the order of its dimensions' values."""
        wanted = list(groupings)
        with fresh() as database:
            database.register("cases", self._cases)
            for grouping in wanted:
                if grouping not in self._known:
                    self._known[grouping] = _cells(database, self.indicator, grouping, self._rule)
        return [cell for grouping in wanted for cell in self._known[grouping]]


def _cells(
    database: duckdb.DuckDBPyConnection, indicator: Indicator, grouping: Grouping, rule: Parameters
) -> list[Counted]:
    names = sorted({*grouping, *fixed(indicator)})
    own = "".join(f'"{name}", ' for name in names)
    by, order = (f"GROUP BY {own[:-2]}", f"ORDER BY {own[:-2]}") if names else ("", "")
    most = max(2, rule.largest)
    found = database.execute(
        f"SELECT {own} any_value(kind), sum(amount), sum(number), sum(counted), count(*), sum(abs(amount)), "  # noqa: S608
        f"max(abs(amount), {most}), bool_and(fractions), "
        f"count(treated), sum(treated), max(treated, {most}), count(untreated), sum(untreated), max(untreated, {most}) "
        "FROM ("
        f"SELECT {own} undertaking, any_value(kind) AS kind, sum(amount) AS amount, count(*) AS number, "
        "count(DISTINCT counted) AS counted, bool_and(amount BETWEEN 0 AND 1) AS fractions, "
        "sum(abs(amount)) FILTER (treated) AS treated, sum(abs(amount)) FILTER (NOT treated) AS untreated "
        f"FROM cases GROUP BY {own} undertaking) {by} HAVING count(*) > 0 {order}"
    ).fetchall()
    return [_counted(tuple(zip(names, row, strict=False)), row[len(names) :], rule) for row in found]


def _counted(key: Key, counts: tuple[Any, ...], rule: Parameters) -> Counted:
    kind, amount, number, counted, undertakings, gross, largest, fractions, *arms = counts
    weight = {"count": number, "distinct": counted, "sum": amount, "mean": amount}.get(str(kind), undertakings)
    room = number - amount if kind == "mean" and fractions else np.inf
    unsafe = undertakings < rule.threshold or (kind == "sum" and dominated(gross, largest, rule))
    if kind == "difference":
        unsafe = unsafe or _arm_unsafe(*arms[:3], rule=rule) or _arm_unsafe(*arms[3:], rule=rule)
    return Counted(key, float(weight), float(room), int(undertakings), bool(unsafe))


def _arm_unsafe(undertakings: int, moved: float, largest: Sequence[float], *, rule: Parameters) -> bool:
    """Whether those treated, or those not, are too few, or one of them makes too much of their mean change."""
    return undertakings < rule.threshold or dominated(moved, largest, rule)


def dominated(total: float, largest: Sequence[float], rule: Parameters) -> bool:
    """Whether the second largest contributor could estimate the largest too closely, or the largest hold too much.

    Source: the p % rule, unsafe when X - x1 - x2 < (p/100) x1; the (n,k) rule, when the n largest hold more than k %.
    With `sheltering`: by the p % rule a part S is unsafe up to S = (1 + p/100) x1 + x2, and known closely when X comes
    to less than S + (p/100) S.
    """
    first, second = (*largest, 0.0, 0.0)[:2]
    part = rule.percent / 100
    if total - first - second < part * first - 1e-9:
        return True
    if rule.sheltering and total < (1 + part) * ((1 + part) * first + second) - 1e-9:
        return True
    return sum(largest[: rule.largest]) > rule.share / 100 * total + 1e-9
