"""Reading undertakings: what the dossiers that touch an enterprise, or one it belongs together with, say of them.

Where things stand now it reads the statements kept with the served generation; as of two clocks it makes the same
statements from the histories of the same dossiers. Which dossiers those are is found from link to link.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from dossier.event import stamp
from dossier.journal import Journal, LogUnreachable
from dossier.refusals import refused
from projections.generations import store
from projections.generations.store import SQL, Generation
from projections.history.gathering import read
from projections.history.history import AsOf, as_known, as_true, today
from projections.history.saying import statements
from projections.project import Stored, gather, unsealed
from projections.rulesets.rulebook import under
from projections.undertaking import answer
from projections.undertaking.de_minimis import Undertaking
from projections.undertaking.statement import Control, Restructuring, Said, Statement, parsed

Look = Callable[[list[str]], Iterable[Statement]]
PATIENCE = 3.0
"""Seconds a question waits for what was written before it."""
Texts = dict[str, str]
"""Enterprise -> what one dossier says of it, as text."""


def related(numbers: Iterable[str], look: Look) -> Said:
    """Everything said of enterprises and of those linked to them at any time, by following the links told.

    `look` gives the statements on some enterprises; none is looked at twice.
    """
    seen: set[str] = set()
    waiting = set(numbers)
    found: list[Statement] = []
    while waiting:
        seen |= waiting
        told = list(look(sorted(waiting)))
        found += told
        waiting = {n for s in told if isinstance(s, Control | Restructuring) for n in s.enterprises} - seen
    return Said(found)


class Undertakings:
    """Reads what was said. What one dossier says can be given instead (`own`): it may be ahead of what is kept."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def said(
        self,
        numbers: Iterable[str],
        asked: AsOf = AsOf(),  # noqa: B008 - a value that nobody can change
        own: tuple[UUID, Texts] | None = None,
        generation: int | None = None,
    ) -> Said:
        """What a generation (the one served), or the log as of two clocks, says of enterprises and all linked to them.

        Statements know no ruleset, so what is made of them never mixes two.
        """
        if generation is None:
            generation = self._served()
        if asked.now:
            return related(numbers, lambda wanted: self._kept(wanted, generation, own))
        histories = Histories(lambda wanted: self._naming(wanted, generation), self._stored, asked)
        return related(numbers, lambda wanted: histories.look(wanted, own))

    def around(self, dossier: UUID, generation: int) -> Said:
        """What a generation says of all enterprises one dossier ever named, in one query where no link leads on."""
        known: dict[str, list[str]] = {}
        with self._journal.reading() as connection:
            for number, text in connection.execute(SQL["around"], {"generation": generation, "dossier": dossier}):
                known.setdefault(number, []).append(text)

        def look(wanted: list[str]) -> Iterable[Statement]:
            for number in wanted:
                for text in known.get(number, ()):
                    yield from parsed(text)
            missing = [number for number in wanted if number not in known]
            if missing:
                yield from self._kept(missing, generation, None)

        return related(known, look)

    def on_record(self, number: str, asked: AsOf, generation: int) -> bool:
        """Whether any dossier ever named an enterprise, as far as the log knew."""
        naming = self._naming([number], generation)
        if asked.now or not naming:
            return bool(naming)
        return any(number in texts_of(dossier, rows, asked) for dossier, rows in self._stored(naming).items())

    def _kept(self, numbers: list[str], generation: int, own: tuple[UUID, Texts] | None) -> Iterable[Statement]:
        for dossier, _, text in self._rows("statements", generation, numbers):
            if own is None or dossier != own[0]:
                yield from parsed(text)
        yield from _own(numbers, own)

    def _naming(self, numbers: list[str], generation: int) -> list[UUID]:
        return [row[0] for row in self._rows("naming", generation, numbers)]

    def _served(self) -> int:
        with self._journal.reading() as connection:
            generation = store.served(connection)
        return generation.id if generation else 0

    def _stored(self, dossiers: list[UUID]) -> dict[UUID, list[Stored]]:
        rows = self._journal.rows("select_many", (dossiers,))
        return {dossier: [row[1:] for row in own] for dossier, own in groupby(rows, key=lambda row: row[0])}

    def _rows(self, query: str, generation: int, numbers: list[str]) -> list[tuple[Any, ...]]:
        with self._journal.reading() as connection:
            return connection.execute(SQL[query], (generation, numbers)).fetchall()


