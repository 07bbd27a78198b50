"""The press: what the public is shown of the indicators, and nothing else.

The first question publishes an indicator as it stands. Later ones publish it anew when that can be done without giving
away, by difference, what was hidden or what a single undertaking changed; else they are answered as published before.
Publications are made behind the answers: what takes long is waited for a little, and the last one served meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import date
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa

from dossier.journal import Journal
from projections.counting import Bounds, Question, counting, day_of
from projections.disclosure.changing import since
from projections.disclosure.cube import Cube, cube
from projections.disclosure.layout import (
    Key,
    added_up,
    cases,
    contributions,
    grouping,
    groupings,
    key_of,
    tables,
    year_of,
)
from projections.disclosure.parameters import Parameters, parameters
from projections.disclosure.protection import Protected, TooMuch, Unprotectable, protect
from projections.disclosure.publication import SQL, Publication, publications, publish
from projections.facts_reader import FactsReader
from projections.figures import Asked, answer, asked_of, certificate, count
from projections.indicator import Indicator
from projections.rulebook import under
from projections.store import served

PATIENCE = 2.0
"""How many seconds a publication is waited for where there is an older one to show."""
FIRST = 20.0
"""How many seconds the first one is waited for."""
LONGEST = 3600.0
"""A publication that took so many seconds is tried again no sooner than their square after, and after this at most."""
BEHIND = 1_000
"""So many events may be waiting to be projected; with more the figures would be those of a moment that never was."""


class NotPublished(Exception):
    """The public was not shown this; the message says what it was."""


class BeingPublished(Exception):
    """Nothing of this was published yet, and the first publication is being made or cannot begin; the message says."""


class Press:
    """Answers the public from publications, and makes new ones: one at a time in a process, one of an indicator at all.

    A lock for each indicator guards what is known and was tried of it; nobody who only reads waits for one.
    """

    def __init__(self, journal: Journal, conninfo: str, reader: FactsReader) -> None:
        self._journal, self._conninfo, self._reader = journal, conninfo, reader
        self._turn, self._reading, self._starting = threading.Lock(), threading.Lock(), threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._making: dict[str, Future[Publication]] = {}
        self._known: dict[str, list[Publication]] = {}
        self._tried: dict[str, tuple[object, float]] = {}

    def figure(
        self,
        indicator: Indicator,
        asked: Asked,
        *,
        position: int | None = None,
        ruleset: str | None = None,
        patience: float = FIRST,
    ) -> dict[str, Any]:
        """An indicator as published: the last time, or where it stood at a position or under a ruleset.

        Raises UnknownDimension, NotPublished, NoFacts, BeingPublished.
        """
        question = asked_of(indicator, asked)
        return as_published(question, self._chosen(indicator, position, ruleset, patience))

    def all(self, indicator: Indicator) -> list[Publication]:
        """Every publication of an indicator, the oldest first."""
        with self._journal.reading() as connection:
            return list(self._read(connection, indicator))

    def latest(self, indicator: Indicator, patience: float = FIRST) -> Publication:
        """The last publication: a new one where it is made soon, else the one before, while the new one is made on.

        Raises NoFacts, BeingPublished.
        """
        known = self.all(indicator)
        making, begun = self._begin(indicator)
        wait = patience if not known else min(patience, PATIENCE) if begun else 0.0
        try:
            return making.result(wait)
        except FutureTimeout:
            if known:
                return known[-1]
            raise BeingPublished(f"{indicator.name} is being published for the first time: ask again soon") from None

    def _begin(self, indicator: Indicator) -> tuple[Future[Publication], bool]:
        """The publication that is being made of an indicator, and whether it was begun for this."""
        with self._starting:
            making = self._making.get(indicator.name)
            if making is not None and not making.done():
                return making, False
            making = self._making[indicator.name] = Future()
            thread = threading.Thread(target=self._finish, args=(indicator, making), name="press", daemon=True)
        thread.start()
        return making, True

    def _finish(self, indicator: Indicator, making: Future[Publication]) -> None:
        """Whatever happens is told to who waits for it; who does not is told when it is tried again."""
        try:
            making.set_result(self.current(indicator))
        except BaseException as error:
            making.set_exception(error)

    def history(self, indicator: Indicator) -> dict[str, Any]:
        """Each publication, with the cells that the last one has otherwise and what moved them."""
        known = self.all(indicator)
        with self._journal.reading() as connection:
            told = [
                {
                    "number": one.number,
                    "published_at": public_certificate(one)["disclosure"]["published_at"],
                    "certificate": public_certificate(one),
                    "shown": int((~one.hidden).sum()),
                    "hidden": int(one.hidden.sum()),
                    "moved": moved(indicator, one, known[-1]),
                    "because": causes(connection, one, known[-1]),
                }
                for one in known
            ]
        return {"indicator": indicator.name, "publications": told}

    def moved_since(self, indicator: Indicator) -> dict[str, Any] | None:
        """How many values the last publication has otherwise than the one before, and by which cause; None if none."""
        known = self.all(indicator)[-2:]
        if len(known) < 2 or not (changed := moved(indicator, *known)):
            return None
        with self._journal.reading() as connection:
            return {"number": len(changed), "because": causes(connection, *known)}

    def current(self, indicator: Indicator, effort: float = np.inf) -> Publication:
        """The last publication, after publishing anew where that is safe, however long it takes.

        Raises NoFacts, BeingPublished; TooMuch where it takes more than this `effort` (see `protect`).
        """
        with self._starting:
            lock = self._locks.setdefault(indicator.name, threading.Lock())
        with lock:
            with self._journal.reading() as connection:
                known = self._read(connection, indicator)
            behind = self._caught_up(wait=not known)
            generation, facts = self._reader.facts(ledger=indicator.ledger)
            day = day_of(facts)
            told = certificate(indicator, generation, facts) | {"as_of": day.isoformat() if day else None}
            tried, not_before = self._tried.get(indicator.name, (None, 0.0))
            if known and (tried == told or time.monotonic() < not_before):
                return known[-1]
            if behind > BEHIND:
                if known:
                    return known[-1]
                raise BeingPublished(f"{behind} events wait to be projected: ask again when they are")
            with self._turn:
                began = time.monotonic()
                given = contributions(indicator, facts)
                if not known or not same(known[-1], told, given):
                    self._publish(indicator, told, given, effort)
                took = time.monotonic() - began
            self._tried[indicator.name] = told, time.monotonic() + min(took**2, LONGEST)
            return self._known[indicator.name][-1]

    def _caught_up(self, *, wait: bool) -> int:
        """How many events wait to be projected, after waiting a while for them to be few if that is asked."""
        until = time.monotonic() + FIRST
        while True:
            with self._journal.reading() as connection:
                generation = served(connection)
            behind = self._journal.head().position - generation.position if generation else 0
            if behind <= BEHIND or not wait or time.monotonic() > until:
                return behind
            time.sleep(0.2)

    def _publish(self, indicator: Indicator, told: dict[str, Any], given: pa.Table, effort: float) -> None:
        with psycopg.connect(self._conninfo) as connection, connection.transaction():
            connection.execute(SQL["turn"], (indicator.name,))
            known = self._read(connection, indicator)
            if known and known[-1].position > int(told["position"]):
                return
            rule = parameters(under(connection, told["ruleset"], told["ruleset_digest"]), told["as_of"])
            made = candidate(indicator, told, given, known, rule, effort)
            if made is not None:
                publish(connection, made)
        with self._journal.reading() as connection:
            self._read(connection, indicator)

    def _read(self, connection: psycopg.Connection[Any], indicator: Indicator) -> list[Publication]:
        with self._reading:
            known = self._known.setdefault(indicator.name, [])
            known += publications(connection, indicator.name, known[-1].number if known else 0)
            return known

    def _chosen(self, indicator: Indicator, position: int | None, ruleset: str | None, patience: float) -> Publication:
        last = self.latest(indicator, patience)
        if position is None and ruleset is None:
            return last
        for shown in reversed(self._known[indicator.name]):
            if position in (None, shown.position) and ruleset in (None, shown.certificate["ruleset"]):
                return shown
        raise NotPublished(
            f"{indicator.name} was not published at this position under this ruleset; "
            f"GET /v1/indicators/{indicator.name}/publications lists where it was"
        )


def candidate(
    indicator: Indicator,
    told: dict[str, Any],
    given: pa.Table,
    known: Sequence[Publication],
    rule: Parameters,
    effort: float = np.inf,
) -> Publication | None:
    """What could be published now beside all that was; None when it would give something away, or show much less."""
    published, now = tables(indicator), cases(indicator, given)
    made = cube(indicator, published, now, rule)
    number = known[-1].number + 1 if known else 1
    try:
        before, telling = since(indicator, published, now, made, known, rule)
        if known and not _moved_enough(made, telling, known[-1]):
            return None
        protected = protect(made, made.unsafe | telling, rule.percent, before, effort=effort)
    except TooMuch:
        raise
    except Unprotectable:
        if known:
            return None
        protected = everything(made)
    if known and (~protected.hidden).sum() < (~known[-1].hidden).sum() / 2:
        return None
    told = told | {"disclosure": rule.told() | {"publication": number}}
    return Publication(indicator.name, number, told, given, made.keys, made.weight, protected.hidden, protected.worlds)


def everything(made: Cube) -> Protected:
    """All cells hidden, where nothing else would do."""
    size = len(made.keys)
    return Protected(np.ones(size, bool), np.zeros((0, size)))


def _moved_enough(made: Cube, telling: Any, last: Publication) -> bool:
    """Whether the widest cells have changed by enough undertakings, or not at all."""
    if not made.keys:
        return True
    wide = made.depth == made.depth.min()
    shown = [place for place in wide.nonzero()[0] if made.keys[place] in last.index]
    return not shown or not all(telling[place] for place in shown)


def same(last: Publication, told: dict[str, Any], given: pa.Table) -> bool:
    """Whether nothing that is counted has changed since."""
    if last.certificate["ruleset_digest"] != told["ruleset_digest"]:
        return False
    order = [(name, "ascending") for name in given.column_names]
    before = last.contributions
    return bool(before.schema.equals(given.schema) and before.sort_by(order).equals(given.sort_by(order)))


def moved(indicator: Indicator, before: Publication, last: Publication) -> list[dict[str, Any]]:
    """The cells, by the usual dimensions, whose value is another in the last; what either hides stays hidden."""
    question = asked_of(indicator, Asked())
    was, now = (
        {tuple((name, row[name]) for name in question.by): row["value"] for row in as_published(question, one)["rows"]}
        for one in (before, last)
    )
    return [
        {
            "cell": {name: None if value is None else str(value) for name, value in cell},
            "published": was.get(cell),
            "now": now.get(cell),
        }
        for cell in dict.fromkeys([*was, *now])
        if was.get(cell) != now.get(cell)
    ]


def causes(connection: psycopg.Connection[Any], before: Publication, last: Publication) -> dict[str, Any]:
    """What happened between two publications: other rules, corrections and retractions, events.

    Of corrections and retractions the first twenty positions are named.
    """
    if before.number == last.number:
        return {}
    amended = connection.execute(SQL["amendments"], (before.position, last.position)).fetchone() or (0, None)
    rulesets = [one.certificate["ruleset"] for one in (before, last)]
    other = before.certificate["ruleset_digest"] != last.certificate["ruleset_digest"]
    return {
        "events": last.position - before.position,
        "amendments": amended[0],
        "positions": [str(position) for position in amended[1] or ()],
        **({"rulesets": rulesets} if other else {}),
    }


def public_certificate(shown: Publication) -> dict[str, Any]:
    """A publication's certificate with when it was published."""
    at = shown.published_at.isoformat() if shown.published_at else None
    told = {name: value for name, value in shown.certificate.items() if name != "as_of"}
    return told | {"disclosure": shown.certificate["disclosure"] | {"published_at": at}}


