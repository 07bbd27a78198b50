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
from projections.history.history import AMENDMENTS, History, day, recorded_day

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
EMPTY: tuple[object, ...] = (UNMAPPED, [], [UNMAPPED])
EVENTS, LATES, CORRECTED, RETRACTED, ASKED, MISSING = range(6)


def delivery_facts(history: History) -> list[tuple[Any, ...]]:
    """One row for each organisation and year of recording: events, how many were late, corrected or retracted, and
    how many of the fields wanted of its facts in force are missing."""
    told: dict[tuple[str, str], list[int]] = {}
    for event in history.events:
        if type(event.data) not in AMENDMENTS and event.agency not in BYSTANDERS:
            row = (event.agency, recorded_day(event)[:4])
            counts = told.get(row)
            if counts is None:
                counts = told[row] = [0] * 6
            counts[EVENTS] += 1
            counts[LATES] += late(event)
            counts[CORRECTED] += event.position in history.corrected_by
            counts[RETRACTED] += event.position in history.retracted_by
    for event in history.facts:
        wanted = WANTED.get(type(event.data))
        if wanted is not None and (counts := told.get((event.agency, recorded_day(event)[:4]))):
            counts[ASKED] += len(wanted)
            counts[MISSING] += sum([missing(event.data, name) for name in wanted])
    return sorted([(agency, int(year), *counts) for (agency, year), counts in told.items()])


def late(event: Event) -> bool:
    """Whether the log took an event long after it happened; where only its month or year is told, after that ended."""
    happened = day(event)
    if event.timeprecision != "day":
        happened = last_day(happened, event.timeprecision)
    return happened < _in_time(recorded_day(event))


@lru_cache(maxsize=4_096)
def last_day(on: str, precision: str) -> str:
    """The last day of a day's month or year (ISO text)."""
    if precision == "year":
        return f"{on[:4]}-12-31"
    following = date.fromisoformat(on).replace(day=1) + timedelta(days=31)
    return str(following.replace(day=1) - timedelta(days=1))


@lru_cache(maxsize=4_096)
def _in_time(recorded: str) -> str:
    """The first day on which what the log took on a day may have happened without being late (ISO text)."""
    return str(date.fromisoformat(recorded) - LATE)


def missing(data: Fact, name: str) -> bool:
    """Whether a field says nothing that can be counted; a refused or withdrawn application confers no right."""
    if name == "legal_right_conferred_on" and getattr(data, "outcome", None) != "granted":
        return False
    value = getattr(data, name)
    return value is None or value in EMPTY
