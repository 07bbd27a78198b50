"""The press: what the public is shown of the indicators, and nothing else.

The first question publishes an indicator as it stands. Later ones publish it anew when that can be done without giving
away, by difference, what was hidden or what a single undertaking changed; else they are answered as published before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
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

PATIENCE = 2.0
"""A publication that took long to make is tried again no sooner than so many times as long after."""


class NotPublished(Exception):
    """The public was not shown this; the message says what it was."""


class Press:
    """Answers the public from publications, and makes new ones: one at a time, over all processes."""

    def __init__(self, journal: Journal, conninfo: str, reader: FactsReader) -> None:
        self._journal, self._conninfo, self._reader = journal, conninfo, reader
        self._lock = threading.Lock()
        self._known: dict[str, list[Publication]] = {}
        self._tried: dict[str, tuple[object, float]] = {}

    def figure(
        self, indicator: Indicator, asked: Asked, *, position: int | None = None, ruleset: str | None = None
    ) -> dict[str, Any]:
        """An indicator as published: the last time, or where it stood at a position or under a ruleset.

        Raises UnknownDimension, NotPublished.
        """
        question = asked_of(indicator, asked)
        return as_published(question, self._chosen(indicator, position, ruleset))

    def at_once(self) -> Press:
        """One that never keeps whoever asks waiting for another process."""
        return self

    def all(self, indicator: Indicator) -> list[Publication]:
        """Every publication of an indicator, the oldest first."""
        with self._lock, self._journal.reading() as connection:
            return list(self._read(connection, indicator))

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

    def current(self, indicator: Indicator, effort: float = np.inf) -> Publication:
        """The last publication, after publishing anew where that is safe.

        Raises NoFacts; TooMuch where that takes more than this `effort` (see `protect`).
        """
        with self._lock:
            with self._journal.reading() as connection:
                known = self._read(connection, indicator)
            generation, facts = self._reader.facts(ledger=indicator.ledger)
            day = day_of(facts)
            told = certificate(indicator, generation, facts) | {"as_of": day.isoformat() if day else None}
            tried, not_before = self._tried.get(indicator.name, (None, 0.0))
            if known and (tried == told or time.monotonic() < not_before):
                return known[-1]
            began = time.monotonic()
            given = contributions(indicator, facts)
            if not known or not same(known[-1], told, given):
                self._publish(indicator, told, given, effort)
            done = time.monotonic()
            self._tried[indicator.name] = told, done + PATIENCE * (done - began)
            return self._known[indicator.name][-1]

    def _publish(self, indicator: Indicator, told: dict[str, Any], given: pa.Table, effort: float) -> None:
        with psycopg.connect(self._conninfo) as connection, connection.transaction():
            connection.execute(SQL["turn"], (indicator.name,))
            known = self._read(connection, indicator)
            if known and known[-1].position > int(told["position"]):
                return
            rule = parameters(under(connection, told["ruleset"], told["ruleset_digest"]))
            made = candidate(indicator, told, given, known, rule, effort)
            if made is not None:
                publish(connection, made)
        with self._journal.reading() as connection:
            self._read(connection, indicator)

    def _read(self, connection: psycopg.Connection[Any], indicator: Indicator) -> list[Publication]:
        known = self._known.setdefault(indicator.name, [])
        known += publications(connection, indicator.name, known[-1].number if known else 0)
        return known

    def _chosen(self, indicator: Indicator, position: int | None, ruleset: str | None) -> Publication:
        last = self.current(indicator)
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
    """What happened between two publications: other rules, corrections and retractions, events."""
    if before.number == last.number:
        return {}
    amended = connection.execute(SQL["amendments"], (before.position, last.position)).fetchone() or (0,)
    rulesets = [one.certificate["ruleset"] for one in (before, last)]
    other = before.certificate["ruleset_digest"] != last.certificate["ruleset_digest"]
    return {
        "events": last.position - before.position,
        "amendments": amended[0],
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
    kept = question.indicator.model_copy(update={"sql": "SELECT * FROM contribution", "rules": []})
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
