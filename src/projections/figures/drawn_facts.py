"""Facts drawn by chance, the same every time: what an indicator's query is tried on before anybody sees a figure."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa

from projections.facts.columns import COLUMNS
from projections.figures.facts_reader import Tables, type_of

KEYS = {"fact_dossier": ("dossier",), "fact_presence": ("dossier", "agency"), "fact_topic": ("dossier", "topic"),
        "fact_enterprise": ("dossier", "enterprise"), "fact_figure": ("dossier", "enterprise", "year"),
        "fact_delivery": ("dossier", "agency", "year")}  # fmt: skip
"""What is told once of a dossier."""


def drawn(rows: int = 80) -> Tables:
    """Tables by chance, the same every time, from so few values that ties abound."""
    return {table: _drawn(table, columns, rows) for table, columns in COLUMNS.items()}


def _drawn(table: str, columns: tuple[str, ...], rows: int) -> pa.Table:
    chance = random.Random(table)  # noqa: S311 - the same rows every time, no secret
    told: dict[Any, dict[str, Any]] = {}
    for number in range(1, rows + 1):
        row = {column: _value(column, chance, number) for column in columns}
        if table in ("fact_tie", "fact_enterprise", "fact_figure") and row["enterprise"] is None:
            continue
        told.setdefault(tuple(row[name] for name in KEYS.get(table, ("number",))), row)
    return pa.table({column: _array(column, [row[column] for row in told.values()]) for column in columns})


WORDS: dict[str, tuple[str, ...]] = {
    "dossier": tuple(f"d{number:02d}" for number in range(30)),
    "enterprise": ("e1", "e2", "e3", "e4", "e5", "e6"),
    "other": ("e1", "e2", "e3"),
    "outcome": ("granted", "granted", "granted", "refused", "completed"),
    "answer": ("accepted", "accepted", "declined"),
    "currency": ("EUR",),
    "scheme": ("web-grant", "starter-loan", "export-support"),
    "nace_version": ("2008", "2025"),
    "nace_code": ("62.010", "56.101", "47"),
    "size_class": ("micro", "small", "medium"),
    "phase": ("pre-creation", "creation", "post-creation"),
    "agency": ("hub", "bee", "finance", "innoviris"),
    "to_agency": ("hub", "bee", "finance"),
    "topic": ("grants", "finance", "web-grant"),
    "division": ("62", "56", "47"),
    "technology": ("web", "cloud", "mobile", "unmapped"),
}
CERTAIN = ("generation", "dossier", "number", "opened_on", "recorded_on", "from_on", "first_on", "entered_on", "year",
           "other", "technology", "nace_version", "division", "topic", "site")  # fmt: skip


def _value(column: str, chance: random.Random, number: int) -> Any:
    kind = type_of(column)
    if column == "number" or (column not in CERTAIN and chance.random() < 0.1):
        return number if column == "number" else None
    if pa.types.is_date(kind):
        return f"{chance.randint(2019, 2025)}-{chance.choice((1, 6))}-{chance.choice((1, 15))}"
    if pa.types.is_boolean(kind):
        return chance.random() < 0.5
    if column.endswith("year"):
        return chance.randint(2018, 2025)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return chance.randint(1, 5)
    return chance.choice(WORDS.get(column, ("a", "b", "c")))


def _array(column: str, values: list[Any]) -> pa.Array:
    kind = type_of(column)
    if pa.types.is_date(kind):
        days = [None if v is None else "{}-{:0>2}-{:0>2}".format(*v.split("-")) for v in values]
        return pa.array(days, pa.string()).cast(kind)
    if pa.types.is_decimal(kind):
        return pa.array([None if v is None else f"{v}.00" for v in values], pa.string()).cast(kind)
    return pa.array(values, kind)


def mixed(facts: Tables) -> Tables:
    """The same facts in another order."""
    return {name: table.take(list(reversed(range(len(table))))) for name, table in facts.items()}


def otherwise(table: pa.Table, column: str) -> pa.Table:
    """The same facts, but a column says something else in every row."""
    place, kind = table.schema.get_field_index(column), table.schema.field(column).type
    if pa.types.is_boolean(kind):
        values = pa.array([not value for value in table[column].to_pylist()], kind)
    elif pa.types.is_string(kind):
        values = pa.array(["something else"] * len(table), kind)
    else:
        values = pa.array([7] * len(table), pa.int32()).cast(kind)
    return table.set_column(place, table.schema.field(column), values)
