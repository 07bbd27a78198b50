"""Deliveries: how late, how often amended and how complete what each organisation recorded on a dossier is."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dossier import catalogue as c
from dossier.catalogue import Fact
from dossier.catalogue.terms import UNMAPPED
from dossier.decisions import BYSTANDERS
from dossier.event import Event
from projections.history.history import AMENDMENTS, HOUR, History, day, day_at

LATE = timedelta(days=30)
"""What the log takes longer than this after it happened came late."""
WANTED: dict[type[Fact], tuple[str, ...]] = {
    c.DossierOpened: ("channel", "language"),
    c.EnterpriseCreated: ("legal_form", "nace", "seat"),
    c.ProjectDescribed: ("nace", "technologies", "stage"),
    c.CoachingSessionHeld: ("topic", "minutes"),
    c.ContactMade: ("topic",),
    c.ReferralMade: ("service", "reason_code"),
    c.ReferralDeclined: ("reason_code",),
    c.AidApplied: ("scheme", "amount", "legal_basis"),
    c.AidDecided: ("legal_basis", "legal_right_conferred_on"),
    c.PremisesEntered: ("kind",),
    c.FiguresReported: ("headcount_fte", "turnover"),
}
"""The optional fields from which figures are counted, by type of fact."""
EMPTY: tuple[list[str], ...] = ([], [UNMAPPED])
EVENTS, LATES, CORRECTED, RETRACTED, ASKED, MISSING = range(6)


def delivery_facts(history: History) -> list[tuple[Any, ...]]:
    """One row for each organisation and year of recording: events, how many were late, corrected or retracted, and
    how many of the fields wanted of its facts in force are missing."""
    told: dict[tuple[str, str], list[int]] = {}  # by the hour of recording: its year is told once, at the end
    in_force = {event.position: event.data for event in history.facts}
    amended = history.corrected_by or history.retracted_by
    for event in history.events:
        if type(event.data) not in AMENDMENTS and event.agency not in BYSTANDERS:
            taken = (event.agency, event.recordedtime[:HOUR])
            counts = told.get(taken) or told.setdefault(taken, [0] * 6)
            counts[EVENTS] += 1
            counts[LATES] += late(event)
            if amended:
                counts[CORRECTED] += event.position in history.corrected_by
                counts[RETRACTED] += event.position in history.retracted_by
            fact = in_force.get(event.position)
            if fact is not None and (wanted := WANTED.get(type(fact))):
                counts[ASKED] += len(wanted)
                counts[MISSING] += gaps(fact, wanted)
    return _by_year(told)


def _by_year(told: dict[tuple[str, str], list[int]]) -> list[tuple[Any, ...]]:
    """Counts by agency and hour of recording -> those by agency and year in Brussels, in order."""
    years: dict[tuple[str, int], list[int]] = {}
    for (agency, hour), counts in told.items():
        year = (agency, int(day_at(hour)[:4]))
        years[year] = [a + b for a, b in zip(years[year], counts, strict=True)] if year in years else counts
    return sorted([(*year, *counts) for year, counts in years.items()])


def late(event: Event) -> bool:
    """Whether the log took an event long after it happened; where only its month or year is told, after that ended."""
    happened = day(event)
    if event.timeprecision != "day":
        happened = last_day(happened, event.timeprecision)
    return happened < _prompt(event.recordedtime[:HOUR])


@lru_cache(maxsize=4_096)
def last_day(on: str, precision: str) -> str:
    """The last day of a day's month or year (ISO text)."""
    if precision == "year":
        return f"{on[:4]}-12-31"
    following = date.fromisoformat(on).replace(day=1) + timedelta(days=31)
    return str(following.replace(day=1) - timedelta(days=1))


@lru_cache(maxsize=4_096)
def _prompt(hour: str) -> str:
    """The first day (ISO text) on which what the log took in an hour may have happened without being late."""
    return str(date.fromisoformat(day_at(hour)) - LATE)


def gaps(data: Fact, wanted: tuple[str, ...]) -> int:
    """How many fields say nothing that can be counted; a refused or withdrawn application confers no right."""
    told, empty = data.__dict__, 0
    for name in wanted:
        value = told.get(name)
        if value is None:
            empty += name != "legal_right_conferred_on" or told["outcome"] == "granted"
        else:
            empty += value == UNMAPPED if type(value) is str else value in EMPTY
    return empty
