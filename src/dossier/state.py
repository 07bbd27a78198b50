"""The state decisions are taken on: what a dossier's accepted facts add up to. Applying a fact never refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from dossier import catalogue as c
from dossier.catalogue import Fact
from dossier.event import Event
from dossier.holding import TELLING, Telling, roles, telling


class Application(NamedTuple):
    """One application for aid; `outcome` is None until it is decided."""

    outcome: Literal["granted", "refused", "withdrawn"] | None = None


class Referral(NamedTuple):
    """One referral: whom it is addressed to, by whom, and how far it has come."""

    to_agency: str
    from_agency: str = ""
    answer: Literal["accepted", "declined"] | None = None
    completed: bool = False


Mandates = dict[str, str | None]
"""The mandates of one agency: purpose -> the last day they hold, None when no end is set."""


class Dossier(NamedTuple):
    """One entrepreneur's dossier, as far as a decision needs to know it."""

    version: int = 0
    agencies: frozenset[str] = frozenset()
    applications: dict[str, Application] = {}
    referrals: dict[str, Referral] = {}
    objectives: frozenset[str] = frozenset()
    stays: dict[str, int] = {}
    enterprises: dict[str, frozenset[str]] = {}
    tellings: dict[str, tuple[Telling, ...]] = {}
    mandates: dict[str, Mandates] = {}
    consents: frozenset[str] = frozenset()
    linked: frozenset[str] = frozenset()
    distinct: frozenset[str] = frozenset()

    @property
    def opened(self) -> bool:
        """Whether any fact is recorded of it."""
        return self.version > 0

    def has_mandate(self, agency: str, day: str) -> bool:
        """Whether a mandate of an agency is in force on a day (ISO text)."""
        return any(until is None or day <= until for until in self.mandates.get(agency, {}).values())


NEW = Dossier()
Apply = Callable[[Dossier, Any, Event], Dossier]


def evolve(dossier: Dossier, event: Event) -> Dossier:
    """The state after one more event."""
    data = event.data
    apply = APPLY.get(type(data))
    if apply is not None:
        dossier = apply(dossier, data, event)
    agencies = dossier.agencies
    if event.agency not in agencies:
        agencies = agencies | {event.agency}
    return Dossier(event.version, agencies, *dossier[2:])  # three times as fast as _replace, and done for every event


def fold(facts: Iterable[Event], version: int) -> Dossier:
    """The state after the facts in force of a history of `version` events."""
    dossier = NEW
    for event in facts:
        dossier = evolve(dossier, event)
    return dossier._replace(version=version)


def compared(dossier: Dossier, own: str, other: str, theirs: Dossier) -> Dossier:
    """A dossier's state with what another one's says of the two of them, by their ids: either side tells of both."""
    linked = dossier.linked | {other} if own in theirs.linked else dossier.linked
    distinct = dossier.distinct | {other} if own in theirs.distinct else dossier.distinct
    return dossier._replace(linked=linked, distinct=distinct)


def _application(dossier: Dossier, fact: c.AidApplied, event: Event) -> Dossier:
    return dossier._replace(applications={**dossier.applications, fact.application_id: Application()})


def _decided(dossier: Dossier, fact: c.AidDecided, event: Event) -> Dossier:
    return dossier._replace(applications={**dossier.applications, fact.application_id: Application(fact.outcome)})


def _referral_made(dossier: Dossier, fact: c.ReferralMade, event: Event) -> Dossier:
    return dossier._replace(referrals={**dossier.referrals, fact.referral_id: Referral(fact.to_agency, event.agency)})


def _referral(dossier: Dossier, referral_id: str, **change: Any) -> Dossier:
    referral = dossier.referrals.get(referral_id)
    if referral is None:
        return dossier
    return dossier._replace(referrals={**dossier.referrals, referral_id: referral._replace(**change)})


def _told(dossier: Dossier, fact: TELLING, event: Event) -> Dossier:
    """What tells who holds an enterprise is read by when it happened, so all that was told is kept."""
    number = fact.legal_identifier
    tellings = (*dossier.tellings.get(number, ()), telling(event))
    others = {other: held for other, held in dossier.enterprises.items() if other != number}
    held = roles(tellings)
    return dossier._replace(
        enterprises={**others, number: held} if held else others,
        tellings={**dossier.tellings, number: tellings},
    )


def _stay(dossier: Dossier, site: str, change: int) -> Dossier:
    return dossier._replace(stays={**dossier.stays, site: dossier.stays.get(site, 0) + change})


def _mandated(dossier: Dossier, fact: c.MandateDeclared, event: Event) -> Dossier:
    own = {**dossier.mandates.get(fact.agency, {}), fact.purpose: fact.until}
    return dossier._replace(mandates={**dossier.mandates, fact.agency: own})


def _mandate_ended(dossier: Dossier, fact: c.MandateEnded, event: Event) -> Dossier:
    own = dossier.mandates.get(fact.agency, {})
    left = {purpose: until for purpose, until in own.items() if fact.purpose not in (None, purpose)}
    others = {name: theirs for name, theirs in dossier.mandates.items() if name != fact.agency}
    return dossier._replace(mandates={**others, fact.agency: left} if left else others)


APPLY: dict[type[Fact], Apply] = {
    c.AidApplied: _application,
    c.AidDecided: _decided,
    c.ReferralMade: _referral_made,
    c.ReferralAccepted: lambda d, f, e: _referral(d, f.referral_id, answer="accepted"),
    c.ReferralDeclined: lambda d, f, e: _referral(d, f.referral_id, answer="declined"),
    c.ReferralCompleted: lambda d, f, e: _referral(d, f.referral_id, completed=True),
    c.ObjectiveSet: lambda d, f, e: d._replace(objectives=d.objectives | {f.objective_id}),
    c.PremisesEntered: lambda d, f, e: _stay(d, f.site, 1),
    c.PremisesLeft: lambda d, f, e: _stay(d, f.site, -1),
    c.EnterpriseCreated: _told,
    c.EnterpriseLinked: _told,
    c.EnterpriseUnlinked: _told,
    c.MandateDeclared: _mandated,
    c.MandateEnded: _mandate_ended,
    c.ConsentGiven: lambda d, f, e: d._replace(consents=d.consents | {f.purpose}),
    c.ConsentWithdrawn: lambda d, f, e: d._replace(consents=d.consents - {f.purpose}),
    c.DossiersLinked: lambda d, f, e: d._replace(linked=d.linked | {f.other}),
    c.DossiersUnlinked: lambda d, f, e: d._replace(linked=d.linked - {f.other}),
    c.DossiersDistinct: lambda d, f, e: d._replace(
        linked=d.linked - {f.other}, distinct=d.distinct | {f.other} if f.by == "human" else d.distinct
    ),
}
"""What each type of fact changes. Types that no decision depends on are absent."""
