"""Checking an indicator as an author wrote it: every fault with its line, before anybody is shown a figure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import duckdb

from projections.counting.counting import Question, count
from projections.counting.indicator import COLUMNS as NEEDED
from projections.counting.indicator import Indicator, IndicatorRefused, header_faults, parts, read_indicator
from projections.counting.tables import Facts, counting, declares, named
from projections.figures.calls import CHANGES, tables_read, unfit
from projections.figures.drawn_facts import drawn, mixed, otherwise
from projections.figures.facts_reader import with_rules
from projections.rulesets.reach import COLUMN_READS, reads
from projections.rulesets.ruleset import Ruleset, ruleset

CHANGING = re.compile(
    r"\b(random|now|today|uuid|gen_random_uuid|current_date|current_timestamp|current_time|localtimestamp|setseed"
    r"|any_value|first|last|arbitrary)\s*\(|\b(current_date|current_timestamp|current_time|localtimestamp|localtime)\b"
    r"|\b(TABLESAMPLE|USING\s+SAMPLE)\b",
    re.IGNORECASE,
)
"""What answers otherwise the next time, or by the order in which rows happen to stand."""
NAME = re.compile(r"'([a-z0-9-]+(?:\.[a-z0-9-]+)+)'")
LINE = re.compile(r"LINE (\d+):")
CONTRIBUTORS = frozenset({"dossier", "enterprise", "other", "undertaking"})
"""Columns of facts that hold who may contribute; an undertaking is called by one of its enterprises."""
Columns = dict[str, str]
"""The columns that a query gives, and of which type of DuckDB each is."""
NO_NUMBER = ("VARCHAR", "DATE", "BOOLEAN")
"""Types of DuckDB that nothing is counted from, nor filtered by as a year."""


class Fault(NamedTuple):
    """What is wrong on a line, and what to do."""

    line: int
    detail: str


def faults(name: str, text: str, rules: Ruleset | None = None) -> list[Fault]:
    """Every fault of an indicator's file that can be found without its figures."""
    wrong = [Fault(line, detail) for line, detail in header_faults(text)]
    if wrong:
        return wrong
    try:
        told = read_indicator(name, text)
    except IndicatorRefused as error:
        return [Fault(1, str(error))]
    return sorted(set(_of_query(told, text, rules or ruleset())))


def _of_query(told: Indicator, text: str, rules: Ruleset) -> Iterator[Fault]:
    lines = Lines(text)
    yield from _of_declarations(told, lines, rules)
    for found in CHANGING.finditer(told.sql):
        yield Fault(lines.of_query(found.start()), f"`{found[0].rstrip(' (')}` {CHANGES}")
    for one in unfit(told.sql):
        yield Fault(lines.of_query(one.offset), f"`{one.name}` {one.why}")
    if told.ledger:
        return  # what it counts beside the facts stands in the database
    facts = with_rules(drawn(), rules)
    if not told.sql:
        yield Fault(lines.query, "write the query below the header")
        return
    try:
        columns, rows = _run(told, facts)
    except duckdb.Error as error:
        said = str(error).split("\n\n")[0].replace("\n", " ")
        place = LINE.search(str(error))
        yield Fault(lines.query + int(place[1]) - 1 if place else lines.query, said)
        return
    yield from _of_columns(told, lines, columns)
    yield from _of_measures(told, lines, columns, rows)
    yield from _of_contributors(lines, columns, rows, facts)
    yield from _of_once(told, lines, columns, rows)
    yield from _of_joined(told, lines, facts)
    if rows != _run(told, mixed(facts))[1]:
        yield Fault(lines.query, "its rows depend on the order of the facts: order windows by a key, such as `number`")
    yield from _of_rules(told, lines, facts, rows, rules)


