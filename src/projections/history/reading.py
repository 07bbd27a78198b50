"""One reading of a dossier's facts in the order they happened: what the current state and the statistics both need.

`gathering` fills it, `taking` says what each type of fact changes; nothing here judges (`current` and `facts` do).
"""

from __future__ import annotations

from typing import Any

from projections.history import activity
from projections.history.pair import Pair
from projections.history.records import Aid, Enterprise, Objective, Referral, Stay
from projections.undertaking.statement import Statement


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