def as_published(question: Question, shown: Publication) -> dict[str, Any]:
    """An answer out of a publication. Of a span of years, those cells of which every year is shown.

    Raises NotPublished.
    """
    hidden = hidden_in(question, shown)
    late = question.indicator.late and "late" in shown.contributions.column_names  # it may have been judged only since
    kept = question.indicator.model_copy(update={"sql": "SELECT * FROM contribution", "rules": [], "late": late})
    with counting({"contribution": shown.contributions}, kept) as database:
        counted = count(database, question._replace(indicator=kept))
    day = shown.certificate["as_of"]
    return answer(question, counted, hidden, date.fromisoformat(day) if day else None, public_certificate(shown))


def hidden_in(question: Question, shown: Publication) -> Collection[Key]:
    """The cells of an answer that a publication hides. Raises NotPublished."""
    indicator, years = question.indicator, question.years
    year = year_of(indicator) if years != Bounds() else None
    own = grouping(indicator, [*question.by, *([year] if year else [])])
    if own not in groupings(tables(indicator)) or (years != Bounds() and year is None):
        published = "; ".join(",".join(table) for table in tables(indicator))
        raise NotPublished(f"{indicator.name} is published by dimensions of one of these tables: {published}")
    if year is None:
        return shown.covered
    told = {name for name, _ in key_of(indicator, dict.fromkeys(question.by)) or ()}
    return {
        tuple(part for part in key if part[0] in told)
        for key in shown.covered
        if {name for name, _ in key} & set(added_up(indicator)) == set(own) and _within(dict(key).get(year), years)
    }


def _within(year: str | None, years: Bounds) -> bool:
    return year is None or (years.first or 0) <= int(year) <= (years.last or 9999)
