"""How far rules reach: whatever reads a rule that it does not declare fails here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.projections.ruling import noting, other
from tests.projections.telling import Told, log
from tests.properties.histories import DOSSIERS, Story, stories
from tests.strategies import DOSSIER

from projections.counting.indicator import Indicator, catalogue
from projections.counting.tables import declares
from projections.facts.columns import COLUMNS
from projections.figures.facts_reader import FACTS, with_rules
from projections.figures.figures import Asked, figure
from projections.figures.past import as_table
from projections.generations.store import Generation
from projections.project import MAKERS, TABLES, gather, project, unsealed
from projections.rehearsal.difference import changes
from projections.rulesets.reach import (
    COLUMN_READS,
    FIELD_READS,
    TABLE_READS,
    reached_dimensions,
    reached_tables,
    reaches_disclosure,
    reaches_room,
    reads,
)
from projections.rulesets.ruleset import changed, ruleset
from projections.state.current import current

RULES = tuple(ruleset().rules)
PROJECTED = tuple(rule for rule in RULES if reached_tables([rule]) or reaches_room([rule]))
"""The others are read by no table, as the test with a ruleset that notes what it is asked shows."""


def test_every_table_declares_what_it_reads() -> None:
    assert set(TABLE_READS) == set(TABLES)
    assert {table for table, _ in COLUMN_READS} <= set(FACTS)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_read_by_something(rule: str) -> None:
    counted = any(declares(indicator.rules, rule) for indicator in catalogue().values())
    assert reached_tables([rule]) or reaches_room([rule]) or reaches_disclosure([rule]) or counted, (
        "a rule that reaches nothing changes nothing: remove it, or declare who reads it"
    )


@settings(max_examples=100, deadline=None)
@given(stories())
def test_no_table_reads_a_rule_it_does_not_declare(story: Story) -> None:
    for dossier in DOSSIERS:
        events, set_aside = unsealed(dossier, story.stored(dossier))
        history, reading = gather(dossier, events, set_aside)
        for table, make in MAKERS.items():
            rules, noted = noting()
            make(history, reading, rules)
            undeclared = [rule for rule in noted if not reads(TABLE_READS[table], rule)]
            assert not undeclared, f"{table} reads {undeclared}"


@pytest.mark.parametrize("rule", PROJECTED)
@settings(max_examples=40, deadline=None)
@given(story=stories())
def test_no_field_and_no_column_moves_by_a_rule_it_does_not_declare(rule: str, story: Story) -> None:
    after = other(rule)
    for dossier in DOSSIERS:
        rows = story.stored(dossier)
        history, reading = gather(dossier, *unsealed(dossier, rows))
        for change in changes(current(history, reading, ruleset()), current(history, reading, after), [rule]):
            assert reads(FIELD_READS.get(change.field.partition(".")[0], ()), rule), change
            assert change.rules == [rule]
        made = [project(dossier, rows, rules, FACTS).rows for rules in (ruleset(), after)]
        for table in FACTS:
            for old, new in zip(made[0][table], made[1][table], strict=True):
                for column, was, now in zip(COLUMNS[table][2:], old, new, strict=True):
                    assert was == now or reads(COLUMN_READS.get((table, column), ()), rule), (table, column)


POPULATION: list[list[Told]] = [
    [
        {"dossier-opened": {"channel": "desk"}, "at": f"202{number % 3}-01-15"},
        {"project-described": {"nace": {"version": "2008", "code": code}}},
        {"phase-declared": {"phase": phase}},
        {"aid-applied": {"application_id": "a", "instrument": "grant"}, "by": "innoviris", "at": "2024-02-02"},
        {"aid-decided": {"application_id": "a", "outcome": "granted", "amount": f"{number + 1}0.10"},
         "by": "innoviris", "at": "2024-03-02"},
        {"referral-made": {"referral_id": "r", "to_agency": "finance"}, "at": "2024-03-04"},
    ]
    for number, (code, phase) in enumerate([("62.01", "creation"), ("56.10", "creation"), ("62.02", "post-creation"),
                                            ("01.10", "pre-creation"), ("61.10", "creation")])
]  # fmt: skip


def small() -> dict[str, pa.Table]:
    """The facts of a small population."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in FACTS}
    for number, told in enumerate(POPULATION):
        made = project(DOSSIER, log(told), ruleset(), FACTS).rows
        for table in FACTS:
            rows[table] += [(0, f"{number}", *row) for row in made[table]]
    return with_rules({table: as_table(COLUMNS[table], rows[table]) for table in FACTS}, ruleset())


def shuffled(tables: dict[str, pa.Table], table: str, column: str) -> dict[str, pa.Table]:
    """The same facts, but a column says something else in every row."""
    old = tables[table]
    kind = old.schema.field(column).type
    if pa.types.is_boolean(kind):
        values: list[Any] = [not value for value in old.column(column).to_pylist()]
    elif pa.types.is_decimal(kind):
        values = [Decimal(1)] * len(old)
    elif pa.types.is_date(kind):
        values = [None] * len(old)
    else:
        values = ["something else"] * len(old)
    place = old.schema.get_field_index(column)
    return tables | {table: old.set_column(place, column, pa.array(values, kind))}


@pytest.mark.parametrize(
    "indicator", [found for found in catalogue().values() if not found.ledger], ids=lambda indicator: indicator.name
)
def test_no_indicator_counts_by_a_rule_it_does_not_declare(indicator: Indicator) -> None:
    facts, generation = small(), Generation(0, "r", "sha256:0", 1)

    def counted(by: list[str] | None, tables: dict[str, pa.Table]) -> Any:
        return figure(indicator, Asked(by, controlled=False), generation, tables)["rows"]

    usual, every = counted(None, facts), counted(indicator.dimensions, facts)
    for (table, column), rules in COLUMN_READS.items():
        needed = [rule for rule in RULES if reads(rules, rule)]
        if set(needed) <= set(indicator.rules):
            continue
        after = shuffled(facts, table, column)
        for by, before in ((None, usual), (indicator.dimensions, every)):
            what = f"{indicator.name} by {by} reads {table}.{column}: declare {needed} under `rules:`"
            assert counted(by, after) == before, what


def test_a_dimension_is_drawn_anew_by_the_rules_of_the_column_it_is_made_of() -> None:
    found = ("agency", "phase", "sector", "nace", "size_class", "commune")
    assert reached_dimensions(found, RULES) == ["phase", "sector", "size_class"]
    assert reached_dimensions(found, ["sector.ict.2008", "de-minimis.ceiling"]) == ["sector"]
    assert reached_dimensions(found, ["size.classes"]) == ["size_class"]
    assert reached_dimensions(found, ["disclosure.threshold"]) == []


def test_what_changed_is_found_rule_by_rule() -> None:
    assert changed(ruleset(), ruleset()) == []
    assert changed(ruleset(), other("sector.ict.2008", "size.classes")) == ["sector.ict.2008", "size.classes"]
    assert "timeline" not in reached_tables(RULES)
