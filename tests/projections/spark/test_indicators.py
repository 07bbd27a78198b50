"""Every indicator of the catalogue, counted by a cluster and by DuckDB: the same rows, the same certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.projections.spark.conftest import Populated

from projections.counting.indicator import catalogue, indicator
from projections.figures import exchange
from projections.figures.drawn_facts import drawn
from projections.figures.facts_reader import FACTS, FactsReader, Tables, with_rules
from projections.figures.figures import Asked, figure
from projections.generations.store import Generation
from projections.rulesets.ruleset import ruleset
from projections.spark.counting import SparkCounter
from projections.spark.facts import facts_on

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Both = tuple[Generation, Tables, SparkCounter]


@pytest.fixture(scope="module")
def logged(spark: SparkSession, populated: Populated) -> Iterator[Both]:
    """The facts that are served, and those that the cluster makes of the export."""
    generation, facts = FactsReader(populated.log.journal).facts(ledger=True)
    with facts_on(spark, populated.export, ruleset()) as made:
        for table in FACTS:
            assert rows(made[table].toArrow()) == rows(facts[table]), table
        yield generation, facts, SparkCounter(spark, made, ruleset(), facts["fact_exchange"])


@pytest.fixture(scope="module")
def by_chance(spark: SparkSession) -> Both:
    """Facts in which ties and holes abound."""
    rules = ruleset()
    made = drawn()
    readings = pa.schema(exchange.COLUMNS, metadata={"readings": "0"}).empty_table()
    facts = with_rules(made, rules) | {"fact_exchange": readings}
    counter = SparkCounter(spark, {name: spark.createDataFrame(table) for name, table in made.items()}, rules, readings)
    return Generation(1, rules.id, rules.digest, 1, "root"), facts, counter


def rows(table: pa.Table) -> list[str]:
    """What rows say, whatever their order and their generation's number."""
    return sorted(
        str({name: value for name, value in row.items() if name != "generation"}) for row in table.to_pylist()
    )


@pytest.mark.parametrize("name", catalogue())
def test_an_indicator_over_the_exported_log_is_the_one_served(logged: Both, name: str) -> None:
    generation, facts, counter = logged
    by_duckdb = figure(indicator(name), Asked(controlled=False), generation, facts)
    assert counter.figure(indicator(name), Asked(), generation) == by_duckdb


@pytest.mark.parametrize("name", catalogue())
def test_an_indicator_by_all_its_dimensions_is_the_same(by_chance: Both, name: str) -> None:
    generation, facts, counter = by_chance
    every = indicator(name).dimensions
    by_duckdb = figure(indicator(name), Asked(every, controlled=False), generation, facts)
    assert by_duckdb["rows"] or name == "re-explaining"
    assert counter.figure(indicator(name), Asked(every), generation) == by_duckdb


def test_years_and_rules_bound_what_is_counted_alike(logged: Both) -> None:
    generation, facts, counter = logged
    for name in ("aid-by-agency-instrument-sector-year", "time-to-decision"):
        asked = Asked(["year"], 2023, 2024, controlled=False)
        by_duckdb = figure(indicator(name), asked, generation, facts)
        assert by_duckdb["rows"]
        assert counter.figure(indicator(name), asked, generation) == by_duckdb
