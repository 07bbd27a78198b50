"""One reading of a dossier's facts in the order they happened: what the current state and the statistics both need.

`taking` says what each type of fact changes; nothing here judges (see `current` and `facts` for what is made of it).
"""

from __future__ import annotations

from typing import Any

from dossier.decisions import BYSTANDERS
from dossier.event import Event
from projections import activity
from projections.history import History, day
from projections.pair import Pair
from projections.records import Aid, Enterprise, Objective, Referral, Stay
from projections.taking import TAKE
from projections.undertaking.single_undertaking import merged
from projections.undertaking.statement import Restructuring, Statement


class BrokenFact(Exception):
    """A fact the reading could not take, by its position: it is set aside with its reason."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"position {position}: {reason}")
        self.position = position
        self.reason = reason


class Reading:
    """The facts of one dossier, gathered by what they are about."""

    def __init__(self) -> None:
        self.opened_on: str | None = None
        self.opening: int | None = None
        self.language: str | None = None
        self.phases: list[tuple[str, str, int]] = []
        self.enterprises: dict[str, Enterprise] = {}
        self.project: dict[str, Any] = {}
        self.nace: tuple[Any, int] | None = None
        self.agencies: dict[str, list[Any]] = {}
        self.aids: dict[str, Aid] = {}
        self.referrals: dict[str, Referral] = {}
        self.objectives: dict[str, Objective] = {}
        self.stays: list[Stay] = []
        self.left_ahead: dict[str, list[str]] = {}
        self.figures: dict[tuple[str, str], dict[str, Any]] = {}
        self.pairs: dict[str, Pair] = {}
        self.mandates: dict[str, dict[str, str | None]] = {}
        self.consents: set[str] = set()
        self.erased: tuple[str, str] | None = None
        self.statements: list[Statement] = []
        self.technologies: list[tuple[str, list[str]]] = []
        self.activities: list[activity.Told] = []
        self.topics: dict[str, list[Any]] = {}

    def aid(self, application_id: str) -> Aid:
        """The application of this id, a blank one when a later fact is read before its first."""
        found = self.aids.get(application_id)
        if found is None:
            found = self.aids[application_id] = Aid(application_id)
        return found

    def referral(self, referral_id: str) -> Referral:
        """The referral of this id, likewise."""
        found = self.referrals.get(referral_id)
        if found is None:
            found = self.referrals[referral_id] = Referral(referral_id)
        return found

    def objective(self, objective_id: str) -> Objective:
        """The objective of this id, likewise."""
        found = self.objectives.get(objective_id)
        if found is None:
            found = self.objectives[objective_id] = Objective(objective_id)
        return found

    def heard(self, topic: str, on: str) -> None:
        """The entrepreneur was spoken to about a topic."""
        known = self.topics.get(topic)
        if known is None:
            self.topics[topic] = [on, 1]
        else:
            known[1] += 1

    def enterprise(self, number: str) -> Enterprise:
        """The enterprise of this number, likewise."""
        found = self.enterprises.get(number)
        if found is None:
            found = self.enterprises[number] = Enterprise(number)
        return found


def read(history: History, reading: Reading | None = None) -> Reading:
    """Gather a history's facts, going on from a `reading` of what happened before them if one is given.

    Raises BrokenFact naming the one that cannot be taken.
    """
    reading = reading or Reading()
    agencies = reading.agencies
    event: Event | None = None
    try:
        for event in history.facts:
            data, on = event.data, day(event)
            seen = agencies.get(event.agency)
            if seen is None:
                if event.agency not in BYSTANDERS:
                    agencies[event.agency] = [on, on, 1, None]
            else:
                seen[1] = on
                seen[2] += 1
            take = TAKE.get(type(data))
            if take is not None:
                take(reading, data, on, event)
    except Exception as error:
        assert event is not None
        raise BrokenFact(event.position, f"{type(error).__name__} in {event.type}") from error
    for number, merger in merged(told for told in reading.statements if isinstance(told, Restructuring)).items():
        if number in reading.enterprises:
            reading.enterprises[number].merger = merger
    return reading