class Asked(NamedTuple):
    """May an enterprise's undertaking receive so many cents on a day, as far as the log knew at an instant?"""

    enterprise: str
    cents: int | None = None
    on: date | None = None
    known: datetime | None = None


def admission(journal: Journal, asked: Asked, *, patience: float = PATIENCE) -> dict[str, Any]:
    """The answer, with the ruleset it follows and the position of the log it includes.

    It waits up to `patience` seconds for what was written before. Raises Refused where that is not projected by then:
    who asks acts on the answer. Raises NoRegulation and RulesetUnknown.
    """
    generation = caught_up(journal, patience)
    with journal.reading() as connection:
        rules = under(connection, generation.ruleset, generation.digest)
    undertakings = Undertakings(journal)
    then = AsOf(known=asked.known)
    said = undertakings.said([asked.enterprise], then, generation=generation.id)
    undertaking = Undertaking(asked.enterprise, said, rules)
    return answer.admission(undertaking, asked.on or date.fromisoformat(today()), asked.cents) | {
        "known": stamp(asked.known) if asked.known else None,
        "on_record": undertakings.on_record(asked.enterprise, then, generation.id),
        "ruleset": rules.id,
        "ruleset_digest": rules.digest,
        "position": str(generation.position),
    }


def caught_up(journal: Journal, patience: float) -> Generation:
    """The generation served, once it says all that the log said when this was asked. Raises Refused when time is up."""
    head, until = journal.head().position, time.monotonic() + patience
    while True:
        with journal.reading() as connection:
            generation = store.served(connection)
        if generation is not None and generation.position >= head:
            return generation
        if time.monotonic() > until:
            if generation is None:
                raise LogUnreachable("nothing is projected yet")
            raise refused("not-projected-yet", f"The log stands at {head}, what is shown at {generation.position}.")
        time.sleep(0.02)


class Histories:
    """What dossiers said as of two clocks; each history is read once."""

    def __init__(
        self,
        naming: Callable[[list[str]], Iterable[UUID]],
        stored: Callable[[list[UUID]], dict[UUID, list[Stored]]],
        asked: AsOf,
    ) -> None:
        """`naming` finds the dossiers that ever named one of some enterprises, `stored` reads their histories."""
        self._naming, self._stored, self._asked = naming, stored, asked
        self._texts: dict[UUID, Texts] = {}

    def look(self, numbers: list[str], own: tuple[UUID, Texts] | None = None) -> Iterable[Statement]:
        """The statements of every dossier on some enterprises."""
        dossiers = [dossier for dossier in self._naming(numbers) if own is None or dossier != own[0]]
        missing = [dossier for dossier in dossiers if dossier not in self._texts]
        if missing:
            found = self._stored(missing)
            self._texts |= {dossier: texts_of(dossier, rows, self._asked) for dossier, rows in found.items()}
        for dossier in dossiers:
            yield from _own(numbers, (dossier, self._texts.get(dossier, {})))
        yield from _own(numbers, own)


def texts_of(dossier: UUID, stored: Iterable[Stored], asked: AsOf) -> Texts:
    """What a dossier said as of two clocks."""
    events, set_aside = unsealed(dossier, stored)
    history, reading = gather(dossier, as_known(events, asked.known, asked.position), set_aside)
    if asked.effective is not None:
        history = as_true(history, asked.effective)
        reading = read(history)
    return statements(history, reading)


def _own(numbers: list[str], own: tuple[UUID, Texts] | None) -> Iterable[Statement]:
    if own is not None:
        for number in numbers:
            yield from parsed(own[1].get(number, "[]"))
