"""A figure as it is asked for from outside, by name, dimensions and years; what cannot be counted is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from api.service import Service, named_ruleset, past, service
from dossier.agencies import BRUSSELS, line_of
from dossier.refusals import refused
from projections.counting.indicator import Indicator, IndicatorUnknown, indicator
from projections.counting.tables import Facts, day_of
from projections.disclosure.parameters import Parameters, parameters
from projections.figures.facts_reader import FactsReader, NoFacts
from projections.figures.figures import Asked, UnknownDimension, figure
from projections.figures.past import Past, TooFarBack, rules_of
from projections.figures.succession import under_successors
from projections.generations import store
from projections.generations.store import Generation
from projections.publications.press import BeingPublished, Press
from projections.publications.published import NotPublished
from projections.rulesets.rulebook import under


@dataclass(frozen=True)
class Question:
    """What is asked: `by` as it stands in an address (None: the usual dimensions), the years, and as of when."""

    name: str
    by: str | None = None
    from_year: int | None = None
    to_year: int | None = None
    position: str | None = None
    ruleset: str | None = None
    controlled: bool = True
    public: bool = False
    """Whether it is answered as published, and not as the log stands."""
    pictured: bool = False
    """Whether the usual dimensions are those of its picture."""
    by_successor: bool = False
    """Whether organisations that became part of another count as that other."""

    def bounds(self) -> dict[str, str]:
        """The years, the position and the ruleset, as an address has them, where they were asked for."""
        given = {"from": self.from_year, "to": self.to_year, "position": self.position, "ruleset": self.ruleset}
        return {name: str(value) for name, value in given.items() if value is not None}


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be counted, or is not published, is refused."""
    try:
        yield
    except BeingPublished as error:
        raise refused("being-published", f"{error}.") from None
    except NotPublished as error:
        raise refused("not-published", f"{error}.") from None
    except UnknownDimension as error:
        raise refused("invalid", str(error), ("/by", "not a dimension of this indicator")) from None
    except TooFarBack as error:
        detail = f"{error}: `dossier indicators run` has no limit."
        raise refused("invalid", detail, ("/position", "too far")) from None
    except NoFacts as error:
        raise refused("unavailable", f"{error}.") from None


@dataclass(frozen=True)
class Counting:
    """Counts what is asked from the facts served now, or from those of the past."""

    service: Service
    reader: FactsReader
    history: Past
    press: Press

    def counted(self, question: Question) -> dict[str, Any]:
        """The answer document. Raises Refused: no such indicator, dimension, position or ruleset; nothing projected."""
        asked_for = named(question.name)
        by = dimensions(question.by)
        if by is None and question.pictured:
            by = asked_for.chart_by
        asked = Asked(by, question.from_year, question.to_year, question.controlled)
        with refusing():
            if question.public:
                position = int(question.position) if question.position else None
                return self.press.figure(asked_for, asked, position=position, ruleset=question.ruleset)
            generation, facts = self._facts(question)
            line = self._line() if question.by_successor else {}
            if asked_for.ledger:
                facts = self.reader.beside_readings(generation, facts, line)
            if line:
                facts = under_successors(facts, line)
            found = figure(asked_for, asked, generation, facts, self._rule(generation, facts))
            if question.by_successor:
                found["certificate"]["successors"] = line
            return found

    def published(self, name: str, by: str | None) -> dict[str, Any]:
        """The publications of an indicator, and what has moved since by some dimensions. Raises Refused."""
        with refusing():
            return self.press.history(named(name), dimensions(by))

    def _line(self) -> dict[str, str]:
        """Who speaks today for each organisation that became part of another."""
        known, today = self.service.log.agencies, datetime.now(BRUSSELS).date()
        line = {agency: line_of(known, agency, today) for agency in known}
        return {agency: successor for agency, successor in line.items() if agency != successor}

    def _rule(self, generation: Generation, facts: Facts) -> Parameters:
        """How figures of a generation are controlled on the day that its facts speak of."""
        day = day_of(facts)
        with self.service.log.journal.reading() as connection:
            return parameters(under(connection, generation.ruleset, generation.digest), str(day) if day else None)

    def _facts(self, question: Question) -> tuple[Generation, dict[str, Any]]:
        """The facts served now; those of another position or ruleset where one is named."""
        srv = self.service
        ruleset, position = named_ruleset(srv, question.ruleset), past(srv, question.position)
        if ruleset is None and position is None:
            return self.reader.facts()
        with srv.log.journal.reading() as connection:
            rules = rules_of(connection, ruleset)
            served = store.served(connection)
        at = position if position is not None else served.position if served else 0
        return self.history.facts(rules, at)


def named(name: str) -> Indicator:
    """The indicator of a name. Raises Refused."""
    try:
        return indicator(name)
    except IndicatorUnknown as error:
        raise refused("not-found", str(error)) from None


def dimensions(by: str | None) -> list[str] | None:
    """The dimensions of an address; empty for the whole, None when it says nothing."""
    return None if by is None else list(dict.fromkeys(part.strip() for part in by.split(",") if part.strip()))


def reader(request: Request) -> FactsReader:
    """The application's one reader of facts."""
    found: FactsReader = request.app.state.facts
    return found


def counting(request: Request) -> Counting:
    """What the application counts with."""
    return Counting(service(request), reader(request), request.app.state.past, request.app.state.press)
