"""The relation of an agency with a dossier: what opens the person to the agency's programs. The only place that says.

An agency is related when it has recorded on the dossier, while a referral to it is in force, or a mandate for it. What
is recorded counts for good; a referral that was retracted or declined, or that the entrepreneur did not agree to, does
not count, nor does a mandate that ended.
The relations of an organisation that became part of another are its successor's too, from the day it speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from importlib.resources import files
from itertools import groupby
from uuid import UUID

from dossier.agencies import registered, successors
from dossier.catalogue import (
    EventCorrected,
    EventRetracted,
    MandateDeclared,
    MandateEnded,
    ReferralDeclined,
    ReferralMade,
)
from dossier.database.queries import queries
from dossier.event import BRUSSELS, Event
from dossier.journal import Journal
from projections.history.history import history_of
from projections.project import unsealed

SQL = queries(files("projections.dossiers") / "relation.sql")
BEARING = (ReferralMade, ReferralDeclined, MandateDeclared, MandateEnded, EventCorrected, EventRetracted)
"""The types that can give a relation, or take it away, by what they say."""
Related = dict[UUID, frozenset[str]]


def related(journal: Journal, dossiers: Iterable[UUID], on: date | None = None) -> Related:
    """Which organisations are related to each of these dossiers, on a day (today); none where there is no such one."""
    asked = list(dict.fromkeys(dossiers))
    day = on or datetime.now(BRUSSELS).date()
    found: dict[UUID, set[str]] = {dossier: set() for dossier in asked}
    with journal.reading() as connection:
        for dossier, agency in connection.execute(SQL["recorders"], (asked,)):
            found[dossier].add(agency)
        known = registered(connection)
        rows = connection.execute(SQL["bearing"], (asked, [kind.NAME for kind in BEARING])).fetchall()
    for dossier, own in groupby(rows, key=lambda row: row[0]):
        events, _ = unsealed(dossier, [(version, position, stored) for _, version, position, stored in own])
        found[dossier] |= addressed(history_of(dossier, events).facts, day)
    return {
        dossier: frozenset(one for agency in agencies for one in successors(known, agency, day))
        for dossier, agencies in found.items()
    }


def addressed(facts: Iterable[Event], day: date) -> set[str]:
    """Organisations that facts in force, in the order they happened, bring into relation on a day."""
    facts = list(facts)
    return _referred(facts) | _mandated(facts, day)


def _referred(facts: Iterable[Event]) -> set[str]:
    """To whom the referrals in force are addressed. One that the entrepreneur was asked about and did not agree to
    opens nothing, nor does one that was declined, whichever of the two days was told as the earlier."""
    made: dict[str, str] = {}
    declined: set[str] = set()
    for event in facts:
        match event.data:
            case ReferralMade(referral_id=referral, to_agency=agency, agreed=agreed) if agreed is not False:
                made[referral] = agency
            case ReferralDeclined(referral_id=referral):
                declined.add(referral)
    return {agency for referral, agency in made.items() if referral not in declined}


def _mandated(facts: Iterable[Event], day: date) -> set[str]:
    """For whom a mandate is in force on a day."""
    mandates: dict[str, dict[str, str | None]] = {}
    for event in facts:
        match event.data:
            case MandateDeclared(agency=agency, purpose=purpose, until=until):
                mandates.setdefault(agency, {})[purpose] = until
            case MandateEnded(agency=agency, purpose=None):
                mandates.pop(agency, None)
            case MandateEnded(agency=agency, purpose=str(purpose)):
                mandates.get(agency, {}).pop(purpose, None)
    today = day.isoformat()
    return {
        agency
        for agency, purposes in mandates.items()
        if any(until is None or until >= today for until in purposes.values())
    }
