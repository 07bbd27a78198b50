"""The press: what the public is shown of the indicators, and nothing else.

The first question publishes an indicator as it stands. Later ones publish it anew when that can be done without giving
away, by difference, what was hidden or what a single undertaking changed; else they are answered as published before.
Publications are made behind the answers: what takes long is waited for a little, and the last one served meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

import numpy as np
import psycopg

from dossier.journal import Journal
from projections.counting.indicator import Indicator
from projections.counting.tables import Facts, day_of
from projections.disclosure.candidate import Member, candidates, same
from projections.disclosure.layers import family
from projections.disclosure.layout import contributions
from projections.disclosure.parameters import parameters
from projections.disclosure.publication import SQL, Publication, publications, publish
from projections.figures.facts_reader import FactsReader
from projections.figures.figures import Asked, asked_of, certificate
from projections.generations.generations import made_here
from projections.generations.store import served
from projections.publications.published import NotPublished, as_published, causes, moved, overtaken, public_certificate
from projections.publications.waiting_room import WaitingRoom
from projections.rulesets.rulebook import under

PATIENCE = 2.0
"""How many seconds a publication is waited for where there is an older one to show."""
FIRST = 20.0
"""How many seconds the first one is waited for."""
LONGEST = 3600.0
"""So many seconds after a publication the next is tried at the latest."""
REST = 10
"""A publication that took so many seconds is tried again after their square, and this many times as many at most.

So a short one follows soon, and a long one takes a tenth of a processor.
"""
BEHIND = 1_000
"""So many events may be waiting to be projected; with more the figures would be those of a moment that never was."""


class BeingPublished(Exception):
    """Nothing of this was published yet, and the first publication is being made or cannot begin; the message says."""


class MadeByAnother(BeingPublished):
    """What is served was made by another program, and what is published is counted again by this one ever after."""


class Press:
    """Answers the public from publications, and makes new ones: one at a time in a process, one of an indicator at all.

    A lock for each indicator guards what is known and was tried of it; nobody who only reads waits for one.
    """

    def __init__(self, journal: Journal, conninfo: str, reader: FactsReader) -> None:
        self._journal, self._conninfo, self._reader = journal, conninfo, reader
        self._turn, self._reading, self._starting = threading.Lock(), threading.Lock(), threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._making: dict[str, Future[Publication]] = {}
        self._room = WaitingRoom()
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
            with self._room.seat(wait) as seconds:
                return making.result(seconds)
        except (FutureTimeout, MadeByAnother) as error:
            if known:
                return known[-1]
            if isinstance(error, MadeByAnother):
                raise
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

    def history(self, indicator: Indicator, by: Sequence[str] | None = None) -> dict[str, Any]:
        """Each publication, with the cells by these dimensions that the last one has otherwise, and what moved them."""
        known = self.all(indicator)
        with self._journal.reading() as connection:
            told = [
                {
                    "number": one.number,
                    "published_at": public_certificate(one)["disclosure"]["published_at"],
                    "certificate": public_certificate(one),
                    "shown": int((~one.hidden[one.own]).sum()),
                    "hidden": int(one.hidden[one.own].sum()),
                    "moved": moved(indicator, one, known[-1], by),
                    "because": causes(connection, one, known[-1]),
                }
                for one in known
            ]
            since = overtaken(connection, indicator, known[-1]) if known else None
        return {"indicator": indicator.name, "publications": told, "rules_since": since}

    def overtaken(self, indicator: Indicator) -> list[str] | None:
        """The rulesets, that of the last publication and that served, where this says otherwise what it reads."""
        known = self.all(indicator)
        with self._journal.reading() as connection:
            return overtaken(connection, indicator, known[-1]) if known else None

    def moved_since(self, indicator: Indicator, by: Sequence[str] | None = None) -> dict[str, Any] | None:
        """How many values the last publication has otherwise than the one before, and by which cause; None if none."""
        known = self.all(indicator)[-2:]
        if len(known) < 2 or not (changed := moved(indicator, known[0], known[1], by)):
            return None
        with self._journal.reading() as connection:
            return {"number": len(changed), "because": causes(connection, *known)}

    def current(self, indicator: Indicator, effort: float = np.inf) -> Publication:
        """The last publication, after publishing its family anew where that is safe, however long it takes.

        Raises NoFacts, BeingPublished, MadeByAnother; TooMuch where it takes more than this `effort` (see `protect`).
        """
        together = family(indicator)
        with self._lock(together[0]):
            with self._journal.reading() as connection:
                every = [self._read(connection, one) for one in together]
            known = all(every)
            behind = self._caught_up(wait=not known)
            if behind > BEHIND and not known:
                raise BeingPublished(f"{behind} events wait to be projected: ask again when they are")
            generation, facts = self._reader.facts(ledger=indicator.ledger)
            self._check_made_here(generation.id)
            day = day_of(facts)
            as_of = {"as_of": day.isoformat() if day else None}
            told = [certificate(one, generation, facts) | as_of for one in together]
            if not known or not (behind > BEHIND or self._rests(together[0], told)):
                self._renew(together, told, facts, effort)
            return self._known[indicator.name][-1]

    def _check_made_here(self, generation: int) -> None:
        with self._journal.reading() as connection:
            if not made_here(connection, generation):
                raise MadeByAnother(
                    "what is read was made by another version: publishing goes on after `dossier rebuild`"
                )

    def _lock(self, lead: Indicator) -> threading.Lock:
        with self._starting:
            return self._locks.setdefault(lead.name, threading.Lock())

    def _rests(self, lead: Indicator, told: object) -> bool:
        """Whether a family was tried as it stands, or a while ago that is too short."""
        tried, not_before = self._tried.get(lead.name, (None, 0.0))
        return tried == told or time.monotonic() < not_before

    def _renew(self, together: Sequence[Indicator], told: list[dict[str, Any]], facts: Facts, effort: float) -> None:
        """Publish a family anew, where anything that it counts has changed."""
        with self._turn:
            began = time.monotonic()
            given = [contributions(one, facts) for one in together]
            known = [self._known[one.name] for one in together]
            if not all(own and same(own[-1], *new) for own, *new in zip(known, told, given, strict=True)):
                self._publish([Member(*one) for one in zip(together, told, given, known, strict=True)], effort)
            took = time.monotonic() - began
        self._tried[together[0].name] = told, time.monotonic() + min(took * min(took, REST), LONGEST)

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

    def _publish(self, members: Sequence[Member], effort: float) -> None:
        """Publish members of a family as of one position, in one transaction."""
        with psycopg.connect(self._conninfo) as connection, connection.transaction():
            connection.execute(SQL["turn"], (members[0].indicator.name,))
            members = [one._replace(known=self._read(connection, one.indicator)) for one in members]
            told = members[0].told
            if any(one.known and one.known[-1].position > int(told["position"]) for one in members):
                return
            rule = parameters(under(connection, told["ruleset"], told["ruleset_digest"]), told["as_of"])
            for made in candidates(members, rule, effort) or ():
                publish(connection, made)
        with self._journal.reading() as connection:
            for one in members:
                self._read(connection, one.indicator)

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