def _of_declarations(told: Indicator, lines: Lines, rules: Ruleset) -> Iterator[Fault]:
    for member in ("default", "always", "names", "once"):
        for dimension in getattr(told, member) or ():
            if dimension not in told.dimensions:
                yield Fault(lines.of(member), f"{member}: {dimension} is not among the dimensions")
    for dimension in (*(told.chart.by or ()), *([told.chart.panels] if told.chart.panels else ())):
        if dimension not in told.dimensions:
            yield Fault(lines.of("chart"), f"chart: {dimension} is not among the dimensions")
    yield from _of_flows(told, lines)
    for name in told.nested:
        if name not in told.measures or "measure" not in told.dimensions:
            yield Fault(lines.of("nested"), f"nested: {name} is not among the measures")
    yield from _of_counts(told, lines)
    for rule in told.rules:
        if not any(declares([rule], name) for name in rules.rules):
            yield Fault(lines.of("rules"), f"rules: no ruleset has a rule {rule}")
    for found in NAME.finditer(told.sql):
        if found[1] in rules.rules and not declares(told.rules, found[1]):
            yield Fault(lines.of_query(found.start()), f"reads the rule {found[1]}: declare it under `rules`")


def _of_flows(told: Indicator, lines: Lines) -> Iterator[Fault]:
    if told.flows is None:
        return
    for name in (told.flows.stock, *told.flows.entries, *told.flows.exits):
        if name not in told.measures:
            yield Fault(lines.of("flows"), f"flows: {name} is not among the measures")
    if told.flows.of not in told.dimensions or "year" not in told.dimensions:
        yield Fault(lines.of("flows"), f"flows: {told.flows.of} and year must be among the dimensions")


def _of_counts(told: Indicator, lines: Lines) -> Iterator[Fault]:
    if told.counts and (told.value not in ("count", "distinct", "mean") or told.ledger):
        yield Fault(lines.of("counts"), "counts: only a count, distinct or mean of facts counts dossiers")
    for one in told.counts:
        for name in (*one.where, *one.apart):
            if name not in told.dimensions:
                yield Fault(lines.of("counts"), f"counts: {name} is not among the dimensions")
        if told.value == "mean" and not (one.number or one.of or one.each):
            what = "counts: of a mean it is the `number`, those that are `of` something, or `each` value of a dimension"
            yield Fault(lines.of("counts"), what)
        if one.each and told.value != "mean":
            yield Fault(lines.of("counts"), "counts: only the amounts of a mean count `each` value of a dimension")


def _of_columns(told: Indicator, lines: Lines, columns: Columns) -> Iterator[Fault]:
    for dimension in told.dimensions:
        if dimension not in columns:
            yield Fault(lines.of("dimensions"), f"dimensions: the query gives no column {dimension}")
    for column in ("year", "contributor", "amount", *NEEDED.get(told.value, ()), *(["late"] if told.late else [])):
        if column not in columns and column not in told.dimensions:
            yield Fault(lines.query, f"the query gives no column {column}")
    for column in ("year", "amount"):
        if columns.get(column) in NO_NUMBER:
            yield Fault(lines.query, f"{column} is {columns[column]}: give a number, or NULL")
    needed = "horizon" if told.value in ("kaplan-meier", "cumulative-incidence") else None
    if needed and needed not in told.always:
        yield Fault(lines.of("value"), f"a {told.value} is read at a horizon: name it under `always`")
    if len(told.measures) > 1 and not told.reference and "measure" not in [*told.always, *told.default]:
        yield Fault(lines.of("measures"), "of several measures each row says which: name `measure` under `always`")


def _of_measures(told: Indicator, lines: Lines, columns: Columns, rows: list[Any]) -> Iterator[Fault]:
    """What rows say they measure is what the header names; those beside a `reference` come from elsewhere."""
    if "measure" not in columns:
        return
    place = list(columns).index("measure")
    given = {str(row[place]) for row in rows}
    for name in sorted(given - set(told.measures)):
        yield Fault(lines.of("measures"), f"measures: the query gives `{name}`, which is none of them")
    for name in told.measures[: 1 if told.reference else None]:
        if name not in given and f"'{name}'" not in told.sql:  # facts drawn by chance may give none of what it counts
            yield Fault(lines.of("measures"), f"measures: the query gives no `{name}`")


