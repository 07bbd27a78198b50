"""The tables of facts: typed rows in the order of their columns, and never a person."""

from __future__ import annotations

import psycopg
import pytest
from tests.projections.facts.journey import JOURNEY
from tests.projections.telling import log
from tests.strategies import DOSSIER

from dossier.database.connections import Database
from projections.facts.columns import COLUMNS
from projections.project import TABLES, project
from projections.rulesets.ruleset import ruleset


def test_no_row_holds_a_person() -> None:
    assert "Zoé" not in str(project(DOSSIER, log(JOURNEY), ruleset()).rows)


def test_an_event_that_cannot_be_read_is_set_aside() -> None:
    stored = [*log(JOURNEY), (11, 11, b"{"), (12, 12, b'{"type": "brussels.dossier.unknown.v9", "data": {}}')]
    made = project(DOSSIER, stored, ruleset())
    assert set(made.set_aside) == {11, 12}
    assert all(reason.startswith("unreadable: ") for reason in made.set_aside.values())
    assert made.rows["fact_dossier"] == project(DOSSIER, log(JOURNEY), ruleset()).rows["fact_dossier"]


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_are_those_of_the_table(database: Database, table: str) -> None:
    with psycopg.connect(database.owner) as connection:
        found = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            (f"projection.{table}",),
        ).fetchall()
    assert [name for (name,) in found] == list(COLUMNS[table])


def test_every_table_of_facts_is_told_here() -> None:
    assert {table for table in TABLES if table.startswith("fact_")} == set(COLUMNS)
