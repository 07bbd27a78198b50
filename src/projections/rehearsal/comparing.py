"""Comparing two generations at one position: dossier by dossier with their aid room, and figure by figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg

from projections.disclosure.parameters import parameters
from projections.dossiers.aid_room import with_room
from projections.figures import exchange
from projections.figures.facts_reader import facts_of
from projections.generations.store import Generation
from projections.rehearsal.difference import Change, Moved, changes
from projections.rehearsal.recounting import Side, counted_otherwise, hidden_otherwise
from projections.rehearsal.rehearsal import SQL
from projections.rehearsal.rooms import Rooms
from projections.rulesets.reach import reaches_disclosure, reaches_room
from projections.rulesets.ruleset import Ruleset, changed

Connection = psycopg.Connection[Any]
Document = dict[str, Any]
CHUNK = 1_000
DAILY = ("aid.de_minimis", "aid.undertakings")
"""Fields that change with the day: they are told on each. The others once, and again on a day on which they differ
otherwise: a regulation to come may heal a breach, and take its flag away.
"""


class Compared(NamedTuple):
    """Two generations, the ruleset of each, and the days on which aid room is judged, the first one first."""

    before: Generation
    after: Generation
    old: Ruleset
    new: Ruleset
    days: Sequence[date]

    @property
    def changed(self) -> list[str]:
        """The rules that differ."""
        return changed(self.old, self.new)

    def dossiers(
        self, connection: Connection, among: Sequence[UUID] | None = None
    ) -> Iterator[list[tuple[UUID, Change]]]:
        """What dossiers (all, or those among some) say differently, in their order, some at a time."""
        names = self.changed
        rooms = Rooms(connection, self.before.id) if reaches_room(names) else None
        values = {"before": self.before.id, "after": self.after.id, "every": rooms is not None,
                  "dossiers": None if among is None else list(among)}  # fmt: skip
        with connection.cursor("differing") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(SQL["differing"], values)
            while rows := cursor.fetchmany(CHUNK):
                yield [
                    (dossier, change)
                    for dossier, before, after in rows
                    for change in self._changes(rooms, dossier, orjson.loads(before), orjson.loads(after), names)
                ]

    def _changes(
        self, rooms: Rooms | None, dossier: UUID, before: Document, after: Document, names: list[str]
    ) -> list[Change]:
        if rooms is None:
            return changes(before, after, names)
        said = rooms.said(dossier)
        told: dict[str, Change] = {}
        found: list[Change] = []
        for day in self.days:
            was = _each_once(with_room(before, said, self.old, day))
            for change in changes(was, _each_once(with_room(after, said, self.new, day)), names):
                daily = change.field.startswith(DAILY)
                if daily or change != told.get(change.field):
                    found.append(change._replace(on=str(day)) if daily or day != self.days[0] else change)
                told[change.field] = change
        return found

    def figures(self, connection: Connection) -> list[Moved]:
        """Every cell that the two count otherwise; where rules reach disclosure, also each that one of them hides."""
        sides = (
            Side(self.before, facts_of(connection, self.before.id), self.old),
            Side(self.after, facts_of(connection, self.after.id), self.new),
        )
        found = counted_otherwise(*sides, self.changed)
        if reaches_disclosure(self.changed):
            at = self.before.position
            read = exchange.table(connection, at, exchange.readings(connection, at))
            before, after = (side.beside(read) for side in sides)
            for day in self._controlled():
                found += hidden_otherwise(before, after, day, self.changed)
        return found

    def _controlled(self) -> list[str]:
        """Of the days, those on which either controls figures otherwise than on an earlier one."""
        first = {
            (parameters(self.old, str(day)), parameters(self.new, str(day))): str(day) for day in reversed(self.days)
        }
        return sorted(first.values())


def _each_once(document: Document) -> Document:
    """A state without its first undertaking, which is told as `aid.de_minimis`."""
    aid = document["aid"]
    return document | {"aid": aid | {"undertakings": aid["undertakings"][1:]}}


def spoken(change: Change) -> tuple[str, str]:
    """Before and after as JSON, the same value always the same text."""
    before, after = (orjson.dumps(v, option=orjson.OPT_SORT_KEYS).decode() for v in (change.before, change.after))
    return before, after
