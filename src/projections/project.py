"""Projecting one dossier: from its stored history to its rows. The one function live, rebuild and as-of share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from dossier.catalogue import RULEBOOK
from dossier.event import Event, opened
from projections.facts.activity import activity_facts, technology_facts
from projections.facts.aid import aid_facts
from projections.facts.columns import Row
from projections.facts.enterprise import enterprise_facts, figure_facts, growth_facts, tie_facts
from projections.facts.standing import dossier_facts, phase_facts, presence_facts
from projections.facts.support import objective_facts, referral_facts, stay_facts, topic_facts
from projections.feeding import hungry, untouched
from projections.history.gathering import BrokenFact, read
from projections.history.history import AMENDMENTS, History, history_of
from projections.history.reading import Reading
from projections.history.saying import statements
from projections.rulesets.ruleset import Ruleset
from projections.state.current import current
from projections.state.delivery import delivery_facts
from projections.state.timeline import timeline

Stored = tuple[int, int, bytes]
"""Version, position and stored bytes of an event."""


class Projected(NamedTuple):
    """The rows of one dossier by table, and the events set aside: position -> reason."""

    dossier: UUID
    rows: dict[str, list[Row]]
    set_aside: dict[int, str]


def project(dossier: UUID, stored: Iterable[Stored], rules: Ruleset, tables: Sequence[str] | None = None) -> Projected:
    """A dossier's rows in the tables of a generation, in all if none are named.

    An event that cannot be taken is set aside, never fatal. The rulebook is nobody's dossier: it has no rows.
    """
    return project_events(dossier, *unsealed(dossier, stored), rules, tables)


def project_events(
    dossier: UUID,
    events: Sequence[Event],
    unreadable: dict[int, str],
    rules: Ruleset,
    tables: Sequence[str] | None = None,
) -> Projected:
    """The same, of events that have been read."""
    if dossier == RULEBOOK:
        return Projected(dossier, {}, {})
    set_aside = dict(unreadable)
    history, reading = gather(dossier, events, set_aside)
    return Projected(dossier, rows_of(history, reading, rules, tables), set_aside)


def project_further(
    before: Projected, events: Sequence[Event], unreadable: dict[int, str], new: int, rules: Ruleset
) -> Projected:
    """The same, where the rows `before` the last `new` events are known: what these cannot change is not made again."""
    kinds = {type(event.data) for event in events[-new:]}
    if before.set_aside or unreadable or not before.rows or not kinds.isdisjoint(AMENDMENTS):
        return project_events(before.dossier, events, unreadable, rules)
    set_aside: dict[int, str] = {}
    history, reading = gather(before.dossier, events, set_aside)
    kept = frozenset[str]() if set_aside else untouched(kinds)
    made = rows_of(history, reading, rules, [table for table in TABLES if table not in kept])
    return Projected(before.dossier, {**before.rows, **made}, set_aside)


def unsealed(dossier: UUID, stored: Iterable[Stored]) -> tuple[list[Event], dict[int, str]]:
    """The events that can be read, and why the others cannot."""
    events: list[Event] = []
    unreadable: dict[int, str] = {}
    rows = list(stored)
    for (version, position, content), body in zip(rows, _parsed(rows), strict=True):
        try:
            event = opened(body or orjson.loads(content), position, dossier)
            if event.version != version:
                raise ValueError
            events.append(event)
        except Exception as error:
            unreadable[position] = f"unreadable: {type(error).__name__}"
    return events, unreadable


def _parsed(rows: list[Stored]) -> list[Any]:
    """What each row says, parsed in one go; nothing for any when one of them spoils that."""
    try:
        bodies: list[Any] = orjson.loads(b"[" + b",".join([content for _, _, content in rows]) + b"]")
    except orjson.JSONDecodeError:
        bodies = []
    return bodies if len(bodies) == len(rows) else [None] * len(rows)


def gather(dossier: UUID, events: Sequence[Event], set_aside: dict[int, str]) -> tuple[History, Reading]:
    """The history and its reading, without the facts that break it: they are added to `set_aside`."""
    while True:
        history = history_of(dossier, events, without=set_aside)
        try:
            return history, read(history)
        except BrokenFact as broken:
            set_aside[broken.position] = broken.reason


def rows_of(
    history: History, reading: Reading, rules: Ruleset, tables: Sequence[str] | None = None
) -> dict[str, list[Row]]:
    """The rows of tables, without generation and dossier."""
    if not history.events:
        return {}
    empty = hungry(frozenset([type(event.data) for event in history.events]))
    return {table: [] if table in empty else MAKERS[table](history, reading, rules) for table in tables or TABLES}


def current_rows(history: History, reading: Reading, rules: Ruleset) -> list[Row]:
    """The current dossier as a document, and beside it what lists are filtered by."""
    state = current(history, reading, rules)
    ict = state["sector"]["ict"] if state["sector"] else None
    agencies = "{" + ",".join(sorted(reading.agencies)) + "}"
    text = orjson.dumps(state)
    return [(history.version, history.position, state["phase"]["value"], ict, agencies, text)]


MAKERS: dict[str, Callable[[History, Reading, Ruleset], list[Row]]] = {
    "current": current_rows,
    "timeline": lambda history, _, __: [(history.version, orjson.dumps(timeline(history)))],
    "fact_dossier": lambda history, reading, rules: dossier_facts(reading, rules, history),
    "fact_presence": lambda _, reading, __: presence_facts(reading),
    "fact_phase": lambda _, reading, __: phase_facts(reading),
    "fact_aid": lambda history, reading, rules: aid_facts(reading, rules, history.day),
    "fact_referral": lambda _, reading, rules: referral_facts(reading, rules),
    "fact_objective": lambda _, reading, __: objective_facts(reading),
    "fact_growth": lambda _, reading, rules: growth_facts(reading, rules),
    "fact_enterprise": lambda history, reading, rules: enterprise_facts(reading, rules, history.day),
    "fact_figure": lambda _, reading, __: figure_facts(reading),
    "fact_technology": lambda _, reading, __: technology_facts(reading),
    "fact_activity": lambda _, reading, __: activity_facts(reading),
    "fact_topic": lambda _, reading, __: topic_facts(reading),
    "fact_stay": lambda _, reading, __: stay_facts(reading),
    "fact_tie": lambda _, reading, __: tie_facts(reading),
    "fact_delivery": lambda history, _, __: delivery_facts(history),
    "statement": lambda history, reading, _: list(statements(history, reading).items()),
}
"""What makes each table's rows; which rules it reads is declared in `reach`."""
TABLES = tuple(MAKERS)
