"""Counting on Spark: an indicator's own SQL and the same cells, by a cluster in place of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from projections.counting.counting import count
from projections.counting.indicator import Indicator
from projections.counting.tables import VIEWS, Facts, day_of, derived, named
from projections.figures.facts_reader import with_rules
from projections.figures.figures import UNCONTROLLED, Asked, answer, asked_of, certificate
from projections.generations.store import Generation
from projections.rulesets.ruleset import Ruleset
from projections.spark.dialect import spark_sql

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

KEPT = "contributed"
"""The view of an indicator's contributions."""


class Answered:
    """What a statement came to."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All its rows."""
        return self._rows


class SparkDatabase:
    """Answers DuckDB's statements by Spark."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def execute(self, statement: str, /) -> Answered:
        """Carry a statement over and run it."""
        return Answered([tuple(row) for row in self._spark.sql(spark_sql(statement)).collect()])

    @contextmanager
    def kept(self, statement: str) -> Iterator[str]:
        """A statement that comes to the same, computed once however often it is asked."""
        rows = self._spark.sql(spark_sql(statement)).persist()
        rows.createOrReplaceTempView(KEPT)
        try:
            yield f"SELECT * FROM {KEPT}"  # noqa: S608 - the name above
        finally:
            self._spark.catalog.dropTempView(KEPT)
            rows.unpersist(blocking=True)  # a block removed while the session ends is an error in its log


class SparkCounter:
    """Counts indicators over facts that are in the cluster; those few made of all facts are made here, once."""

    def __init__(
        self, spark: SparkSession, facts: Mapping[str, DataFrame], rules: Ruleset, exchange: pa.Table | None = None
    ) -> None:
        """`exchange` is the table of readings beside events, for the indicators that count those."""
        self._spark, self._facts = spark, facts
        self._few: Facts = with_rules({}, rules)
        self._few["fact_tie"] = facts["fact_tie"].toArrow()
        self._few["fact_dossier"] = facts["fact_dossier"].selectExpr("max(recorded_on) AS recorded_on").toArrow()
        if exchange is not None:
            self._few["fact_exchange"] = exchange

    def figure(self, indicator: Indicator, asked: Asked, generation: Generation) -> dict[str, Any]:
        """An indicator's rows with their certificate, uncontrolled. Raises UnknownDimension."""
        question = asked_of(indicator, asked)
        with self._counting(indicator.sql, indicator.rules) as database, database.kept(indicator.sql) as contributed:
            kept = indicator.model_copy(update={"sql": contributed})
            counted = count(database, question._replace(indicator=kept))
        told = certificate(indicator, generation, self._few) | {"disclosure": UNCONTROLLED}
        return answer(question, counted, (), day_of(self._few), told)

    @contextmanager
    def _counting(self, query: str, rules: Sequence[str]) -> Iterator[SparkDatabase]:
        """A database of the tables and views that a query names, and of the rules that its indicator declares."""
        wanted = named(query)
        made = derived(self._few, rules, wanted)
        if "fact_exchange" in wanted and "fact_exchange" in self._few:
            made["fact_exchange"] = self._few["fact_exchange"]
        views = [name for name in (*self._facts, *made, *VIEWS) if name in wanted]
        for name in views:
            if name in VIEWS:
                self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {spark_sql(VIEWS[name])}")
            else:
                self._table(name, made).createOrReplaceTempView(name)
        try:
            yield SparkDatabase(self._spark)
        finally:
            for name in views:
                self._spark.catalog.dropTempView(name)

    def _table(self, name: str, made: Facts) -> DataFrame:
        return self._spark.createDataFrame(made[name]) if name in made else self._facts[name]
