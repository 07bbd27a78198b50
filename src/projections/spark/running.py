"""One indicator from the log alone, by a cluster: exported, projected, counted there, certified as served."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from dossier.exporting.formats import export
from dossier.journal import Journal
from projections.counting.indicator import Indicator
from projections.figures import exchange
from projections.figures.facts_reader import NoFacts, root_of
from projections.figures.figures import Asked
from projections.figures.past import rules_of
from projections.generations import store
from projections.generations.store import Generation
from projections.rulesets.ruleset import Ruleset
from projections.spark.counting import SparkCounter
from projections.spark.facts import facts_on
from projections.spark.session import spark_session


class Run(NamedTuple):
    """Under which ruleset and up to which position (as served, when None), on which master, with files where."""

    ruleset: str | None
    position: int | None
    master: str | None
    scratch: Path


def run(journal: Journal, reader: str, indicator: Indicator, asked: Asked, how: Run) -> dict[str, Any]:
    """The figure, uncontrolled: the one that DuckDB counts over the facts of that position. Raises NoFacts."""
    rules, generation = _asked(journal, how)
    log = how.scratch / "log.parquet"
    export(reader, log, "parquet", until=generation.position)
    readings = None
    if indicator.ledger:
        with journal.reading() as connection:
            at = generation.position
            readings = exchange.table(connection, at, exchange.readings(connection, at))
    with spark_session(how.master) as spark, facts_on(spark, log, rules) as facts:
        return SparkCounter(spark, facts, rules, readings).figure(indicator, asked, generation)


def _asked(journal: Journal, how: Run) -> tuple[Ruleset, Generation]:
    with journal.reading() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        served, rules = store.served(connection), rules_of(connection, how.ruleset)
        if served is None:
            raise NoFacts("nothing is projected yet")
        head = journal.head().position
        position = served.position if how.position is None else min(how.position, head)
        return rules, Generation(0, rules.id, rules.digest, position, root_of(connection, position))
