"""Calls: what a query calls and reads, as DuckDB understands it, and what of that no figure may depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import orjson

from projections.counting.engine import fresh

CLOCK = frozenset({"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"})
"""What tells the time without being called as a function."""
UNSTEADY = frozenset({"current_localtime", "current_localtimestamp"})
"""What tells the time, too, though DuckDB calls it consistent."""
STEADY = frozenset({"error"})
"""What DuckDB calls volatile, and gives no value."""
ROWS = frozenset({"generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"})
"""The functions that make rows of what they are given, and of nothing else."""
CHANGES = "may answer otherwise the next time"
OUTSIDE = "reads beside the facts: count from their tables and views alone"


class Unfit(NamedTuple):
    """What a query may not use, by the name as it is written and where that stands in the query, and why."""

    offset: int
    name: str
    why: str


class Known(NamedTuple):
    """The functions that answer otherwise the next time, and the functions and views that read beside the facts."""

    changing: frozenset[str]
    outside: frozenset[str]


def unfit(query: str) -> Iterator[Unfit]:
    """What a query uses that depends on the clock, on chance, on the machine or on files; nothing, of no query."""
    known = _known()
    for node in _nodes(_parsed(query)):
        if "function_name" in node:
            name = node["function_name"].lower()
            if name in known.changing or _is_age_until_today(name, node):
                yield _placed(query, name, CHANGES)
            elif name in known.outside:
                yield _placed(query, name, OUTSIDE)
        elif node.get("type") == "BASE_TABLE":
            name = node["table_name"].lower()
            if node.get("schema_name") or name in known.outside:
                yield _placed(query, name, OUTSIDE)


def tables_read(query: str) -> set[str]:
    """The tables and views that a query reads by itself; what it makes for itself (WITH) is none."""
    nodes = list(_nodes(_parsed(query)))
    read = {node["table_name"].lower() for node in nodes if node.get("type") == "BASE_TABLE"}
    own = {one["key"].lower() for node in nodes for one in node.get("cte_map", {}).get("map", ())}
    return read - own


def _is_age_until_today(name: str, node: dict[str, Any]) -> bool:
    return name == "age" and len(node["arguments"]) == 1


def _placed(query: str, name: str, why: str) -> Unfit:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query, re.IGNORECASE)
    return Unfit(found.start(), found[0], why) if found else Unfit(0, name, why)


def _parsed(query: str) -> Any:
    with fresh() as database:
        [(text,)] = database.execute(
            "SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", [query]
        ).fetchall()
    return orjson.loads(text)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a tree; one that is deep is walked without calling itself."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


@cache
def _known() -> Known:
    """By DuckDB's own list: how steady each function is, and which make tables."""
    with fresh() as database:
        functions = database.execute(
            "SELECT lower(function_name), bool_or(stability <> 'CONSISTENT'), "
            "bool_and(function_type IN ('table', 'table_macro', 'pragma')), string_agg(macro_definition, ' ') "
            "FROM duckdb_functions() GROUP BY ALL"
        ).fetchall()
        views = database.execute(
            "SELECT view_name FROM duckdb_views() WHERE internal AND schema_name <> 'information_schema'"
        ).fetchall()
    changing = {name for name, unsteady, *_ in functions if unsteady} | UNSTEADY
    told = changing | CLOCK
    changing |= {name for name, *_, macro in functions if told & set(re.findall(r"\w+", macro or ""))}
    outside = {name for name, _, is_table, _ in functions if is_table} | {name for (name,) in views}
    return Known(frozenset(changing - STEADY), frozenset(outside - ROWS))
