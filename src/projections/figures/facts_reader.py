"""The facts as DuckDB reads them: copied out of the served generation once for each position, as Arrow tables."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import orjson
import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from dossier.journal import Journal
from dossier.sealing.reading import root_at
from projections.facts.columns import COLUMNS
from projections.figures import exchange
from projections.generations import store
from projections.generations.store import Generation
from projections.rulesets.rulebook import under
from projections.rulesets.ruleset import Ruleset

DATES = ("opened_on", "phase_since", "created_on", "ceased_on", "first_aid_on", "first_on", "last_on", "from_on",
         "to_on", "applied_on", "decided_on", "conferred_on", "made_on", "answered_on", "completed_on",
         "answer_due", "completion_due", "due", "set_on", "progressed_on", "recorded_on", "linked_on", "absorbed_on",
         "entered_on", "left_on", "until_on")  # fmt: skip
FLAGS = ("ict", "agreed", "high", "taken_up", "given_up")
NUMBERS = ("target", "start_fte", "end_fte", "fte")
AMOUNTS = ("asked", "amount", "paid", "repaid", "equivalent", "turnover")
WHOLE = (
    "generation",
    "number",
    "events",
    "agencies",
    "percent",
    "first_year",
    "last_year",
    "year",
    "times",
    "late",
    "corrected",
    "retracted",
    "wanted",
    "missing",
)
FACTS = tuple(COLUMNS)


Tables = dict[str, pa.Table]
Line = Mapping[str, str]


class NoFacts(Exception):
    """No generation is served yet."""


class FactsReader:
    """Keeps the facts of the latest position asked for; asked again at the same position, it copies nothing."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._kept: tuple[Generation, Tables] | None = None
        self._kept_at = 0.0
        self._exchange: tuple[tuple[int, int, Line], pa.Table] | None = None

    def facts(self, *, ledger: bool = False) -> tuple[Generation, Tables]:
        """The facts of the served generation and where they stand, from one snapshot of the database.

        With `ledger` also `fact_exchange`, for which readings are set beside events.
        """
        with self._lock, self._journal.reading() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            generation = store.served(connection)
            if generation is None:
                raise NoFacts("nothing is projected yet")
            if self._kept is None or self._kept[0][:4] != generation[:4]:
                rooted = generation._replace(root=root_of(connection, generation.position))
                rules = under(connection, generation.ruleset, generation.digest)
                self._kept = (rooted, with_rules(facts_of(connection, generation.id), rules))
            self._kept_at = time.monotonic()
            rooted, facts = self._kept
            return rooted, self._exchanged(connection, rooted, facts) if ledger else facts

    def recent(self, seconds: float) -> tuple[Generation, Tables]:
        """The same, as they stood at most so many seconds ago: for those who need no more."""
        kept = self._kept
        if kept is not None and time.monotonic() - self._kept_at < seconds:
            return kept
        return self.facts()

    def beside_readings(self, generation: Generation, facts: Tables, line: Line | None = None) -> Tables:
        """Facts of any position, with `fact_exchange`: the readings made while the log stood there, beside its events.

        `line` says who speaks for whom: what a house of several was told and read is not the sum of what each was.
        """
        with self._lock, self._journal.reading() as connection:
            return self._exchanged(connection, generation, facts, line)

    def _exchanged(self, connection: Any, generation: Generation, facts: Tables, line: Line | None = None) -> Tables:
        asked = (generation.position, exchange.readings(connection, generation.position), dict(line or {}))
        if self._exchange is None or self._exchange[0] != asked:
            self._exchange = (asked, exchange.table(connection, *asked))
        return facts | {"fact_exchange": self._exchange[1]}


def facts_of(connection: Any, generation: int) -> dict[str, pa.Table]:
    """Every table of facts of a generation, as the connection's transaction sees it."""
    return {table: table_of(connection, sql.Identifier("projection", table), generation) for table in FACTS}


def with_rules(facts: dict[str, pa.Table], rules: Ruleset) -> dict[str, pa.Table]:
    """Facts with the rules they are counted under, as the table `rule`: each dated value, as JSON, with its days."""
    rows = [
        (name, value["from"], following["from"] if following else None, orjson.dumps(value["value"]).decode())
        for name, rule in sorted(rules.rules.items())
        for value, following in zip(rule["values"], [*rule["values"][1:], None], strict=True)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    days = [pa.array(column, pa.string()).cast(pa.date32()) for column in columns[1:3]]
    names, values = (pa.array(columns[index], pa.string()) for index in (0, 3))
    return facts | {"rule": pa.table({"name": names, "from_on": days[0], "until_on": days[1], "value": values})}


def root_of(connection: Any, position: int) -> str:
    """The tree's root over the events up to a position, as checkpoints have it: what a figure's certificate says."""
    return base64.b64encode(root_at(connection, position)).decode()


def table_of(connection: Any, table: sql.Identifier, generation: int) -> pa.Table:
    """The rows of a generation in a table of facts."""
    query = sql.SQL("COPY (SELECT * FROM {} WHERE generation = {}) TO STDOUT (FORMAT csv, HEADER)").format(
        table, sql.Literal(generation)
    )
    data = BytesIO()
    with connection.cursor().copy(query) as copy:
        for block in copy:
            data.write(block)
    data.seek(0)
    columns = data.readline().decode().strip().split(",")
    data.seek(0)
    options = csv.ConvertOptions(
        column_types={name: type_of(name) for name in columns}, null_values=[""], strings_can_be_null=True,
        quoted_strings_can_be_null=False, true_values=["t"], false_values=["f"],
    )  # fmt: skip
    return csv.read_csv(data, convert_options=options)


def type_of(column: str) -> pa.DataType:
    """The type a column of the facts is read as."""
    if column in DATES:
        return pa.date32()
    if column in AMOUNTS:
        return pa.decimal128(17, 2)
    if column in NUMBERS:
        return pa.float64()
    if column in FLAGS:
        return pa.bool_()
    if column in WHOLE:
        return pa.int32()
    return pa.string()
