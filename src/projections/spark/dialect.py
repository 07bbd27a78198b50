"""DuckDB's SQL as Spark says it: sqlglot carries the text over, and what it leaves different is told here.

The texts of indicators and views stay those of DuckDB. A test counts the whole catalogue with both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one


@lru_cache(maxsize=512)
def spark_sql(text: str) -> str:
    """A statement in Spark's dialect. Raises sqlglot.errors.ParseError for what is no DuckDB."""
    carried: str = parse_one(text, dialect="duckdb").transform(_carried).sql(dialect="spark")
    return carried


def _carried(node: Any) -> Any:
    """A part of a statement, so that Spark comes to what DuckDB comes to."""
    carry = CARRIED.get(type(node))
    if carry is not None:
        return carry(node)
    if isinstance(node, exp.Anonymous):
        named = NAMED.get(node.name.lower())
        return named(node) if named else node
    return node


def _at_extreme(name: str) -> Callable[[Any], Any]:
    """DuckDB passes over rows that have nothing at the extreme, Spark takes that nothing."""

    def carry(node: Any) -> Any:
        known = exp.Case().when(exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.Null())), node.expression)
        return exp.func(name, node.this, known)

    return carry


def _in_doubles(node: Any) -> Any:
    """DuckDB's mean of decimals is a double, Spark's a decimal."""
    if isinstance(node.this, exp.Cast) and node.this.is_type("double"):
        return node
    return type(node)(this=exp.cast(node.this, "double"))


def _in_order(node: Any) -> Any:
    """A list in an order: Spark sorts records and takes what was asked for out of them."""
    if not isinstance(node.this, exp.Order):
        return node
    by = [exp.alias_(one.this.copy(), f"by_{number}") for number, one in enumerate(node.this.expressions)]
    record = exp.func("struct", *by, exp.alias_(node.this.this, "told"))
    taken = exp.Lambda(this=exp.column("told", "one"), expressions=[exp.to_identifier("one")])
    return exp.Anonymous(
        this="TRANSFORM",
        expressions=[exp.Anonymous(this="ARRAY_SORT", expressions=[exp.func("collect_list", record)]), taken],
    )


def _size(node: Any) -> Any:
    """`len` is of a list in the project's texts, `length` of a text."""
    return exp.Anonymous(this="SIZE", expressions=[node.this])


def _interval(*before: int) -> Callable[[Any], Any]:
    def carry(node: Any) -> Any:
        amount = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
        return exp.Anonymous(this="MAKE_INTERVAL", expressions=[*map(exp.Literal.number, before), amount])

    return carry


def _made_when_asked(node: Any) -> Any:
    """What DuckDB is told to make once (`AS MATERIALIZED`): Spark decides by itself."""
    node.set("materialized", None)
    return node


def _series(node: Any) -> Any:
    """`range` stops before its end, and is empty where that is not after its start."""
    first, end = node.args["start"], node.args["end"]
    up_to = exp.Sub(this=exp.paren(end.copy()), expression=exp.Literal.number(1))
    series = exp.Anonymous(this="SEQUENCE", expressions=[first.copy(), up_to])
    return (
        exp.Case()
        .when(exp.GT(this=exp.paren(end), expression=exp.paren(first)), series)
        .else_(exp.Anonymous(this="ARRAY"))
    )


CARRIED: dict[type[Any], Callable[[Any], Any]] = {
    exp.ArgMin: _at_extreme("min_by"),
    exp.ArgMax: _at_extreme("max_by"),
    exp.Avg: _in_doubles,
    exp.CTE: _made_when_asked,
    exp.ArrayAgg: _in_order,
    exp.GenerateSeries: _series,
    exp.Length: _size,
    exp.ToDays: _interval(0, 0, 0),
}
NAMED: dict[str, Callable[[Any], Any]] = {"to_years": _interval()}
