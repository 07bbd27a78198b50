"""What a reading keeps of each type of fact: one function a type, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dossier import catalogue as c
from dossier.catalogue import Fact
from dossier.event import Event
from dossier.holding import HOLDER
from projections.history import reported, saying
from projections.history.history import recorded_day
from projections.history.pair import Comparison, Pair
from projections.history.reading import Reading
from projections.history.records import Stay

PROJECT = "project"
"""Whose activity it is until an enterprise tells its own: that is what the project became."""


def _opened(r: Reading, f: c.DossierOpened, on: str, e: Event) -> None:
    r.opened_on, r.opening = r.opened_on or on, r.opening or e.position
    r.language = f.language or r.language


def _enterprise_created(r: Reading, f: c.EnterpriseCreated, on: str, e: Event) -> None:
    enterprise = r.enterprise(f.legal_identifier)
    enterprise.created_on = on
    if enterprise.ceased_on is not None and enterprise.ceased_on < on:
        enterprise.ceased_on = None  # facts are read as they happened: it began again under its number
    enterprise.positions.append(e.position)
    enterprise.legal_form = f.legal_form or enterprise.legal_form
    enterprise.seat = f.seat or enterprise.seat
    if f.nace:
        enterprise.nace = f.nace
        r.nace = (f.nace, e.position)
        r.activities.append((on, {PROJECT: None, f.legal_identifier: f.nace}))
    saying.activity_told(r, f, e)
    saying.years_told(r, f, e)


def _enterprise_linked(r: Reading, f: c.EnterpriseLinked, on: str, e: Event) -> None:
    enterprise = r.enterprise(f.legal_identifier)
    enterprise.linked_on = enterprise.linked_on or on
    enterprise.positions.append(e.position)
    role = f.role or HOLDER
    enterprise.unlinked = None
    enterprise.roles[role] = f.since or enterprise.roles.get(role)


def _enterprise_unlinked(r: Reading, f: c.EnterpriseUnlinked, on: str, e: Event) -> None:
    enterprise = r.enterprise(f.legal_identifier)
    roles = enterprise.roles
    if f.role:
        roles.pop(f.role if f.role in roles else HOLDER, None)
    else:
        roles.clear()
    enterprise.unlinked = None if roles else (on, e.position)


def _enterprise_ceased(r: Reading, f: c.EnterpriseCeased, on: str, e: Event) -> None:
    enterprise = r.enterprise(f.legal_identifier)
    enterprise.ceased_on = on
    r.activities.append((on, {f.legal_identifier: None}))
    enterprise.positions.append(e.position)


def _project(r: Reading, f: c.ProjectDescribed, on: str, e: Event) -> None:
    for name in ("title", "summary", "nace", "technologies", "stage"):
        value = getattr(f, name)
        if value is not None:
            r.project[name] = value
    if f.nace:
        r.nace = (f.nace, e.position)
        r.activities.append((on, {PROJECT: f.nace}))
    if f.technologies is not None:
        r.technologies.append((on, f.technologies))


def _contact(r: Reading, f: c.ContactMade, on: str, e: Event) -> None:
    if f.topic is not None:
        r.heard(f.topic, on)


def _coaching(r: Reading, f: c.CoachingSessionHeld, on: str, e: Event) -> None:
    for topic in f.topic or ():
        r.heard(topic, on)
    r.agencies[e.agency][3] = f.coach_role or r.agencies[e.agency][3]


def _objective_set(r: Reading, f: c.ObjectiveSet, on: str, e: Event) -> None:
    objective = r.objective(f.objective_id)
    objective.kind, objective.target, objective.due, objective.programme = f.kind, f.target, f.due, f.programme
    objective.agencies, objective.set_on, objective.set_by = f.agencies or [e.agency], on, e.agency


def _objective_progressed(r: Reading, f: c.ObjectiveProgressed, on: str, e: Event) -> None:
    objective = r.objective(f.objective_id)
    said = f.percent if f.progress == "percent" else f.progress
    if isinstance(said, int):
        objective.percent = said
    objective.progress = objective.percent if said is None else said  # a percentage without its number is the last one
    objective.progressed_on, objective.progressed_by = on, e.agency
    if f.blockers is not None:
        objective.blockers = f.blockers


def _referral_made(r: Reading, f: c.ReferralMade, on: str, e: Event) -> None:
    referral = r.referral(f.referral_id)
    referral.from_agency, referral.to_agency, referral.made_on = e.agency, f.to_agency, on
    referral.service, referral.position = f.service, e.position
    referral.second_choice, referral.agreed = f.second_choice, f.agreed
    referral.reason_code = referral.reason_code or f.reason_code


def _referral_accepted(r: Reading, f: c.ReferralAccepted, on: str, e: Event) -> None:
    referral = r.referral(f.referral_id)
    referral.answer, referral.answered_on, referral.due = "accepted", on, f.due
    referral.answered_by, referral.answer_position = e.agency, e.position


def _referral_declined(r: Reading, f: c.ReferralDeclined, on: str, e: Event) -> None:
    referral = r.referral(f.referral_id)
    referral.answer, referral.answered_on, referral.reason_code = "declined", on, f.reason_code
    referral.answered_by, referral.answer_position = e.agency, e.position


def _referral_completed(r: Reading, f: c.ReferralCompleted, on: str, e: Event) -> None:
    referral = r.referral(f.referral_id)
    referral.completed_on, referral.outcome = on, f.outcome


def _applied(r: Reading, f: c.AidApplied, on: str, e: Event) -> None:
    aid = r.aid(f.application_id)
    aid.instrument, aid.scheme, aid.asked, aid.applied_on, aid.position = (
        f.instrument,
        f.scheme,
        f.amount,
        on,
        e.position,
    )
    aid.legal_basis = aid.legal_basis or f.legal_basis
    aid.enterprise = aid.enterprise or f.legal_identifier
    if aid.outcome is None:  # a decision read first knows better
        aid.agency, aid.currency = e.agency, f.currency


def _decided(r: Reading, f: c.AidDecided, on: str, e: Event) -> None:
    aid = r.aid(f.application_id)
    aid.agency, aid.outcome, aid.decided_on, aid.position = e.agency, f.outcome, on, e.position
    aid.recorded_on = recorded_day(e)
    aid.conferred_on = f.legal_right_conferred_on or on
    aid.amount = f.amount if f.outcome == "granted" else None
    aid.legal_basis = f.legal_basis or aid.legal_basis
    aid.enterprise = f.legal_identifier or aid.enterprise
    aid.currency, aid.decision = f.currency, f


def _paid(r: Reading, f: c.AidPaid, on: str, e: Event) -> None:
    r.aid(f.application_id).payments.add(on, f.amount, f.currency)


def _repaid(r: Reading, f: c.AidRepaid, on: str, e: Event) -> None:
    r.aid(f.application_id).repayments.add(on, f.amount, f.currency)


def _entered(r: Reading, f: c.PremisesEntered, on: str, e: Event) -> None:
    stay = Stay(f.site, f.kind, on, e.position)
    ahead = r.left_ahead.get(f.site)
    if ahead:
        stay.left = ahead.pop(0)
    r.stays.append(stay)


def _left(r: Reading, f: c.PremisesLeft, on: str, e: Event) -> None:
    for stay in r.stays:
        if stay.site == f.site and stay.left is None:
            stay.left = on
            return
    r.left_ahead.setdefault(f.site, []).append(on)  # dated before its entry, for want of a better date


def _figures(r: Reading, f: c.FiguresReported, on: str, e: Event) -> None:
    figures = r.figures.setdefault((f.period, f.legal_identifier), {})
    reported.add(figures, f)
    figures.update(position=e.position, on=on, recorded_on=recorded_day(e))
    saying.years_told(r, f, e)


def _compared(r: Reading, f: Comparison, on: str, e: Event) -> None:
    r.pairs[f.other] = r.pairs.get(f.other, Pair()).after(f)


def _mandate_declared(r: Reading, f: c.MandateDeclared, on: str, e: Event) -> None:
    r.mandates.setdefault(f.agency, {})[f.purpose] = f.until


def _mandate_ended(r: Reading, f: c.MandateEnded, on: str, e: Event) -> None:
    if f.purpose is None:
        r.mandates.pop(f.agency, None)
    else:
        r.mandates.get(f.agency, {}).pop(f.purpose, None)


TAKE: dict[type[Fact], Callable[[Reading, Any, str, Event], None]] = {
    c.DossierOpened: _opened,
    c.PhaseDeclared: lambda r, f, on, e: r.phases.append((f.phase, on, e.position)),
    c.EnterpriseCreated: _enterprise_created,
    c.EnterpriseLinked: _enterprise_linked,
    c.EnterpriseUnlinked: _enterprise_unlinked,
    c.EnterpriseCeased: _enterprise_ceased,
    c.ProjectDescribed: _project,
    c.ContactMade: _contact,
    c.CoachingSessionHeld: _coaching,
    c.ObjectiveSet: _objective_set,
    c.ObjectiveProgressed: _objective_progressed,
    c.ReferralMade: _referral_made,
    c.ReferralAccepted: _referral_accepted,
    c.ReferralDeclined: _referral_declined,
    c.ReferralCompleted: _referral_completed,
    c.AidApplied: _applied,
    c.AidDecided: _decided,
    c.AidPaid: _paid,
    c.AidRepaid: _repaid,
    c.PremisesEntered: _entered,
    c.PremisesLeft: _left,
    c.FiguresReported: _figures,
    c.EnterpriseControlled: saying.controlled,
    c.EnterpriseRestructured: saying.restructured,
    c.DossiersLinked: _compared,
    c.DossiersUnlinked: _compared,
    c.DossiersDistinct: _compared,
    c.MandateDeclared: _mandate_declared,
    c.MandateEnded: _mandate_ended,
    c.ConsentGiven: lambda r, f, on, e: r.consents.add(f.purpose),
    c.ConsentWithdrawn: lambda r, f, on, e: r.consents.discard(f.purpose),
    c.PersonalDataErased: lambda r, f, on, e: setattr(r, "erased", (on, f.ground)),
}
"""What a reading keeps of each type of fact; the timeline keeps them all."""