def _of_contributors(lines: Lines, columns: Columns, rows: list[Any], facts: Facts) -> Iterator[Fault]:
    """Disclosure control counts contributors: were they applications or days, one person would pass for a crowd."""
    if "contributor" not in columns:
        return
    place = list(columns).index("contributor")
    known = {
        str(value)
        for table in facts.values()
        for name in CONTRIBUTORS.intersection(table.column_names)
        for value in table[name].to_pylist()
    }
    if any(row[place] is not None and str(row[place]) not in known for row in rows):
        who = "contributor is no dossier, enterprise or undertaking: disclosure control counts those"
        yield Fault(lines.query, who)


def _of_once(told: Indicator, lines: Lines, columns: Columns, rows: list[Any]) -> Iterator[Fault]:
    """What is said to be once is: rows are counted there in place of contributors."""
    if told.once is None or not {"contributor", *told.once} <= columns.keys():
        return
    places = [list(columns).index(name) for name in ("contributor", *told.once)]
    if len({tuple(row[place] for place in places) for row in rows}) < len(rows):
        yield Fault(lines.of("once"), "once: a contributor has several rows by these: name more, or leave it out")


def _of_joined(told: Indicator, lines: Lines, facts: Facts) -> Iterator[Fault]:
    """What is not read where nobody asks for its dimensions does not move the figure there, nor what others tell."""
    spared = {dimension for telling in told.joined.values() for dimension in telling}
    read = tables_read(told.sql)
    for table, telling in told.joined.items():
        if unknown := [dimension for dimension in telling if dimension not in told.dimensions]:
            yield Fault(lines.of("joined"), f"joined: {unknown[0]} is not among the dimensions")
        elif table not in read:
            yield Fault(lines.of("joined"), f"joined: the query does not read {table}, a table of facts or a view")
        elif any(_moved(told, without, facts) for without in (spared, telling)):
            yield Fault(lines.of("joined"), f"joined: {table} moves the figure also by other dimensions: leave it out")


def _moved(told: Indicator, without: Collection[str], facts: Facts) -> bool:
    """Whether the figure by every dimension but some comes to something else where joined tables are not read."""
    return len({_counted(one, without, facts) for one in (told, _unspared(told))}) > 1


def _counted(told: Indicator, without: Collection[str], facts: Facts) -> str:
    """The figure by every dimension but some, as text."""
    with counting(facts, told) as database:
        return repr(count(database, Question(told, told.by([name for name in told.dimensions if name not in without]))))


def _of_rules(told: Indicator, lines: Lines, facts: Facts, rows: list[Any], rules: Ruleset) -> Iterator[Fault]:
    """A column that follows from rules moves the figure: those rules are to be declared."""
    for (table, column), behind in COLUMN_READS.items():
        needed = [rule for rule in rules.rules if reads(behind, rule) and not declares(told.rules, rule)]
        if (
            needed
            and table in named(told.sql)
            and _run(told, facts | {table: otherwise(facts[table], column)})[1] != rows
        ):
            yield Fault(lines.of("rules"), f"reads {table}.{column}: declare {', '.join(needed)} under `rules`")


def _run(told: Indicator, facts: Facts) -> tuple[Columns, list[Any]]:
    """The columns and the rows of a query, in an order of their own: one that stands in another, as it is counted."""
    with counting(facts, told) as database:
        found = database.execute(Question(_unspared(told), ()).contributions)
        columns = {column[0]: str(column[1]) for column in found.description}
        return columns, sorted(found.fetchall(), key=repr)


def _unspared(told: Indicator) -> Indicator:
    """The same, with every table it joins read whatever is asked."""
    return told.model_copy(update={"joined": {}})


class Lines:
    """Where things stand in an indicator's file."""

    def __init__(self, text: str) -> None:
        header, self._sql = parts(text)
        self._header = header.splitlines()
        self.query = text[: text.index(self._sql)].count("\n") + 1 if self._sql else len(self._header) + 3

    def of(self, member: str) -> int:
        """The line of a member of the header, which begins on the second."""
        starts = (number for number, line in enumerate(self._header, 2) if line.startswith(f"{member}:"))
        return next(starts, 1)

    def of_query(self, offset: int) -> int:
        """The line of a place in the query."""
        return self.query + self._sql[:offset].count("\n")
