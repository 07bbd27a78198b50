"""The tables that an indicator's query reads: facts, what is made of them, the rules it declares, views over all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources import files

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dossier.database.queries import queries
from projections.counting.engine import fresh
from projections.counting.indicator import Indicator
from projections.counting.schemes import schemes
from projections.counting.undertaking_names import undertaking_names
from projections.estimates.regional import regional_cohorts

Facts = dict[str, pa.Table]
"""Table of facts, or of what is made of them -> its rows."""
VIEWS = {name: text.decode() for name, text in queries(files("projections.counting") / "indicator_views.sql").items()}
WORD = re.compile(r"[a-z_]+")


@contextmanager
def counting(facts: Facts, indicator: Indicator) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the tables and views that an indicator's query names, and of the rules that it declares."""
    with fresh() as database:
        tables_for(database, facts, indicator.sql, indicator.rules)
        yield database


def tables_for(database: duckdb.DuckDBPyConnection, facts: Facts, query: str, rules: Sequence[str] = ()) -> None:
    """Make the tables and views that a query names part of a database."""
    wanted = named(query)
    for name, table in (facts | derived(facts, rules, wanted)).items():
        if name in wanted:
            database.register(name, table)
    for name, text in VIEWS.items():
        if name in wanted:
            database.execute(f"CREATE TEMPORARY VIEW {name} AS {text}")


def named(query: str) -> set[str]:
    """The words of a query and of the views it names: whatever is a table or a view is among them."""
    words: set[str] = set()
    waiting = [query]
    while waiting:
        found = set(WORD.findall(waiting.pop())) - words
        words |= found
        waiting += [VIEWS[name] for name in found if name in VIEWS]
    return words


def derived(facts: Facts, rules: Sequence[str], wanted: set[str]) -> Facts:
    """Tables made of others, where wanted: the rules declared, schemes, names of undertakings, the regional cohorts."""
    made: Facts = {}
    if wanted & {"rule", "scheme"}:
        known = facts["rule"]
        made["rule"] = known.filter(pa.array([declares(rules, name) for name in known["name"].to_pylist()], pa.bool_()))
        made["scheme"] = schemes(made["rule"])
    if "tied" in wanted:
        made["tied"] = undertaking_names(facts["fact_tie"], day_of(facts))
    if "regional_cohort" in wanted:
        made["regional_cohort"] = regional_cohorts()
    return made


def declares(rules: Sequence[str], name: str) -> bool:
    """Whether a list of rules names this one, by itself or by a `*` at its end."""
    return any(name == rule or (rule.endswith("*") and name.startswith(rule[:-1])) for rule in rules)


def day_of(facts: Facts) -> date | None:
    """The day that figures of these facts speak of; None where there are none."""
    found: date | None = pc.max(facts["fact_dossier"]["recorded_on"]).as_py()
    return found
